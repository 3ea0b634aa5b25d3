import { createInterface } from 'node:readline/promises';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { Argument, Command } from 'commander';
import { readEnvironment } from '../../../config/environment.ts';
import type { Decision, Progress } from '../../../workflows/recovery/progress.ts';
import { type OutputOptions, outputOption, printAside, printJson, printText } from '../output.ts';
import { renderPlan } from '../render/plan.ts';
import { styleOf } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { onRecovery } from './follow-commands.ts';

interface SteerOptions extends OutputOptions {
  readonly actor?: string;
  readonly comment?: string;
}

export function approveCommand(): Command {
  return steering('approve', 'approve (or reject) the plan of a recovery')
    .option('--plan <hash>', 'hash of the plan that you read; without it the plan is shown and you are asked')
    .option('--reject', 'reject the plan: the recovery ends refused')
    .action((workflowId: string, options: SteerOptions & { plan?: string; reject?: boolean }) =>
      onRecovery(workflowId, async ({ recoveries }) => {
        const decision = options.reject === true ? 'reject' : 'approve';
        const planHash = options.plan ?? (await readPlan(await recoveries.progress(workflowId), decision));
        await answer(workflowId, options, recoveries.approve(workflowId, { ...acted(options), planHash, decision }));
      }),
    );
}

export function pauseCommand(): Command {
  return steering('pause', 'let the running step finish and hold the next one').action(
    (workflowId: string, options: SteerOptions) =>
      onRecovery(workflowId, ({ recoveries }) =>
        answer(workflowId, options, recoveries.pause(workflowId, acted(options))),
      ),
  );
}

export function resumeCommand(): Command {
  return steering('resume', 'go on after a pause').action((workflowId: string, options: SteerOptions) =>
    onRecovery(workflowId, ({ recoveries }) =>
      answer(workflowId, options, recoveries.resume(workflowId, acted(options))),
    ),
  );
}

export function cancelCommand(): Command {
  return steering('cancel', 'undo what may be undone and end in a declared state')
    .option('--reason <text>', 'why, for the report (the same as --comment)')
    .option('--through-temporal', 'ask Temporal instead of the recovery, for when no worker answers')
    .action((workflowId: string, options: SteerOptions & { reason?: string; throughTemporal?: boolean }) =>
      onRecovery(workflowId, async ({ recoveries }) => {
        const comment = options.comment ?? options.reason;
        const given = { ...options, ...(comment === undefined ? {} : { comment }) };
        const asked = options.throughTemporal
          ? recoveries
              .cancelThroughTemporal(workflowId)
              .then(() => 'cancel asked of Temporal; it begins when a worker is back')
          : recoveries.cancel(workflowId, acted(given));
        await answer(workflowId, options, asked);
      }),
    );
}

export function decideCommand(): Command {
  return steering('decide', 'decide about a step that ran out of retries')
    .addArgument(new Argument('<decision>', 'what to do with the step').choices(['retry', 'skip', 'abort']))
    .option('--step <id>', 'the step that you decide about; default: the one that waits')
    .action((workflowId: string, decision: Decision, options: SteerOptions & { step?: string }) =>
      onRecovery(workflowId, async ({ recoveries }) => {
        const stepId = options.step ?? parkedStep(await recoveries.progress(workflowId));
        await answer(workflowId, options, recoveries.decide(workflowId, { ...acted(options), decision, stepId }));
      }),
    );
}

function steering(name: string, summary: string): Command {
  return new Command(name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}. Who did it is kept in the report.`)
    .argument('<workflow>', 'workflow id, as `rekindle list` shows it')
    .option('--actor <who>', 'who acts; default REKINDLE_ACTOR or user@host')
    .option('--comment <text>', 'kept in the report')
    .addOption(outputOption());
}

function acted({ actor, comment }: SteerOptions) {
  return { actor: actor ?? readEnvironment().actor, ...(comment === undefined ? {} : { comment }) };
}

/** Prints the recovery's answer; its rejection is the command's error, in the recovery's own words. */
async function answer(workflowId: string, { output }: OutputOptions, update: Promise<string>): Promise<void> {
  try {
    const said = await update;
    if (output === 'json') printJson({ workflowId, answer: said });
    else printText(said);
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new UsageError(
      `rejected: ${error.cause?.message ?? error.message}. \`rekindle show ${workflowId}\` shows its state.`,
    );
  }
}

function parkedStep({ operatorRequest, workflowId, standstill, phase }: Progress): string {
  if (operatorRequest !== null) return operatorRequest.stepId;
  throw new UsageError(`no step of ${workflowId} waits for a decision: it is ${standstill ?? phase}.`);
}

/** Shows the plan and asks; where nobody can answer, the hash must be given. */
async function readPlan({ plan, standstill, phase, workflowId }: Progress, decision: string): Promise<string> {
  if (plan === null || standstill !== 'awaiting-approval') {
    throw new UsageError(`${workflowId} awaits no approval: it is ${standstill ?? phase}.`);
  }
  printAside(renderPlan(plan, styleOf(process.stderr)).join('\n'));
  if (process.stdin.isTTY !== true) {
    throw new UsageError(
      `--plan: give the hash of the plan that you read: rekindle approve ${workflowId} --plan ${plan.hash}`,
    );
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await ask.question(`\n${decision} this plan? [y/N] `);
    if (!/^y(es)?$/i.test(said.trim())) throw new UsageError('not sent; the plan still waits for an answer.');
  } finally {
    ask.close();
  }
  return plan.hash;
}
