import { Command } from 'commander';
import { exitCodes } from '../../../workflows/recovery/result.ts';
import { explainEnd, follow } from '../follow.ts';
import { type OutputOptions, outputOption, printJson, printText } from '../output.ts';
import { renderPlan } from '../render/plan.ts';
import { renderProgress } from '../render/progress.ts';
import { renderResult } from '../render/result.ts';
import { type Session, withSession } from '../session.ts';
import { styleOf } from '../terminal.ts';

export function showCommand(): Command {
  return new Command('show')
    .summary('state, plan and steps of a recovery')
    .argument('<workflow>', 'workflow id, as `rekindle list` shows it')
    .addOption(outputOption())
    .action((workflowId: string, { output }: OutputOptions) =>
      onRecovery(workflowId, async ({ recoveries }) => {
        const progress = await recoveries.progress(workflowId);
        const style = styleOf(process.stdout);
        const lines = renderProgress(progress, Date.now(), style);
        const asked = progress.standstill === 'awaiting-approval';
        if (output === 'json') printJson(progress);
        else
          printText(
            [...lines, ...(progress.plan === null || asked ? [] : ['', ...renderPlan(progress.plan, style)])].join(
              '\n',
            ),
          );
        if (progress.result !== null) process.exitCode = exitCodes[progress.result.status];
      }),
    );
}

export function watchCommand(): Command {
  return new Command('watch')
    .summary('follow a recovery to its end')
    .argument('<workflow>', 'workflow id, as `rekindle list` shows it')
    .addOption(outputOption())
    .action((workflowId: string, { output }: OutputOptions) =>
      onRecovery(workflowId, async ({ recoveries }) => {
        const stream = output === 'json' ? process.stderr : process.stdout;
        const style = styleOf(stream);
        const live = stream.isTTY === true;
        const result = await follow(recoveries, workflowId, { live, style, write: (text) => stream.write(text) });
        if (output === 'json') printJson({ workflowId, result, report: await recoveries.report(workflowId) });
        else if (!live) printText(renderResult(result, style).join('\n'));
        process.exitCode = exitCodes[result.status];
      }),
    );
}

export function reportCommand(): Command {
  return new Command('report')
    .summary('the report of a recovery: timeline, evidence, post-mortem')
    .argument('<workflow>', 'workflow id, as `rekindle list` shows it')
    .addOption(outputOption())
    .action((workflowId: string, { output }: OutputOptions) =>
      onRecovery(workflowId, async ({ recoveries }) => {
        if (output === 'json') printJson(await recoveries.report(workflowId));
        else printText(await recoveries.reportMarkdown(workflowId));
      }),
    );
}

/** Runs `work`; an unknown id or a failed run becomes a sentence that says what to do. */
export async function onRecovery(workflowId: string, work: (session: Session) => Promise<void>): Promise<void> {
  await withSession(async (session) => {
    try {
      await work(session);
    } catch (error) {
      throw explainEnd(error, workflowId);
    }
  });
}
