/**
 * Where a worker dies in the course of one activity.
 *
 * - `before`: its body has not begun.
 * - `effect`: its body is through, so every effect has happened, but Temporal has not been told.
 * - `after`: Temporal has recorded its completion.
 */
export const crashPoints = ['before', 'effect', 'after'] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** One death of one worker process. */
export interface CrashOrder {
  /** Only this run is struck; another run on the same worker goes on. */
  readonly workflowId: string;
  readonly activity: string;
  readonly point: CrashPoint;
  /** Which call of the activity by the run, from 1; repeats of a call are not counted. */
  readonly call: number;
  /** A file that does not exist. It is made at the moment of the death, so that no process dies by the same order again. */
  readonly marker: string;
  /** Activity in which the run is cancelled; null: in none. */
  readonly cancelIn: string | null;
}
