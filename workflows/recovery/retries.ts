import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityCancellationType } from '@temporalio/workflow';

/**
 * Options of activities by what they do. The worker heartbeats for every activity each second, so that a killed worker is noticed
 * within `heartbeatTimeout`, whatever the activity's own time.
 *
 * Every effect waits for the settlement of a cancelled activity: an undo must never race with the effect that it takes back.
 */
const noticed = {
  heartbeatTimeout: '3 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;

/** Reads: quick, harmless, and repeated for as long as an API server restart takes. */
export const reading: ActivityOptions = {
  ...noticed,
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '5 minutes',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1.7, maximumInterval: '10 seconds' },
};

/** Effects: one observe-then-act call. Five minutes outlast a throttling burst and a restart; then a person is asked. */
export const changing: ActivityOptions = {
  ...noticed,
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '5 minutes',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1.7, maximumInterval: '10 seconds' },
};

/** Waits: poll inside one activity with heartbeats; the bound is the domain's, given at the call. */
export function waiting(limitSeconds: number): ActivityOptions {
  return {
    ...noticed,
    startToCloseTimeout: limitSeconds * 1000,
    scheduleToCloseTimeout: limitSeconds * 1000,
    retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1.5, maximumInterval: '5 seconds' },
  };
}

/** Undo: as an effect, but more patient, because nobody is better placed to do it later. */
export const undoing: ActivityOptions = { ...changing, scheduleToCloseTimeout: '10 minutes' };
