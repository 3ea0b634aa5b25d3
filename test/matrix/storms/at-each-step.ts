import type { WorkflowHandle } from '@temporalio/client';

const lookMs = 100;

/**
 * Strikes once for every batch of activities that the run schedules, as soon as the history shows it, until `over`. Gives the
 * activities that were under way at each strike. Temporal may be away meanwhile.
 */
export async function atEachStep(
  handle: WorkflowHandle,
  over: () => boolean,
  strike: () => Promise<void>,
): Promise<string[][]> {
  const struck = new Map<string, string[]>();
  while (!over()) {
    const batches = await batchesOf(handle).catch(() => null);
    const fresh = [...(batches ?? [])].filter(([task]) => !struck.has(task));
    for (const [task, activities] of fresh) struck.set(task, activities);
    if (fresh.length > 0 && !over()) await strike();
    else await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return [...struck.values()];
}

/** Activities by the workflow task that scheduled them. */
async function batchesOf(handle: WorkflowHandle): Promise<Map<string, string[]>> {
  const { events } = await handle.fetchHistory();
  const batches = new Map<string, string[]>();
  for (const { activityTaskScheduledEventAttributes: scheduled } of events ?? []) {
    if (!scheduled) continue;
    const task = String(scheduled.workflowTaskCompletedEventId);
    batches.set(task, [...(batches.get(task) ?? []), scheduled.activityType?.name ?? '']);
  }
  return batches;
}
