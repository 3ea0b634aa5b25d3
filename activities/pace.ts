import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import { reportDetail } from './report.ts';

/** What a waiting activity needs of its surroundings; a test gives one whose time it moves itself. */
export interface Pace {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * When the activity began, milliseconds since the epoch: its first attempt, as nearly as Temporal tells; of a first attempt, when it
   * was first asked. A limit that counts from here is the same however often the worker dies meanwhile.
   */
  began(): number;
  /** Rejects when the activity is cancelled, so that a loop of waits ends there. */
  sleep(milliseconds: number): Promise<void>;
  /** Aborted on cancellation; for requests that may be given up at any time. */
  signal(): AbortSignal;
  /** One line on what is waited for; shown to operators with the heartbeats. Never a secret. */
  report(detail: string): void;
}

const firstAttempts = new WeakMap<Context, number>();

/** The pace of the activity that is running. */
export const activityPace: Pace = {
  now: () => Date.now(),
  began: () => {
    const context = Context.current();
    const { attempt, scheduledTimestampMs } = context.info;
    // A first attempt may have waited long for a worker: that is no part of any limit.
    if (attempt > 1) return scheduledTimestampMs;
    const first = firstAttempts.get(context) ?? Date.now();
    firstAttempts.set(context, first);
    return first;
  },
  sleep: (milliseconds) => Context.current().sleep(milliseconds),
  signal: () => {
    const { cancellationSignal } = Context.current();
    // An activity puts more than ten requests side by side, each of which listens: that is no leak to warn of.
    setMaxListeners(0, cancellationSignal);
    return cancellationSignal;
  },
  report: reportDetail,
};
