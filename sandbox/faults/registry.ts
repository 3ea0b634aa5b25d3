import { fault as allNodesNotReady } from './all-nodes-not-ready.ts';
import { fault as apiServerDown } from './api-server-down.ts';
import { fault as awsCapacityOut } from './aws-capacity-out.ts';
import { fault as awsError } from './aws-error.ts';
import { fault as awsLatency } from './aws-latency.ts';
import { fault as awsReplyLost } from './aws-reply-lost.ts';
import { fault as awsThrottled } from './aws-throttled.ts';
import { fault as awsVolumeError } from './aws-volume-error.ts';
import { fault as backupPartial } from './backup-partial.ts';
import { fault as badWrite } from './bad-write.ts';
import { fault as bslStale } from './bsl-stale.ts';
import { fault as bslUnavailable } from './bsl-unavailable.ts';
import { fault as claimDeleted } from './claim-deleted.ts';
import { fault as crdMissingOnTarget } from './crd-missing-on-target.ts';
import { fault as etcdCertificatesExpired } from './etcd-certificates-expired.ts';
import { fault as etcdCorruptAll } from './etcd-corrupt-all.ts';
import { fault as etcdCorruptMember } from './etcd-corrupt-member.ts';
import { fault as etcdDivergedMember } from './etcd-diverged-member.ts';
import { fault as etcdNoSpace } from './etcd-no-space.ts';
import { fault as etcdPeersCut } from './etcd-peers-cut.ts';
import { fault as etcdPeersRefused } from './etcd-peers-refused.ts';
import { fault as etcdQuorumLost } from './etcd-quorum-lost.ts';
import { fault as etcdSlowDisk } from './etcd-slow-disk.ts';
import { fault as etcdSnapshotTampered } from './etcd-snapshot-tampered.ts';
import type { Fault, FaultParameters } from './fault.ts';
import { fault as hostUnreachable } from './host-unreachable.ts';
import { fault as kubeletDown } from './kubelet-down.ts';
import { fault as launchSuspended } from './launch-suspended.ts';
import { fault as launchTemplateBroken } from './launch-template-broken.ts';
import { fault as lifecycleHookStuck } from './lifecycle-hook-stuck.ts';
import { fault as namespaceDeleted } from './namespace-deleted.ts';
import { fault as namespaceTerminating } from './namespace-terminating.ts';
import { fault as nodesDead } from './nodes-dead.ts';
import { fault as nodesPartitioned } from './nodes-partitioned.ts';
import { fault as pluginMissing } from './plugin-missing.ts';
import { fault as temporalDown } from './temporal-down.ts';
import { fault as veleroDown } from './velero-down.ts';
import { fault as veleroRestartedMidway } from './velero-restarted-midway.ts';
import { fault as volumeDeleted } from './volume-deleted.ts';
import { fault as webhookBackendMissing } from './webhook-backend-missing.ts';
import { fault as zoneDown } from './zone-down.ts';

/** Every fault that `break` and `heal` know, in the order that the help prints. */
export const faults: readonly Fault[] = [
  volumeDeleted,
  claimDeleted,
  nodesDead,
  zoneDown,
  nodesPartitioned,
  allNodesNotReady,
  apiServerDown,
  temporalDown,
  awsThrottled,
  awsReplyLost,
  awsError,
  awsLatency,
  awsVolumeError,
  awsCapacityOut,
  launchSuspended,
  launchTemplateBroken,
  lifecycleHookStuck,
  etcdCertificatesExpired,
  etcdCorruptAll,
  etcdCorruptMember,
  etcdDivergedMember,
  etcdNoSpace,
  etcdPeersCut,
  etcdPeersRefused,
  etcdQuorumLost,
  etcdSlowDisk,
  etcdSnapshotTampered,
  hostUnreachable,
  kubeletDown,
  badWrite,
  veleroDown,
  veleroRestartedMidway,
  bslUnavailable,
  bslStale,
  pluginMissing,
  backupPartial,
  webhookBackendMissing,
  namespaceTerminating,
  namespaceDeleted,
  crdMissingOnTarget,
];

export function findFault(name: string): Fault {
  const found = faults.find((fault) => fault.name === name);
  if (!found) throw new Error(`unknown fault ${name}; known: ${faults.map((fault) => fault.name).join(', ')}`);
  return found;
}

/** Fills in defaults; throws on a parameter that the fault does not know or that is missing. */
export function completeParameters(fault: Fault, given: FaultParameters, action: 'break' | 'heal'): FaultParameters {
  const known = new Set(fault.parameters.map((parameter) => parameter.name));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) {
      const list = [...known].map((entry) => `--${entry}`).join(', ') || 'none';
      throw new Error(`${fault.name} has no parameter --${name}; it takes: ${list}`);
    }
  }
  const complete: Record<string, string> = { ...given };
  for (const parameter of fault.parameters) {
    if (complete[parameter.name] !== undefined) continue;
    if (parameter.default !== undefined) complete[parameter.name] = parameter.default;
    else if (action === 'break') throw new Error(`${fault.name} needs --${parameter.name}: ${parameter.summary}`);
  }
  return complete;
}
