import { createInterface } from 'node:readline/promises';
import { Argument, Command } from 'commander';
import type { Decision, Progress } from '../../../workflows/recovery/progress.ts';
import { Steering } from '../../steering.ts';
import { actorOf } from '../actor.ts';
import { type OutputOptions, outputOption, printAside, printJson, printText } from '../output.ts';
import { renderPlan } from '../render/plan.ts';
import { printable } from '../render/printable.ts';
import { withSession } from '../session.ts';
import { styleOf } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface SteerOptions extends OutputOptions {
  readonly actor?: string;
  readonly comment?: string;
}

export function approveCommand(): Command {
  return steering('approve', 'approve (or reject) the plan of a recovery')
    .option('--plan <hash>', 'hash of the plan that you read; without it the plan is shown and you are asked')
    .option('--reject', 'reject the plan: the recovery ends refused')
    .action((workflowId: string, options: SteerOptions & { plan?: string; reject?: boolean }) =>
      withSession(async ({ recoveries }) => {
        const by = acted(options);
        const decision = options.reject === true ? 'reject' : 'approve';
        const progress = await recoveries.progress(workflowId);
        const planHash = options.plan ?? (await readPlan(progress, decision));
        await answer(workflowId, options, new Steering(recoveries).approve(progress, { ...by, planHash, decision }));
      }),
    );
}

export function pauseCommand(): Command {
  return steering('pause', 'let the running step finish and hold the next one').action(
    (workflowId: string, options: SteerOptions) =>
      withSession(({ recoveries }) =>
        answer(workflowId, options, new Steering(recoveries).pause(workflowId, acted(options))),
      ),
  );
}

export function resumeCommand(): Command {
  return steering('resume', 'go on after a pause').action((workflowId: string, options: SteerOptions) =>
    withSession(({ recoveries }) =>
      answer(workflowId, options, new Steering(recoveries).resume(workflowId, acted(options))),
    ),
  );
}

export function cancelCommand(): Command {
  return steering('cancel', 'undo what may be undone and end in a declared state')
    .option('--reason <text>', 'why, for the report (the same as --comment)')
    .option('--through-temporal', 'ask Temporal at once, as is done by itself when no worker answers')
    .action((workflowId: string, options: SteerOptions & { reason?: string; throughTemporal?: boolean }) =>
      withSession(async ({ recoveries }) => {
        const comment = options.comment ?? options.reason;
        const by = acted({ ...options, ...(comment === undefined ? {} : { comment }) });
        const steering = new Steering(recoveries);
        const asked = options.throughTemporal
          ? steering.cancelThroughTemporal(workflowId)
          : steering.cancel(workflowId, by);
        await answer(workflowId, options, asked);
      }),
    );
}

export function decideCommand(): Command {
  return steering('decide', 'decide about a step that ran out of retries')
    .addArgument(new Argument('<decision>', 'what to do with the step').choices(['retry', 'skip', 'abort']))
    .option('--step <id>', 'the step that you decide about; default: the one that waits')
    .action((workflowId: string, decision: Decision, options: SteerOptions & { step?: string }) =>
      withSession(async ({ recoveries }) => {
        const by = acted(options);
        const progress = await recoveries.progress(workflowId);
        const stepId = options.step ?? parkedStep(progress);
        await answer(workflowId, options, new Steering(recoveries).decide(progress, { ...by, decision, stepId }));
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
  return { actor: actorOf(actor), ...(comment === undefined ? {} : { comment }) };
}

async function answer(workflowId: string, { output }: OutputOptions, update: Promise<string>): Promise<void> {
  const said = await update;
  if (output === 'json') printJson({ workflowId, answer: said });
  else printText(printable(said));
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
  printAside(renderPlan(printable(plan), styleOf(process.stderr)).join('\n'));
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
