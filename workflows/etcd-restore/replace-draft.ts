import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import type { PlanDraft } from '../recovery/plan.ts';
import { soundCertificates } from './certificates.ts';
import { fastDisks } from './disk-draft.ts';
import { room } from './room.ts';
import type { SeenDisk } from './slow-disks.ts';
import type { ReplaceWork, RestoreHost } from './work.ts';

/**
 * What the operator reads before a minority of the members joins anew. `whole`: those of them that do not answer although their data can
 * be opened, as after a boot of the host; to take such a member out is for a person to say. Pure.
 */
export function replaceDraft(
  { cluster, broken }: ReplaceWork,
  hosts: readonly HostFacts[],
  etcd: EtcdClusterFacts | null,
  disks: readonly SeenDisk[],
  whole: readonly RestoreHost[],
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
    ...(whole.length > 0 && {
      approvalBecause:
        `the data on ${whole.map(({ host }) => host).join(', ')} can be opened, so its member may only have to be started: look first at the ` +
        'kubelet, the manifest, the flags, the ports and the space there',
    }),
    warnings: [
      `The API server, controller-manager and scheduler of ${names} are stopped meanwhile: what they cached may come from broken data. ` +
        'The API answers through the other hosts.',
      'From the removal until the promotion no further member may fail: the plan looks at the quorum before each change.',
      'The old data stays beside the new.',
    ],
  };
}
