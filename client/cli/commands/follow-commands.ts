import { Command, InvalidArgumentError, Option } from 'commander';
import { ClientError } from '../../client-error.ts';
import type { Recoveries } from '../../recoveries.ts';
import { exitCode, followToEnd } from '../ended.ts';
import { type OutputOptions, outputOption, printAside, printJson, printText } from '../output.ts';
import { renderListed } from '../render/list.ts';
import { renderPlan } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { renderProgress } from '../render/progress.ts';
import { withSession } from '../session.ts';
import { styleOf } from '../terminal.ts';

interface RunOptions extends OutputOptions {
  readonly run?: string;
}

const workflowArgument = ['<workflow>', 'workflow id, as `rekindle list` shows it'] as const;

function runOption(): Option {
  const help =
    'which recovery, where a workflow id has had several: a runId of `rekindle list -o json` (default: the last)';
  return new Option('--run <run id>', help).argParser((given: string) => {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(given)) {
      throw new InvalidArgumentError('Expected a runId, as `rekindle list -o json` names it.');
    }
    return given;
  });
}

export function showCommand(): Command {
  return new Command('show')
    .summary('state, plan and steps of a recovery')
    .description('Show a recovery as it is now. Once it is over, exits by its result, as `rekindle watch` does.')
    .argument(...workflowArgument)
    .addOption(runOption())
    .addOption(outputOption())
    .action((workflowId: string, options: RunOptions) =>
      withSession(({ recoveries }) => show(recoveries, workflowId, options)),
    );
}

export function watchCommand(): Command {
  return new Command('watch')
    .summary('follow a recovery to its end')
    .description(
      'Follow a recovery to its end: redrawn on a terminal, one line for each change elsewhere. Ctrl-C stops the watching, not ' +
        'the recovery.\n\nExits 0 when recovered (or planned), 2 refused, 3 partial, 4 cancelled, 1 failed.',
    )
    .argument(...workflowArgument)
    .addOption(runOption())
    .addOption(outputOption())
    .action((workflowId: string, options: RunOptions) =>
      withSession(({ recoveries }) => followToEnd(recoveries, workflowId, options, options.run)),
    );
}

export function reportCommand(): Command {
  return new Command('report')
    .summary('the report of a recovery: timeline, evidence, post-mortem')
    .description('Print the report so far; it is final once the recovery is over.')
    .argument(...workflowArgument)
    .addOption(new Option('--markdown', 'as Markdown, which is the default').conflicts('output'))
    .addOption(runOption())
    .addOption(outputOption())
    .action((workflowId: string, { output, run }: RunOptions) =>
      withSession(async ({ recoveries }) => {
        if (output === 'json') printJson(await recoveries.report(workflowId, run));
        else printText(printable(await recoveries.reportMarkdown(workflowId, run)));
      }),
    );
}

async function show(recoveries: Recoveries, workflowId: string, { output, run }: RunOptions): Promise<void> {
  const listed = await recoveries.describe(workflowId, run);
  const progress = await recoveries.progress(workflowId, run).catch((error: unknown) => {
    // Temporal's own word is better than nothing for a person; a tool is owed the whole or an error.
    if (output === 'json' || !(error instanceof ClientError && error.code === 'no-worker')) throw error;
    const ended = 'no worker answers, and only a worker can tell more than Temporal itself. Start one: rekindle worker';
    printAside(`rekindle: ${listed.status === 'running' ? error.message : ended}`);
    return null;
  });
  const running = listed.status === 'running';
  const failure = running || progress === null || progress.result !== null ? null : await failureOf(recoveries, listed);
  if (output === 'json') {
    printJson({ ...progress, status: listed.status, ...(failure !== null && { error: failure }) });
  } else if (progress === null) {
    printText(renderListed(printable(listed), Date.now()).join('\n'));
  } else {
    const style = styleOf(process.stdout);
    const shown = printable(progress);
    const asked = shown.standstill === 'awaiting-approval';
    const plan = shown.plan === null || asked ? [] : ['', ...renderPlan(shown.plan, style)];
    const end = failure === null ? [] : ['', style.bad(printable(failure))];
    printText([...renderProgress(shown, Date.now(), style), ...plan, ...end].join('\n'));
  }
  const ended = progress?.result?.status ?? listed.result;
  if (!running || ended !== null) process.exitCode = exitCode(ended);
}

/** Why a run ended without a result. */
async function failureOf(
  recoveries: Recoveries,
  { workflowId, runId, status }: { workflowId: string; runId: string; status: string },
) {
  try {
    await recoveries.result(workflowId, runId);
    return status;
  } catch (error) {
    if (error instanceof ClientError && error.code === 'failed') return error.message;
    throw error;
  }
}
