import type { WorkflowInterceptors } from '@temporalio/workflow';
import { currentStep } from './current-step.ts';

/** Puts the running step's title on every activity, so that the Temporal UI's event list reads as the plan does. */
export function interceptors(): WorkflowInterceptors {
  return {
    outbound: [
      {
        async scheduleActivity(input, next) {
          const summary = input.options.summary ?? currentStep();
          return next(summary === null ? input : { ...input, options: { ...input.options, summary } });
        },
      },
    ],
  };
}
