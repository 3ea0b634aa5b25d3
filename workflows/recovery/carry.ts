import type { Admitted, RecoveryInput } from './input.ts';
import type { JournalState } from './journal.ts';
import type { UndoRecord } from './undo-stack.ts';

/** What a recovery takes along through continue-as-new, between two steps. JSON only; steps and checks are rebuilt from it. */
export interface Carry {
  readonly journal: JournalState;
  readonly admitted: Admitted<RecoveryInput>;
  readonly work: unknown;
  readonly memory: unknown;
  readonly undo: UndoRecord;
  readonly scopes: readonly string[];
}
