import type { CountedNames, Rewind } from '../../activities/hosts/rewind-keys.ts';
import type { SeenRewind } from './facts.ts';

/** What the operator reads before approving. Pure. */
export function lossesOf(rewind: SeenRewind | null): readonly string[] {
  if (rewind === null) return ['What there is now cannot be read: no member answers and no data of a member is whole.'];
  const { objects, cloud } = rewind;
  return [
    ...told('gone afterwards, made since the snapshot', objects.lost, objects),
    ...told('back afterwards, deleted since the snapshot', objects.returning, objects),
    ...told('as they were then, changed since the snapshot', objects.changed, objects),
    ...(cloud ?? ['EC2 and Auto Scaling could not be asked.']),
  ];
}

function told(what: string, { count, kinds, names }: CountedNames, { basis }: Rewind): string[] {
  if (count === 0) return [`0 objects ${what} (by ${basis})`];
  const each = Object.entries(kinds).sort(([, left], [, right]) => right - left);
  const counts = each.map(([kind, number]) => `${number} ${kind}`).join(', ');
  const more = count > names.length ? `, and ${count - names.length} more` : '';
  return [`${count} objects ${what} (by ${basis}): ${counts}`, `${names.join('; ')}${more}`];
}
