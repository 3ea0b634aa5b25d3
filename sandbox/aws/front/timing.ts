/** How long the phases last that AWS takes its time for. Milliseconds. */
export interface Timing {
  readonly volumeCreating: number;
  readonly snapshotPending: number;
  readonly attaching: number;
  readonly detaching: number;
  readonly instancePending: number;
  readonly instanceShuttingDown: number;
  readonly instanceStopping: number;
  /** How often Auto Scaling compares what is with what should be. */
  readonly autoScalingTick: number;
  /** How long an instance may be stopped or terminated before its group notices. */
  readonly healthCheck: number;
  /** How long status checks may fail before the group calls the instance unhealthy. */
  readonly impairedBeforeUnhealthy: number;
  /** How long a group waits before it tries again to launch what could not be launched. */
  readonly launchRetry: number;
}

/** Short enough for a test, long enough that a caller who does not wait is caught. */
export const defaultTiming: Timing = {
  volumeCreating: 1_500,
  snapshotPending: 1_000,
  attaching: 400,
  detaching: 400,
  instancePending: 1_000,
  instanceShuttingDown: 1_000,
  instanceStopping: 1_000,
  autoScalingTick: 500,
  healthCheck: 3_000,
  impairedBeforeUnhealthy: 120_000,
  launchRetry: 5_000,
};
