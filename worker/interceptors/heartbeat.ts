import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { latestDetail } from '../../activities/report.ts';

/** Shorter than a third of the shortest heartbeat time-out in `workflows/recovery/retries.ts`. */
export const heartbeatIntervalMs = 1000;

/**
 * Heartbeats for every activity while it runs, with what it reported last: so a killed worker is noticed within seconds, and a
 * cancellation reaches activities that never heartbeat themselves.
 */
export const heartbeatInterceptor: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      if (context.info.isLocal) return next(input);
      const timer = setInterval(() => context.heartbeat(latestDetail(context)), heartbeatIntervalMs);
      try {
        return await next(input);
      } finally {
        clearInterval(timer);
      }
    },
  },
});
