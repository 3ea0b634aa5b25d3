import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { RecoveryResult } from '../../../workflows/recovery/result.ts';
import type { CrashPoint } from '../crash-order.ts';
import { openStormGround, type StormGround, type Struck } from './storm-ground.ts';

/** The cluster that storms rewind. */
export const cluster = 'prod';
/** Each death costs the seconds until it is noticed and the seconds of a start; there are some fifteen of them in a restore. */
export const patienceMs = 900_000;

/** A ground of its own for the work, gone afterwards. */
export async function within(
  sandbox: Sandbox,
  workflowId: string,
  struck: Struck,
  point: CrashPoint,
  work: (ground: StormGround) => Promise<string[]>,
): Promise<string[]> {
  const ground = await openStormGround(sandbox, cluster, workflowId, struck, point);
  try {
    return await work(ground);
  } finally {
    await ground.close();
  }
}

/** The result, however often the server goes away while it is awaited. */
export function endOf(handle: { result(): Promise<unknown>; readonly workflowId: string }): Promise<RecoveryResult> {
  return waitFor(`the result of ${handle.workflowId}`, () => handle.result() as Promise<RecoveryResult>, {
    timeoutMs: patienceMs,
    intervalMs: 500,
  });
}

/** An activity in which nobody died proves nothing. The second is the process; empty where any may be the one. */
export function notStruck(ground: StormGround, wanted: readonly (readonly [string, string])[]): string[] {
  const deaths = ground.deaths();
  return wanted
    .filter(
      ([activity, process]) =>
        !deaths.some((name) => name.startsWith(`${activity}.`) && (process === '' || name.endsWith(`.${process}`))),
    )
    .map(([activity, process]) => `nobody died in ${activity}${process === '' ? '' : ` of ${process}`}`);
}

export function unless(holds: boolean, problem: string): string[] {
  return holds ? [] : [problem];
}
