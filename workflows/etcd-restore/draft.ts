import type { SnapshotRecord } from '../../activities/etcd/snapshot-record.ts';
import type { HostFacts } from '../../activities/hosts/types.ts';
import type { PlanDraft } from '../recovery/plan.ts';
import { soundCertificates } from './certificates.ts';
import { fastDisks } from './disk-draft.ts';
import type { RestoreFacts } from './facts.ts';
import { lossesOf } from './losses.ts';
import { oldObjects } from './refusals.ts';
import { room } from './room.ts';
import type { SnapshotWork } from './work.ts';

const standing = [
  'Volumes, instances and load balancers that were made since then stay in AWS without their objects; those that were ' +
    'deleted since then come back as objects without anything behind them.',
  'Pods that the snapshot does not know are stopped by their kubelets.',
  'The API is away while etcd is exchanged. The old data stays beside the new on every host.',
  'Kubelets, the cloud controller, CSI sidecars and operators of your own cache what they saw: restart them afterwards. ' +
    'The API servers, the controller-manager and the scheduler are restarted here.',
];

/** What the operator reads before approving. Pure. */
export function draftOf(
  { cluster, hosts: planned, fenced }: SnapshotWork,
  bucket: string,
  record: SnapshotRecord,
  hosts: readonly HostFacts[],
  toAsk: readonly string[],
  { controlPlane, rewind, disks }: RestoreFacts,
  now: number,
): PlanDraft {
  const age = Math.max(0, Math.round((now - Date.parse(record.takenAt)) / 1000));
  const names = planned.map(({ host }) => host).join(', ');
  return {
    summary: `etcd of ${cluster} on ${names} goes back to s3://${bucket}/${record.key} of ${record.takenAt}`,
    recoveryPoint: {
      seconds: age,
      basis: `the snapshot was taken at ${record.takenAt}`,
      losses: lossesOf(rewind),
    },
    preconditions: [
      // The download, the restored data and what etcd writes next lie beside the old data.
      ...hosts.map((host) => room(host, record.bytes * 3)),
      {
        name: 'tokens of service accounts stay valid',
        blocking: false,
        met: hosts.every(({ serviceAccountKey }) => serviceAccountKey === record.serviceAccountKey),
        detail: 'the service-account key of every host is that of the snapshot',
      },
      ...soundCertificates(hosts),
      ...fastDisks(disks),
    ],
    ...(toAsk.length > 0 && { approvalBecause: toAsk.join('; ') }),
    warnings: [
      `Everything written to the API of ${cluster} after ${record.takenAt} (revision ${record.revision}) is gone afterwards.`,
      ...standing,
      ...oldObjects(record, hosts),
      ...fenceWarnings(fenced, planned.length),
      ...(controlPlane.bucket === bucket ? [] : [`The snapshot is in ${bucket}, outside of the inventory.`]),
    ],
  };
}

function fenceWarnings(fenced: SnapshotWork['fenced'], left: number): string[] {
  if (fenced.length === 0) return [];
  const names = fenced.map(({ host, instanceId }) => `${host} (${instanceId})`).join(', ');
  return [
    `${names} are stopped in EC2 and are no members afterwards: etcd has ${left} of ${left + fenced.length}. Data on instance ` +
      'stores of theirs is lost.',
    'Start a fenced host only to let it join anew: one at a time, each followed by etcd-restore, which moves its old data aside. The token ' +
      'of the restored cluster keeps it out until then, but two fenced hosts together may hold the quorum of the old cluster.',
  ];
}

/** No snapshot serves: what one host has left is all there is. */
export function survivorDraft(
  { cluster, hosts: planned, fenced, survivor }: SnapshotWork,
  hosts: readonly HostFacts[],
  { survivors, etcd, disks }: RestoreFacts,
): PlanDraft {
  const bytes = Math.max(1_000_000, ...(etcd?.statuses ?? []).map(({ dbBytes }) => dbBytes));
  const each = survivors.map(({ host, term, commitIndex }) => `${host}: term ${term}, committed ${commitIndex}`);
  return {
    summary: `etcd of ${cluster} on ${planned.map(({ host }) => host).join(', ')} is built anew from the data of ${survivor?.host}`,
    recoveryPoint: {
      seconds: null,
      basis: `no snapshot serves; the data that goes furthest is kept (${each.join('; ')}). Writes that only other hosts had are gone`,
    },
    preconditions: [...hosts.map((host) => room(host, bytes * 4)), ...soundCertificates(hosts), ...fastDisks(disks)],
    approvalBecause: 'acknowledged writes may be gone that only lost hosts had',
    warnings: [...standing, ...fenceWarnings(fenced, planned.length)],
  };
}
