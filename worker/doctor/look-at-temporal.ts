import proto from '@temporalio/proto';
import type { Settings } from '../../config/settings.ts';
import { connectClient } from '../../temporal/client.ts';
import { missingSearchAttributes } from '../../temporal/ensure-search-attributes.ts';
import { type Finding, fail, look, ok, warn } from './finding.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Temporal answers, knows the namespace and the attributes, and a worker polls. */
export function lookAtTemporal(settings: Settings): Promise<readonly Finding[]> {
  const { address, namespace, taskQueue } = settings.inventory.temporal;
  const mend = `Start Temporal, or set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (now ${address}, ${namespace}).`;
  return look('Temporal', mend, async () => {
    const { connection, close } = await connectClient(settings, 5_000);
    try {
      const service = connection.workflowService;
      await service.describeNamespace({ namespace });
      const missing = await missingSearchAttributes(connection, namespace);
      const polled = await service.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
      });
      const pollers = polled.pollers?.length ?? 0;
      return [
        ok('Temporal', `${address} answers, namespace ${namespace}`),
        missing.length === 0
          ? ok('search attributes', 'all there')
          : warn(
              'search attributes',
              `missing: ${missing.map(({ name }) => name).join(', ')}`,
              'A worker adds them when it starts.',
            ),
        pollers > 0
          ? ok('worker', `${pollers} polling the task queue ${taskQueue}`)
          : fail('worker', `nobody polls the task queue ${taskQueue}`, 'Start one: rekindle worker'),
      ];
    } finally {
      await close();
    }
  });
}
