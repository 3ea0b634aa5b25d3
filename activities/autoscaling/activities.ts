import { RekindleError } from '../../errors/rekindle-error.ts';
import type { KubernetesClusters } from '../kubernetes/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { heldBy } from './group-hold.ts';
import { holdGroups, raiseCapacity } from './hold-groups.ts';
import { type AutoScalingRegion, type AutoScalingRegions, isEnding, isWell } from './port.ts';
import { releaseGroups } from './release-groups.ts';
import { waitReplacements } from './replacements.ts';
import { retireMachines } from './retire.ts';
import type { AutoscalingActivities, GroupFacts } from './types.ts';

export type { AutoscalingActivities } from './types.ts';

export interface AutoscalingDependencies {
  readonly regions: AutoScalingRegions;
  readonly clusters: KubernetesClusters;
  /** Auto Scaling groups that the inventory names for a cluster. */
  groupsOf(cluster: string): readonly string[];
  readonly pace?: Pace;
}

/** A launch that failed longer ago says nothing of today, milliseconds. */
const freshMs = 3_600_000;

export function createAutoscalingActivities(dependencies: AutoscalingDependencies): AutoscalingActivities {
  const { regions, clusters, groupsOf, pace = activityPace } = dependencies;
  const freshFailure = async (region: AutoScalingRegion, group: string): Promise<string | null> => {
    const [latest] = await region.failures(group, pace.signal());
    return latest !== undefined && latest.at > pace.now() - freshMs ? latest.message : null;
  };
  return {
    /** Safe to retry: reads only. Groups, their hooks, refreshes and activities; the instances of members and of nodes, by pages. */
    async readGroups(input) {
      const region = regions.region(input.region);
      const names = input.groups ?? groupsOf(input.cluster);
      if (names.length === 0) {
        throw new RekindleError('group-unknown', `no Auto Scaling group is named for cluster ${input.cluster}`);
      }
      const groups = await region.groups(names, pace.signal());
      const facts = groups.map(async (group): Promise<GroupFacts> => {
        const { members, tags: _tags, ...rest } = group;
        return {
          ...rest,
          memberIds: members.filter((member) => !isEnding(member)).map(({ instanceId }) => instanceId),
          endingIds: members.filter(isEnding).map(({ instanceId }) => instanceId),
          launchHooks: await region.launchHooks(group.name, pace.signal()),
          refresh: await region.refresh(group.name, pace.signal()),
          lastFailure: await freshFailure(region, group.name),
          heldBy: heldBy(group)?.recoveryId ?? null,
        };
      });
      const ids = new Set([
        ...input.instanceIds,
        ...groups.flatMap(({ members }) => members.map(({ instanceId }) => instanceId)),
      ]);
      const [all, machines] = await Promise.all([Promise.all(facts), region.machines([...ids], pace.signal())]);
      const known = new Set(groups.map(({ name }) => name));
      const memberIds = new Set(all.flatMap((group) => group.memberIds));
      const told = machines.filter((machine) => !(isWell(machine) && memberIds.has(machine.instanceId)));
      return {
        groups: all,
        unknown: names.filter((name) => !known.has(name)),
        machines: told,
        well: machines.length - told.length,
      };
    },

    /** Safe to retry: a group that carries this recovery's note is taken as it is. @throws RekindleError `group-held`, `drifted` */
    holdGroups: async (input) => holdGroups(regions.region(input.region), input, pace.signal()),

    /** Safe to retry: the desired capacity is absolute, and never lowered here. */
    raiseCapacity: async (input) => raiseCapacity(regions.region(input.region), input, pace.signal()),

    /**
     * Safe to retry: reads only.
     * @throws RekindleError `capacity-missing`, `quota-exceeded`, `launch-failed`, `lifecycle-hook-waiting`, `nodes-do-not-join`
     */
    waitReplacements: async (input) =>
      waitReplacements(clusters.cluster(input.cluster), regions.region(input.region), input, pace),

    /**
     * Safe to retry: ends only members that are still there; those that are ending or gone are counted as done.
     * @throws RekindleError `machine-alive` or `node-not-empty` before anything is ended; `not-terminated-yet` at its limit
     */
    retireMachines: async (input) =>
      retireMachines(clusters.cluster(input.cluster), regions.region(input.region), input, pace),

    /** Safe to retry: a group without this recovery's note is left alone; the note goes last. */
    releaseGroups: async (input) =>
      releaseGroups(clusters.cluster(input.cluster), regions.region(input.region), input, pace),
  };
}
