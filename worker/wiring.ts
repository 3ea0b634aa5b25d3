import { Context } from '@temporalio/activity';
import { createCoordinationActivities } from '../activities/coordination/activities.ts';
import { createLeaseClient } from '../activities/coordination/client.ts';
import { createInventoryActivities } from '../activities/inventory/activities.ts';
import type { Settings } from '../config/settings.ts';
import type { TemporalClient } from '../temporal/client.ts';
import { inputSchemas } from '../workflows/input-schemas.ts';

/** Every activity of the orchestrator by its Temporal name, on the real systems. The one place where systems meet activities. */
export function createAllActivities(settings: Settings, { client }: TemporalClient) {
  const { inventory } = settings;
  const leases = createLeaseClient({
    client,
    taskQueue: inventory.temporal.taskQueue,
    signal: () => Context.current().cancellationSignal,
  });
  return {
    ...createInventoryActivities({ inventory, inputSchemas }),
    ...createCoordinationActivities({ leases }),
  };
}
