import { CancellationScope } from '@temporalio/workflow';
import { doing } from './current-step.ts';
import { failureFacts } from './failure.ts';
import type { Journal } from './journal.ts';
import type { Step, StepUndo } from './scenario.ts';

/** Serializable part: which steps registered an undo, and whether a point of no return has begun. */
export interface UndoRecord {
  registered: string[];
  committed: string | null;
}

/**
 * Undos in the order of registration. What must hold:
 * 1. A step's undo is registered before the step begins.
 * 2. Once a point of no return has begun no `revert` runs; its title is reported as left.
 * 3. Every registered `put-back` runs exactly once more at the end, whatever the end is.
 * 4. A failed undo is reported as left, and the others still run.
 */
export class UndoStack {
  readonly record: UndoRecord;
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #journal: Journal;

  constructor(record: UndoRecord, steps: readonly Step[], journal: Journal) {
    this.record = record;
    this.#steps = new Map(steps.map((step) => [step.id, step]));
    this.#journal = journal;
  }

  register(step: Step): void {
    if (step.undo !== null && !this.record.registered.includes(step.id)) this.record.registered.push(step.id);
  }

  commit(reason: string): void {
    this.record.committed ??= reason;
  }

  /** The put-backs that are still to run, latest first. */
  putBacks(): readonly { readonly step: Step; readonly undo: StepUndo }[] {
    return this.#latestFirst().filter(({ undo }) => undo.kind === 'put-back');
  }

  settled(step: Step): void {
    this.record.registered = this.record.registered.filter((id) => id !== step.id);
  }

  /** Takes everything back that may be taken back. Never throws; a cancelled scope does not stop it. */
  async unwind(): Promise<void> {
    for (const { step, undo } of this.#latestFirst()) {
      if (undo.kind === 'revert' && this.record.committed !== null) {
        this.#leave(step, `${undo.title}: not done, ${this.record.committed}`);
      } else {
        await CancellationScope.nonCancellable(() => this.#takeBack(step, undo));
      }
      this.settled(step);
    }
  }

  async #takeBack(step: Step, undo: StepUndo): Promise<void> {
    doing(undo.title);
    try {
      const outcome = await undo.run();
      if (typeof outcome !== 'string') {
        this.#leave(step, `${undo.title}: ${outcome.left}`);
        return;
      }
      this.#journal.state.undone.push(`${undo.title}: ${outcome}`);
      if (this.#journal.step(step.id).state !== 'pending') this.#journal.end(step.id, 'undone', outcome);
    } catch (error) {
      const { code, message, next } = failureFacts(error);
      this.#leave(step, `${undo.title}: failed with ${code}: ${message}`);
      this.#journal.state.problems.push({ code, target: step.target, message: `${undo.title}: ${message}`, next });
    }
  }

  #leave(step: Step, detail: string): void {
    this.#journal.state.left.push(detail);
    this.#journal.end(step.id, 'left', detail);
  }

  #latestFirst(): { step: Step; undo: StepUndo }[] {
    const found: { step: Step; undo: StepUndo }[] = [];
    for (const id of this.record.registered.toReversed()) {
      const step = this.#steps.get(id);
      if (step?.undo) found.push({ step, undo: step.undo });
    }
    return found;
  }
}
