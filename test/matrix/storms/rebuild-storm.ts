import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { snapshotPrefix } from '../../../activities/etcd/snapshot-record.ts';
import type { HostActivities } from '../../../activities/hosts/types.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import * as restore from '../../../workflows/etcd-restore/contract.ts';
import { approveWhenAsked } from '../approve.ts';
import type { CrashPoint } from '../crash-order.ts';
import type { Storm } from './storm.ts';
import { dataInodes, keptInodes } from './storm-ground.ts';
import { cluster, endOf, notStruck, patienceMs, unless, within } from './storm-run.ts';
import { votersOf } from './voters.ts';

const bucket = 'rekindle-etcd';
const survivor = 'prod-3';

/** What is done only where no snapshot serves; all but the first on the host whose data is left. */
export const ofRebuild: readonly (keyof HostActivities)[] = ['readSurvivingData', 'startSurvivor', 'endSurvivor'];

/** Two of three members are broken and there is no snapshot: all are built anew from the data of the third. */
export function rebuildStorm(point: CrashPoint): Storm {
  return {
    slug: 'etcd-restore',
    title: `no snapshot, one sound member; the agent of every host dies ${point} each of its activities`,
    run: (sandbox) =>
      within(sandbox, restore.workflowId({ cluster }), 'agents', point, async (ground) => {
        const { hosts } = ground;
        await forgetSnapshots(sandbox);
        await sandbox.break('etcd-corrupt-member', { host: 'prod-1,prod-2' });
        const before = dataInodes(hosts);
        const handle = await ground.start(restore.workflowType, { cluster, approval: 'automatic' });
        // It always asks: acknowledged writes may be gone.
        await approveWhenAsked(handle, patienceMs);
        const result = await endOf(handle);
        if (result.status !== 'recovered') return [`the run ended ${JSON.stringify(result)}`];
        const voters = await votersOf(sandbox, cluster);
        const kept = keptInodes(hosts, handle.firstExecutionRunId);
        return [
          ...unless(voters.length === hosts.length, `the voters are ${voters.join(', ') || 'not known'}`),
          ...unless(
            JSON.stringify(kept) === JSON.stringify(before),
            `the old data had the inodes ${before.join(', ')}, beside the new one are ${kept.join(', ')}`,
          ),
          ...notStruck(ground, [
            ...hosts.map(({ name }): [string, string] => ['readSurvivingData', name]),
            ['startSurvivor', survivor],
            ['takeEtcdSnapshot', survivor],
            ['endSurvivor', survivor],
          ]),
        ];
      }),
  };
}

/** Locked versions stay below a delete marker, which is as good as gone to whoever lists. */
async function forgetSnapshots({ awsEndpoint }: Sandbox): Promise<void> {
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: awsEndpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'storm', secretAccessKey: 'storm' },
  });
  try {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: snapshotPrefix(cluster) }),
    );
    for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  } finally {
    s3.destroy();
  }
}
