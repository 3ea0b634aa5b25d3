import { isCancellation } from '@temporalio/workflow';
import type { BackupSummary } from '../../activities/velero/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { limits, readVeleroHealth, waitBackup } from './ports.ts';

interface AwaitedBackup {
  readonly cluster: string;
  readonly veleroNamespace: string;
  readonly name: string;
  readonly recoveryId: string;
  readonly workflowId: string;
}

/**
 * Waits for the end of a backup, in looks that each say how far it is. When two looks see the same, Velero is asked whether it is
 * there at all: a backup whose server died does not end before another server starts.
 */
export async function awaitBackup(backup: AwaitedBackup, context: ScenarioContext): Promise<BackupSummary> {
  const { cluster, veleroNamespace, name } = backup;
  const deadline = Date.now() + limits.backup * 1000;
  let last = '';
  for (;;) {
    try {
      return await waitBackup({ cluster, veleroNamespace, name, limitSeconds: limits.look });
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { code, message } = failureFacts(error);
      // A worker that died in the look is `unavailable`: the next one looks again.
      if ((code !== 'not-yet' && code !== 'unavailable') || Date.now() > deadline) throw error;
      context.report(message === last ? await standstill(backup, message) : message);
      last = message;
    }
  }
}

async function standstill(backup: AwaitedBackup, message: string): Promise<string> {
  const { server } = await readVeleroHealth({ ...backup, limitSeconds: limits.health });
  return server === null ? `${message}; Velero does not answer: the backup goes on when its server is back` : message;
}
