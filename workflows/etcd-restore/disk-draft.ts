/** What a plan says of the disks under etcd. Pure. */
import type { Precondition } from '../recovery/plan.ts';
import { type SeenDisk, slowDisks, toldDisks } from './slow-disks.ts';

/**
 * A precondition that blocks nothing, and no warning: whether a disk right at the limit counts as slow changes from look to look, and a
 * warning is part of the plan's hash, which would then ask for another approval. None where nothing could be measured.
 */
export function fastDisks(seen: readonly SeenDisk[]): Precondition[] {
  const detail = toldDisks(seen);
  if (detail === null) return [];
  const slow = slowDisks(seen).map(({ host }) => host);
  const advice =
    `slow on ${slow.join(', ')}: this recovery makes it no faster, and takes longer there; give it more IOPS or another volume, or ` +
    'replace the host, afterwards';
  return [
    {
      name: 'the disks of etcd are fast enough',
      blocking: false,
      met: slow.length === 0,
      detail: slow.length === 0 ? detail : `${advice} (${detail})`,
    },
  ];
}
