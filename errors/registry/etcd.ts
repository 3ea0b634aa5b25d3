import { type CodeEntry, permanent, refusal, transient } from '../code-entry.ts';

/** Codes of etcd members, snapshots and control-plane hosts. */
export const etcdCodes = {
  // Whether etcd is to be touched at all
  'etcd-out-of-reach': refusal(
    'EKS keeps etcd to itself: start again with `fallback: velero`, which restores the critical namespaces from a Velero backup.',
  ),
  'no-critical-namespaces': refusal(
    'Name what comes back first under `criticalNamespaces` of the cluster in the inventory.',
  ),
  'child-not-recovered': permanent('Read the report of the named recovery, mend what it names, then decide `retry`.'),
  'etcd-healthy': refusal(
    'Nothing was changed. To go back to an earlier state all the same, start again with `force` and `snapshot`.',
  ),
  'etcd-disk-slow': refusal(
    'Nothing was changed: a restore would not make a disk faster, and the data is sound. Move the leader off the named hosts (`etcdctl ' +
      'move-leader`), find out what else writes to their disk, give it more IOPS or another volume, or replace the host. `force` restores all the same.',
  ),
  'etcd-leaderless': refusal(
    'Nothing was changed: the data is there, and a snapshot is older. Find out why the members elect nobody: whether they reach each other on ' +
      'their peer ports (security groups), their peer certificates, their clocks, their load. `force` restores all the same.',
  ),
  'etcd-alarm': refusal(
    'Nothing was changed: a restore does not take the cause away. NOSPACE: compact, defragment each member (`etcdctl defrag`), then `etcdctl ' +
      'alarm disarm`. CORRUPT of no member: the data agrees now, so find out why etcd raised it, then disarm it. `force` restores all the same.',
  ),
  'certificates-invalid': refusal(
    'Nothing was changed: with these certificates nobody reaches a member, whatever its data, which may be whole. Renew them on the named hosts ' +
      '(`kubeadm certs renew all`), restart etcd and the API server there, then start again.',
  ),
  'etcd-two-clusters': refusal(
    'Stop etcd on the hosts whose cluster is the old one (park its manifest), then start again: their data is moved aside and they join anew.',
  ),
  'host-unreachable': refusal(
    'Bring the agent of the named host back, or prove that the host is off and take it out of the inventory; nothing was changed.',
  ),
  'hosts-missing': refusal(
    'Name every control-plane host in the inventory, each with its agent, then start again. Remove a member that is no more (`etcdctl member ' +
      'remove`), and where no member answers take it out of `--initial-cluster` in the manifests.',
  ),
  'host-not-ready': refusal('Mend what the message names on the host, then start again; nothing was changed.'),
  // Snapshots
  'no-etcd-snapshot': refusal('Name a snapshot with `snapshot`; `etcd-backup` makes them.'),
  'snapshot-tampered': refusal(
    'The bytes are not those that were backed up. Take the earlier version of the object, or name another with `snapshot`.',
  ),
  'snapshot-broken': refusal('The snapshot cannot be restored. Name another with `snapshot`.'),
  'snapshot-version-skew': refusal(
    'Put the named version on the hosts (the image in the manifest), or name another snapshot.',
  ),
  'encryption-key-missing': refusal(
    'Put the named key back into the EncryptionConfiguration of every host; without it no Secret can be read.',
  ),
  'snapshot-would-be-worse': refusal(
    'The cluster is behind its newest snapshot: look at why before another backup; `force` takes it all the same.',
  ),
  'no-healthy-member': refusal('No member is fit for a snapshot: look at etcd, or run etcd-restore.'),
  // Work on the hosts
  'static-pod-running': transient('The static pod has not ended yet; the wait is repeated until the proof is there.'),
  'static-pod-not-started': transient('The static pod does not answer yet; the wait is repeated.'),
  'not-proved-stopped': permanent('Data was left alone because etcd may still run; find out why, then decide `retry`.'),
  'etcd-not-healthy': transient('The members do not agree yet; the wait is repeated.'),
  // One look may fall into an election or find a member busy: only what stays so for the length of the step is asked of a person.
  'quorum-at-risk': transient(
    'Nothing was removed; the step is repeated for its time. If it stays so, bring another member back first, then decide `retry`.',
  ),
  'learner-not-in-sync': transient('The new member still copies the data; the wait is repeated.'),
  'other-etcd-alarm': permanent('Solve the named alarm and clear it by `etcdctl alarm disarm`, then decide `retry`.'),
  'fenced-host-runs': permanent(
    'A machine runs again that was off when the plan was made, and nobody was asked whether it may be stopped. Decide `abort`, then start ' +
      'again for a plan of what is so now.',
  ),
  'etcd-changed': permanent(
    'etcd is no longer as the plan found it, and nothing was stopped. Decide `abort`, which puts back what was prepared, then start again ' +
      'for a plan of what is so now; `retry` looks once more.',
  ),
  'not-fenced': transient('EC2 has not said yet that the machine is stopped; the wait is repeated.'),
  'restore-failed': permanent('Read the log of the agent, mend the host (often space), then decide `retry`.'),
  'host-files-unreadable': permanent('Look at the named file on the host, then decide `retry`.'),
} as const satisfies Record<string, CodeEntry>;
