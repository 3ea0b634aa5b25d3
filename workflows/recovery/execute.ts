import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import { doing } from './current-step.ts';
import { failureFacts } from './failure.ts';
import type { Gate } from './gate.ts';
import type { Journal } from './journal.ts';
import type { Decision } from './progress.ts';
import type { Step } from './scenario.ts';
import type { UndoStack } from './undo-stack.ts';

export interface Execution {
  readonly journal: Journal;
  readonly gate: Gate;
  readonly undo: UndoStack;
  /** Called between steps with everything settled; may continue as new. */
  readonly betweenSteps: () => Promise<void>;
}

/** Runs the steps that are not yet done, in order, then puts back what was suspended. */
export async function executeSteps(steps: readonly Step[], execution: Execution): Promise<void> {
  const { journal, gate, undo } = execution;
  for (const step of steps) {
    const { state } = journal.step(step.id);
    if (state === 'done' || state === 'skipped') continue;
    await gate.pass();
    await execution.betweenSteps();
    stopWhenCancelled();
    if (step.pointOfNoReturn !== undefined) undo.commit(step.pointOfNoReturn);
    undo.register(step);
    journal.begin(step.id);
    doing(step.title);
    const detail = await untilSettled(step.id, step.title, allowedFor(step), execution, step.run);
    if (detail === null) {
      journal.end(step.id, 'skipped', 'skipped by an operator');
      journal.state.problems.push(skipped(step.target, step.title));
    } else {
      journal.end(step.id, 'done', detail);
    }
  }
  for (const { step, undo: putBack } of undo.putBacks()) {
    doing(putBack.title);
    const detail = await untilSettled(step.id, putBack.title, ['retry', 'skip', 'abort'], execution, putBack.run);
    if (detail === null) journal.state.problems.push(skipped(step.target, putBack.title));
    else journal.note(`${putBack.title}: ${typeof detail === 'string' ? detail : detail.left}`);
    undo.settled(step);
  }
}

/** A cancel that came while the last step settled must not begin another step, least of all a point of no return. */
function stopWhenCancelled(): void {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled between two steps');
}

function allowedFor(step: Step): readonly Decision[] {
  return step.skippable ? ['retry', 'skip', 'abort'] : ['retry', 'abort'];
}

/** Runs until it succeeds or an operator decides otherwise; null when skipped. */
export async function untilSettled<T>(
  id: string,
  title: string,
  allowed: readonly Decision[],
  { gate, journal }: Pick<Execution, 'gate' | 'journal'>,
  run: () => Promise<T>,
): Promise<T | null> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (isCancellation(error)) throw error;
      journal.note(`${title} stopped: ${failureFacts(error).message}`);
      if ((await gate.park(id, title, error, allowed)) === 'skip') return null;
      await gate.pass();
    }
  }
}

function skipped(target: string, title: string) {
  return {
    code: 'step-skipped' as const,
    target,
    message: `${title} was skipped by an operator`,
    next: 'Do the step by hand, or start the recovery again.',
  };
}
