import type { Progress } from '../../workflows/recovery/progress.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { ClientError } from '../client-error.ts';
import type { Recoveries } from '../recoveries.ts';
import { painterFor, type Screen } from './painters.ts';

/** Between two looks, milliseconds. */
const interval = 500;
/** Before Temporal is asked again that did not answer, milliseconds. */
const patience = 2_000;

/**
 * Shows a recovery until it ends; returns how it ended, throws `failed` when it broke. A worker or a Temporal that does not answer
 * is said and waited for: the recovery itself goes on without anybody who looks.
 */
export async function follow(
  recoveries: Recoveries,
  workflowId: string,
  screen: Screen,
  runId?: string,
): Promise<RecoveryResult> {
  const painter = painterFor(screen);
  const ended = end(recoveries, workflowId, runId);
  let over = false;
  const settled = ended.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  for (;;) {
    const looked = await Promise.race([look(recoveries, workflowId, runId), settled.then(() => null)]);
    if (over) break;
    if (looked instanceof ClientError) painter.trouble(looked.message);
    else if (looked !== null) painter.paint(looked);
    await Promise.race([settled, pause(interval)]);
  }
  const last = await look(recoveries, workflowId, runId).catch(() => null);
  painter.finish(last instanceof ClientError ? null : last);
  return ended;
}

async function end(recoveries: Recoveries, workflowId: string, runId?: string): Promise<RecoveryResult> {
  for (;;) {
    try {
      return await recoveries.result(workflowId, runId);
    } catch (error) {
      if (!passes(error)) throw error;
      await pause(patience);
    }
  }
}

async function look(recoveries: Recoveries, workflowId: string, runId?: string): Promise<Progress | ClientError> {
  try {
    return await recoveries.progress(workflowId, runId);
  } catch (error) {
    if (passes(error)) return error;
    throw error;
  }
}

/** Whether it is worth waiting for. */
export function passes(error: unknown): error is ClientError {
  return error instanceof ClientError && (error.code === 'no-worker' || error.code === 'unreachable');
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
