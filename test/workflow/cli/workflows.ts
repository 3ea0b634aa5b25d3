import { condition } from '@temporalio/workflow';
import type { Carry } from '../../../workflows/recovery/carry.ts';
import type { RecoveryInput } from '../../../workflows/recovery/input.ts';
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
