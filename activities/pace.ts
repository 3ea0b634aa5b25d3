import { Context } from '@temporalio/activity';
import { reportDetail } from './report.ts';

/** What a waiting activity needs of its surroundings; a test gives one whose time it moves itself. */
export interface Pace {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the activity is cancelled, so that a loop of waits ends there. */
  sleep(milliseconds: number): Promise<void>;
  /** Aborted on cancellation; for requests that may be given up at any time. */
  signal(): AbortSignal;
  /** One line on what is waited for; shown to operators with the heartbeats. Never a secret. */
  report(detail: string): void;
}

/** The pace of the activity that is running. */
export const activityPace: Pace = {
  now: () => Date.now(),
  sleep: (milliseconds) => Context.current().sleep(milliseconds),
  signal: () => Context.current().cancellationSignal,
  report: reportDetail,
};
