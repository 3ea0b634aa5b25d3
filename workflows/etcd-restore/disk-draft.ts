/** What a plan says of the disks under etcd. Pure. */
import type { Precondition } from '../recovery/plan.ts';
import { type SeenDisk, slowDisks, toldDisks } from './slow-disks.ts';

/** The figures, which change from look to look: not part of the plan's hash. None where nothing could be measured. */
export function fastDisks(seen: readonly SeenDisk[]): Precondition[] {
  const detail = toldDisks(seen);
  if (detail === null) return [];
  return [{ name: 'the disks of etcd are fast enough', blocking: false, met: slowDisks(seen).length === 0, detail }];
}

export function slowDiskWarnings(seen: readonly SeenDisk[]): string[] {
  const slow = slowDisks(seen).map(({ host }) => host);
  if (slow.length === 0) return [];
  return [
    `The disk of etcd is slow on ${slow.join(', ')}: this recovery makes it no faster, and takes longer there. Give it more IOPS or ` +
      'another volume, or replace the host, afterwards.',
  ];
}
