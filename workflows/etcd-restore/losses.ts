import type { CountedNames, Rewind } from '../../activities/hosts/rewind-keys.ts';
import type { SeenRewind } from './facts.ts';

const unreadable = 'What there is now cannot be read: no member answers and no data of a member is whole.';

/** What the operator reads before approving. Pure. */
export function lossesOf(rewind: SeenRewind | null): readonly string[] {
  if (rewind === null) return [unreadable];
  const { objects, cloud } = rewind;
  return [
    ...told('gone afterwards, made since the snapshot', objects.lost, objects),
    ...told('back afterwards, deleted since the snapshot', objects.returning, objects),
    ...told('as they were then, changed since the snapshot', objects.changed, objects),
    ...(cloud ?? ['EC2 and Auto Scaling could not be asked.']),
  ];
}

/** Whether a plan with these losses could name objects at all. Pure. */
export function couldBeRead(losses: readonly string[]): boolean {
  return losses.length > 0 && !losses.includes(unreadable);
}

/**
 * What a rewind took back that the plan had not named: written after the plan was made. Both lists name the first of each kind of loss
 * only, so that this is what can be told by name. Pure.
 */
export function beyondPlan(losses: readonly string[], { lost, returning, changed }: Rewind): readonly string[] {
  const named = new Set(losses.flatMap((line) => line.replace(moreNames, '').split(between)));
  const unnamed = (what: string, { names }: CountedNames) =>
    names.filter((name) => !named.has(name)).map((name) => `${what} ${name}`);
  return [...unnamed('gone', lost), ...unnamed('back', returning), ...unnamed('as it was then', changed)];
}

const between = '; ';
const moreNames = /, and \d+ more$/;

function told(what: string, { count, kinds, names }: CountedNames, { basis }: Rewind): string[] {
  if (count === 0) return [`0 objects ${what} (by ${basis})`];
  const each = Object.entries(kinds).sort(([, left], [, right]) => right - left);
  const counts = each.map(([kind, number]) => `${number} ${kind}`).join(', ');
  const more = count > names.length ? `, and ${count - names.length} more` : '';
  return [`${count} objects ${what} (by ${basis}): ${counts}`, `${names.join(between)}${more}`];
}
