import { ApplicationFailure } from '@temporalio/workflow';
import type { RestoreProgress } from '../../activities/restores/types.ts';
import type { Code } from '../../errors/codes.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { createRestore, limits, watchRestore } from './ports.ts';
import { restoreName, restoreSpec } from './restore-object.ts';
import type { RestoreMemory, RestoreWave, RestoreWork } from './work.ts';

/** A restarted Velero gives up what was in progress. More than three restarts in one restore are another problem. */
const mostAttempts = 3;

/**
 * Makes the Restore of a wave and waits for its end; after a restart of Velero, another one under the name of the next attempt. Each
 * attempt is counted before its Restore is made. Returns one line. Safe to run again: the attempt that runs is found by its name.
 */
export async function runRestore(
  work: RestoreWork,
  memory: RestoreMemory,
  context: ScenarioContext,
  index: number,
  wave: RestoreWave,
): Promise<string> {
  const { recoveryId, workflowId } = context;
  const { cluster, veleroNamespace } = work;
  let given = 0;
  for (;;) {
    const attempt = memory.attempts[index] ?? 1;
    memory.attempts[index] = attempt;
    const name = restoreName(recoveryId, index + 1, attempt);
    if (!memory.restores.includes(name)) memory.restores.push(name);
    const spec = restoreSpec(work, wave, recoveryId);
    await createRestore({ cluster, veleroNamespace, name, spec, recoveryId, workflowId });
    const ended = await untilEnded(work, context, name, wave);
    if (ended.phase === 'Completed' || ended.phase === 'PartiallyFailed') {
      return `${name}: ${ended.phase}, ${ended.itemsRestored} items, ${ended.errors} errors, ${ended.warnings} warnings`;
    }
    // Whoever decides to retry gets a new Restore: one that has failed stays failed.
    memory.attempts[index] = attempt + 1;
    given += 1;
    if (!ended.abandoned || given >= mostAttempts) {
      throw failure('restore-failed', `${name} is ${ended.phase}: ${ended.failureReason ?? 'Velero gives no reason'}`);
    }
    context.report(`Velero was restarted and gave ${name} up: attempt ${attempt + 1}`);
  }
}

async function untilEnded(
  { cluster, veleroNamespace }: RestoreWork,
  context: ScenarioContext,
  name: string,
  { changes }: RestoreWave,
): Promise<RestoreProgress> {
  let seen: number | null = null;
  let phase = '';
  let progressAt = Date.now();
  for (;;) {
    const progress: RestoreProgress = await watchRestore({
      cluster,
      veleroNamespace,
      name,
      seen,
      limitSeconds: seen === null ? 2 : limits.watch,
    });
    if (progress.standing === 'ended') return progress;
    const { itemsRestored } = progress;
    if (itemsRestored !== seen || progress.phase !== phase) progressAt = Date.now();
    seen = itemsRestored;
    phase = progress.phase;
    const still = Math.round((Date.now() - progressAt) / 1000);
    const idle = still < limits.watch ? '' : `, nothing new for ${still} s`;
    context.report(`${name}: ${phase || 'not begun'}, ${itemsRestored} items restored, ${changes} planned${idle}`);
    if (still >= limits.stall) {
      throw failure('restore-stalled', `${name} is ${phase || 'not begun'} and has made no progress for ${still} s`);
    }
  }
}

function failure(type: Code, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}
