import { CompleteAsyncError } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { toApplicationFailure } from './to-application-failure.ts';

/** The one place where errors of adapters become failures of Temporal. */
export const failureInterceptor: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof CompleteAsyncError) throw error;
        throw toApplicationFailure(error, context.info.activityType, context.cancellationSignal.aborted);
      }
    },
  },
});
