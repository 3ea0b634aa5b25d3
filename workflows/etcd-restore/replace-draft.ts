import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import type { PlanDraft } from '../recovery/plan.ts';
import { soundCertificates } from './certificates.ts';
import { fastDisks } from './disk-draft.ts';
import { room } from './room.ts';
import type { SeenDisk } from './slow-disks.ts';
import type { ReplaceWork, RestoreHost } from './work.ts';

/** Broken members that may be sound: to take one of them out is for a person to say. */
export interface DoubtfulMembers {
  /** They do not answer although their data can be opened, as after a boot of the host. */
  readonly whole: readonly RestoreHost[];
  /** They answer, and only follow no leader, or were too late with their hash, at every look. */
  readonly late: readonly RestoreHost[];
}

/** What the operator reads before a minority of the members joins anew. Pure. */
export function replaceDraft(
  { cluster, broken }: ReplaceWork,
  hosts: readonly HostFacts[],
  etcd: EtcdClusterFacts | null,
  disks: readonly SeenDisk[],
  { whole, late }: DoubtfulMembers,
): PlanDraft {
  const names = broken.map(({ host }) => host).join(', ');
  const bytes = Math.max(0, ...(etcd?.statuses ?? []).map(({ dbBytes }) => dbBytes));
  return {
    summary: `the member of etcd on ${names} joins ${cluster} anew, with the data of the others`,
    recoveryPoint: { seconds: 0, basis: 'the members that hold the quorum have everything' },
    preconditions: [
      ...hosts.filter(({ host }) => broken.some((one) => one.host === host)).map((host) => room(host, bytes * 2)),
      ...soundCertificates(hosts),
      ...fastDisks(disks),
    ],
    ...((whole.length > 0 || late.length > 0) && { approvalBecause: reasonsToAsk({ whole, late }) }),
    warnings: [
      `The API server, controller-manager and scheduler of ${names} are stopped meanwhile: what they cached may come from broken data. ` +
        'The API answers through the other hosts.',
      'From the removal until the promotion no further member may fail: the plan looks at the quorum before each change.',
      'The old data stays beside the new.',
    ],
  };
}

function reasonsToAsk({ whole, late }: DoubtfulMembers): string {
  const named = (hosts: readonly RestoreHost[]) => hosts.map(({ host }) => host).join(', ');
  return [
    ...(whole.length === 0
      ? []
      : [
          `the data on ${named(whole)} can be opened, so its member may only have to be started: look first at the kubelet, the manifest, ` +
            'the flags, the ports and the space there',
        ]),
    ...(late.length === 0
      ? []
      : [
          `the member on ${named(late)} answers, and may have nothing wrong with its data: look first at its peer ports, the load and the ` +
            'disk there',
        ]),
  ].join('; ');
}
