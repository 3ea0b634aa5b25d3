import type { KubernetesPort } from '../kubernetes/port.ts';
import type { Pace } from '../pace.ts';
import { type FormerGroup, holdTags, ownHold, ownSuspensions } from './group-hold.ts';
import { namedGroups } from './hold-groups.ts';
import { readyInstances } from './joined.ts';
import { type AutoScalingRegion, type Group, isEnding, isProvedDead, terminationBatch } from './port.ts';
import type { ReleaseGroupsInput } from './types.ts';

type Wanted = ReleaseGroupsInput['groups'][number];

/**
 * Long enough that a launch under way shows as a member, milliseconds: Auto Scaling lists it once EC2 has answered RunInstances. One that
 * showed only after the release would make the group one too large, and the group itself would choose whom to end.
 */
const settleMs = 5_000;

/**
 * Puts each group back exactly: min, max, desired, and only those processes that this recovery suspended. Where a stopped recovery
 * left more members than that, those that may go are ended first: launched ones that never became a Ready node, then machines
 * proved dead whose replacement is there. Never anything else: what still is too much stays, and is told.
 */
export async function releaseGroups(
  port: KubernetesPort,
  region: AutoScalingRegion,
  input: ReleaseGroupsInput,
  pace: Pace,
): Promise<string> {
  const told: string[] = [];
  for (const [index, group] of (await namedGroups(region, input.groups, pace.signal())).entries()) {
    const wanted = input.groups[index];
    const former = ownHold(group, input.recoveryId);
    if (wanted === undefined || former === null) {
      told.push(`${group.name} is not held`);
      continue;
    }
    const desired = wanted.desired ?? former.desired;
    const ended = await shedSurplus(port, region, { input, wanted, desired, former }, pace);
    const [now = group] = await namedGroups(region, [group], pace.signal());
    const kept = Math.max(desired, present(now).length);
    await region.resize(group.name, { min: former.min, max: Math.max(former.max, kept), desired: kept });
    const resumed = ownSuspensions(former).filter((name) => now.suspended.includes(name));
    if (resumed.length > 0) await region.resume(group.name, resumed);
    await region.untag([{ name: group.name, keys: [holdTags.recovery, holdTags.workflow, holdTags.former] }]);
    const surplus = kept > desired ? ` (${kept - desired} more than wanted live: end them by hand)` : '';
    told.push(
      `${group.name}: min ${former.min}, max ${Math.max(former.max, kept)}, desired ${kept}${surplus}${ended === 0 ? '' : `, ${ended} ended`}`,
    );
  }
  return told.join('; ');
}

interface Release {
  readonly input: ReleaseGroupsInput;
  readonly wanted: Wanted;
  readonly desired: number;
  readonly former: FormerGroup;
}

async function shedSurplus(
  port: KubernetesPort,
  region: AutoScalingRegion,
  release: Release,
  pace: Pace,
): Promise<number> {
  const { input, wanted, desired, former } = release;
  for (;;) {
    const [group] = await namedGroups(region, [wanted], pace.signal());
    if (group === undefined) return 0;
    const count = Math.max(desired, present(group).length);
    if (group.desired !== count) {
      // No further launch from here on, and nothing that Auto Scaling would choose to end.
      await region.resize(group.name, { min: former.min, max: Math.max(group.max, count), desired: count });
      await pace.sleep(settleMs);
      continue;
    }
    const surplus = count - desired;
    if (surplus === 0) return 0;
    const going = (await mayGo(port, region, group, input, wanted, pace)).slice(0, surplus);
    for (let from = 0; from < going.length; from += terminationBatch) {
      await region.terminateAndShrink(group.name, going.slice(from, from + terminationBatch));
    }
    return going.length;
  }
}

/** Ids of members that may be ended, those that nothing ever ran on first. */
async function mayGo(
  port: KubernetesPort,
  region: AutoScalingRegion,
  group: Group,
  input: ReleaseGroupsInput,
  { formerMembers }: Wanted,
  pace: Pace,
): Promise<readonly string[]> {
  const members = present(group).map(({ instanceId }) => instanceId);
  const dead = new Set(input.dead.map(({ instanceId }) => instanceId));
  const [ready, machines] = await Promise.all([
    readyInstances(port, pace.signal()),
    region.machines(
      members.filter((id) => dead.has(id)),
      pace.signal(),
    ),
  ]);
  const launched = members.filter((id) => !formerMembers.includes(id) && !ready.has(id));
  const proved = machines.filter((machine) => isProvedDead(machine) && !ready.has(machine.instanceId));
  return [...launched, ...proved.map(({ instanceId }) => instanceId)];
}

function present(group: Group) {
  return group.members.filter((member) => !isEnding(member));
}
