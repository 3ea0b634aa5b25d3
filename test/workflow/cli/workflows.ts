import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Carry } from '../../../workflows/recovery/carry.ts';
import type { RecoveryInput } from '../../../workflows/recovery/input.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import type { Progress } from '../../../workflows/recovery/progress.ts';
import type { RecoveryResult } from '../../../workflows/recovery/result.ts';
import { climbLadder } from '../engine/ladder.ts';

/** The real engine under the name that the command line starts; the domain is a ladder, whose activities the test holds. */
export function volumeRebind(input: RecoveryInput, carry?: Carry): Promise<RecoveryResult> {
  return climbLadder({ rungs: ['one', 'optional', 'two'], ...input }, carry);
}

/** A workflow that is no recovery. */
export async function foreigner(): Promise<void> {
  await condition(() => false);
}

/** Goes on at once as another run, as a recovery does whose history grew long, and then waits. */
export async function goesOn(began = true): Promise<void> {
  setHandler(progressQuery, () => ({ runId: workflowInfo().runId, result: null }) as Progress);
  if (began) await continueAsNew<typeof goesOn>(false);
  await condition(() => false);
}
