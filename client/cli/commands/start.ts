import { Command, Option } from 'commander';
import { readEnvironment } from '../../../config/environment.ts';
import { exitCodes } from '../../../workflows/recovery/result.ts';
import { scenarios } from '../../scenarios.ts';
import { explainEnd, follow } from '../follow.ts';
import { type OutputOptions, outputOption, printAside, printJson, printText } from '../output.ts';
import { checkedInput, findScenario, readInputText } from '../read-input.ts';
import { renderResult } from '../render/result.ts';
import { withSession } from '../session.ts';
import { styleOf } from '../terminal.ts';

interface StartOptions extends OutputOptions {
  readonly cluster?: string;
  readonly input?: string;
  readonly dryRun?: boolean;
  readonly approval?: string;
  readonly reason?: string;
  readonly incident?: string;
  readonly actor?: string;
  readonly wait?: boolean;
}

export function startCommand(): Command {
  return new Command('start')
    .summary('start a recovery')
    .description(
      `Start a recovery.\n\nScenarios:\n${scenarios.map(({ slug, summary }) => `  ${slug}  ${summary}`).join('\n')}\n\n` +
        'With --wait it exits 0 when recovered (or planned), 2 refused, 3 partial, 4 cancelled, 1 failed.',
    )
    .argument('<scenario>', 'what to do')
    .option('-c, --cluster <name>', 'cluster of the inventory')
    .option('-i, --input <file|json|->', 'the input: a file, inline JSON, or - for standard input')
    .option('--dry-run', 'assess and plan, change nothing')
    .addOption(new Option('--approval <mode>', 'who agrees to the plan').choices(['automatic', 'required']))
    .option('--reason <text>', 'why, for the report')
    .option('--incident <id>', 'incident of your own tooling')
    .option('--actor <who>', 'who starts it; default REKINDLE_ACTOR or user@host')
    .option('--wait', 'follow it and exit by its result')
    .addOption(outputOption())
    .action(start);
}

async function start(slug: string, options: StartOptions): Promise<void> {
  const scenario = findScenario(slug);
  const input = checkedInput(scenario, readInputText(options.input), {
    ...options,
    requestedBy: options.actor ?? readEnvironment().actor,
  });
  await withSession(async ({ recoveries, settings }) => {
    const json = options.output === 'json';
    const started = await recoveries.start(scenario, input);
    const { workflowId, runId } = started;
    const { uiUrl } = settings.environment;
    const { namespace } = settings.inventory.temporal;
    const say = json ? printAside : printText;
    say(`started ${workflowId} (run ${runId})`);
    if (uiUrl !== null) say(`${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`);
    if (options.wait !== true) {
      if (json) printJson(started);
      else say(`follow it: rekindle watch ${workflowId}`);
      return;
    }
    try {
      const stream = json ? process.stderr : process.stdout;
      const result = await follow(recoveries, workflowId, {
        runId,
        live: stream.isTTY === true,
        style: styleOf(stream),
        write: say,
      });
      if (json) printJson({ ...started, result, report: await recoveries.report(workflowId) });
      else if (!stream.isTTY) say(renderResult(result, styleOf(stream)).join('\n'));
      process.exitCode = exitCodes[result.status];
    } catch (error) {
      throw explainEnd(error, workflowId);
    }
  });
}
