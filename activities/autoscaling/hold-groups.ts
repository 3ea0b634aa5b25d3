import { RekindleError } from '../../errors/rekindle-error.ts';
import { holdTags, ownHold, ownSuspensions, writeFormer } from './group-hold.ts';
import type { AutoScalingRegion, Group } from './port.ts';
import type { HoldGroupsInput, RaiseCapacityInput } from './types.ts';

/**
 * Notes on each group how it is, then suspends what would fight. The note comes first: whatever happens after it can be put back
 * exactly. A group whose size is not the plan's is not taken.
 */
export async function holdGroups(
  region: AutoScalingRegion,
  input: HoldGroupsInput,
  signal: AbortSignal,
): Promise<string> {
  const { recoveryId, workflowId } = input;
  const groups = await namedGroups(region, input.groups, signal);
  const fresh: Group[] = [];
  for (const [index, group] of groups.entries()) {
    if (ownHold(group, recoveryId) !== null) continue;
    const planned = input.groups[index];
    if (planned?.min !== group.min || planned.max !== group.max || planned.desired !== group.desired) {
      throw new RekindleError(
        'drifted',
        `group ${group.name} is now ${sizeOf(group)}, the plan saw ${planned && sizeOf(planned)}`,
      );
    }
    fresh.push(group);
  }
  if (fresh.length > 0) {
    await region.tag(
      fresh.map((group) => ({
        name: group.name,
        tags: {
          [holdTags.former]: writeFormer(group),
          [holdTags.recovery]: recoveryId,
          [holdTags.workflow]: workflowId,
        },
      })),
    );
  }
  for (const group of groups) {
    const missing = ownSuspensions(ownHold(group, recoveryId) ?? group).filter(
      (name) => !group.suspended.includes(name),
    );
    if (missing.length > 0) await region.suspend(group.name, missing);
  }
  return groups.map(({ name, min, max, desired }) => `${name} (${sizeOf({ min, max, desired })})`).join(', ');
}

/** Brings the desired capacity to the named number, and max where it is in the way. A repeat finds it done. */
export async function raiseCapacity(
  region: AutoScalingRegion,
  input: RaiseCapacityInput,
  signal: AbortSignal,
): Promise<string> {
  const groups = await namedGroups(region, input.groups, signal);
  const raised: string[] = [];
  for (const [index, group] of groups.entries()) {
    const desired = input.groups[index]?.desired ?? group.desired;
    if (ownHold(group, input.recoveryId) === null) {
      throw new RekindleError('drifted', `group ${group.name} is no longer held by this recovery`);
    }
    if (group.desired < desired) {
      await region.resize(group.name, { min: group.min, max: Math.max(group.max, desired), desired });
    }
    raised.push(`${group.name} to ${Math.max(group.desired, desired)}`);
  }
  return raised.join(', ') || 'no group needs more';
}

/** In the order of the input. */
export async function namedGroups(
  region: AutoScalingRegion,
  named: readonly { readonly name: string }[],
  signal: AbortSignal,
): Promise<readonly Group[]> {
  if (named.length === 0) return [];
  const found = await region.groups(
    named.map(({ name }) => name),
    signal,
  );
  return named.map(({ name }) => {
    const group = found.find((one) => one.name === name);
    if (group === undefined)
      throw new RekindleError('group-unknown', `Auto Scaling knows no group ${name} in ${region.region}`);
    return group;
  });
}

function sizeOf({
  min,
  max,
  desired,
}: {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}): string {
  return `min ${min}, max ${max}, desired ${desired}`;
}
