import { changing, undoing } from '../recovery/retries.ts';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { onHost } from './on-host.ts';
import { awaiting, limits, preparing } from './ports.ts';
import type { RestoreMemory, SnapshotWork, Survivor } from './work.ts';

/**
 * No snapshot serves: one is taken from the host whose data goes furthest. It starts alone, on a copy, while every other member is proved
 * stopped; its own data stays as it is.
 */
export function survivorSteps(
  { cluster, region }: SnapshotWork,
  { host, commitIndex, bucket }: Survivor,
  memory: RestoreMemory,
  { recoveryId, workflowId }: ScenarioContext,
): readonly Step[] {
  const agent = (options = changing) => onHost(cluster, host, options);
  return [
    {
      id: 'start-survivor',
      title: 'Start etcd alone on a copy of the data that goes furthest',
      target: `${host}, committed up to ${commitIndex}`,
      effect: 'create',
      expectedSeconds: 20,
      skippable: false,
      undo: {
        kind: 'revert',
        title: 'End it and take the copy away',
        run: () => agent(undoing).endSurvivor({ recoveryId }),
      },
      run: () => agent(awaiting(limits.start)).startSurvivor({ recoveryId }),
    },
    {
      id: 'save-survivor',
      title: 'Take a snapshot of it, tried by a restore',
      target: `s3://${bucket}`,
      effect: 'create',
      expectedSeconds: 20,
      skippable: false,
      undo: null,
      run: async () => {
        const taken = await agent(preparing).takeEtcdSnapshot({ region, bucket, recoveryId, workflowId, lockDays: 0 });
        const { key, sha256, revision, serviceAccountKey } = taken;
        memory.snapshot = { bucket, key, sha256, revision, serviceAccountKey };
        return `s3://${bucket}/${key}, revision ${revision}, ${taken.totalKeys} keys`;
      },
    },
    {
      id: 'end-survivor',
      title: 'End it again',
      target: host,
      effect: 'change',
      expectedSeconds: 10,
      skippable: false,
      undo: null,
      run: () => agent(awaiting(limits.stop)).endSurvivor({ recoveryId }),
    },
  ];
}
