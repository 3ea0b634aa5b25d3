import { writeFileSync } from 'node:fs';
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { CrashOrder } from './crash-order.ts';

/** How often the history is asked whether the completion is recorded, milliseconds. */
const lookMs = 5;

/** Kills this very process with SIGKILL as ordered, and cancels the run in the activity that the order names. */
export function crashInterceptor(order: CrashOrder, connect: () => Promise<Client>): ActivityInterceptorsFactory {
  const calls = new Set<string>();
  return ({ info, cancelled }) => ({
    inbound: {
      async execute(input, next) {
        if (info.workflowExecution?.workflowId !== order.workflowId) return next(input);
        if (info.activityType === order.cancelIn) {
          await (await connect()).workflow.getHandle(order.workflowId).cancel();
          await cancelled;
        }
        if (info.activityType !== order.activity) return next(input);
        calls.add(info.activityId);
        if (calls.size !== order.call) return next(input);
        if (order.point === 'before') die(order);
        const result = await next(input);
        if (order.point === 'effect') die(order);
        if (order.point === 'after') void onceRecorded(info, connect).then(() => die(order));
        return result;
      },
    },
  });
}

function die({ marker }: CrashOrder): void {
  try {
    writeFileSync(marker, '', { flag: 'wx' });
  } catch {
    return; // it has died of this order before
  }
  process.kill(process.pid, 'SIGKILL');
}

/** Resolves when Temporal has recorded the completion of the activity. */
export async function onceRecorded(info: Info, connect: () => Promise<Client>): Promise<void> {
  const client = await connect();
  while (!(await completionRecorded(client, info))) await new Promise((resolve) => setTimeout(resolve, lookMs));
}

/** Whether Temporal has recorded the completion of the activity. */
export async function completionRecorded(client: Client, info: Info): Promise<boolean> {
  const { events } = await client.workflow
    .getHandle(info.workflowExecution?.workflowId ?? '', info.workflowExecution?.runId)
    .fetchHistory();
  const scheduled = events?.find(
    ({ activityTaskScheduledEventAttributes: found }) => found?.activityId === info.activityId,
  );
  return (
    events?.some(
      ({ activityTaskCompletedEventAttributes: found }) =>
        scheduled !== undefined && String(found?.scheduledEventId) === String(scheduled.eventId),
    ) ?? false
  );
}
