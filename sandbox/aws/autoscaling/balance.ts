/** Where a group launches and what it gives up. Pure. */
import { LifecycleState, type Member } from './group.ts';

const ending: readonly LifecycleState[] = [
  LifecycleState.terminating,
  LifecycleState.terminatingWait,
  LifecycleState.terminatingProceed,
];

export function isEnding(member: Member): boolean {
  return ending.includes(member.state);
}

/** Members that count against the desired capacity: neither ending nor on standby. */
export function countedMembers(members: readonly Member[]): Member[] {
  return members.filter((member) => !isEnding(member) && member.state !== LifecycleState.standby);
}

function countByZone(members: readonly Member[], zones: readonly string[]): Map<string, number> {
  const counts = new Map(zones.map((zone) => [zone, 0]));
  for (const member of members) counts.set(member.zone, (counts.get(member.zone) ?? 0) + 1);
  return counts;
}

/**
 * Spreads launches: each goes to the zone that has the fewest members by then; of equals, the one that is named first.
 *
 * @param zones the zones to choose from, in the order of the group's subnets
 * @returns how many to launch in each zone; empty when there is no zone to choose from
 */
export function spreadLaunches(
  members: readonly Member[],
  zones: readonly string[],
  count: number,
): Map<string, number> {
  const launches = new Map<string, number>();
  if (zones.length === 0) return launches;
  const counts = countByZone(countedMembers(members), zones);
  for (let left = count; left > 0; left -= 1) {
    const least = Math.min(...zones.map((zone) => counts.get(zone) ?? 0));
    const zone = zones.find((candidate) => (counts.get(candidate) ?? 0) === least) ?? zones[0] ?? '';
    counts.set(zone, least + 1);
    launches.set(zone, (launches.get(zone) ?? 0) + 1);
  }
  return launches;
}

/**
 * Chooses the members to give up: unhealthy ones first, then from the zone that has the most members by then, there the oldest.
 * Protected members are never chosen.
 *
 * @param members in the order in which they were launched
 */
export function chooseVictims(members: readonly Member[], zones: readonly string[], count: number): Member[] {
  const left = countedMembers(members);
  const victims: Member[] = [];
  while (victims.length < count) {
    const candidates = left.filter((member) => !member.protected);
    if (candidates.length === 0) break;
    const counts = countByZone(left, zones);
    const most = Math.max(...candidates.map((member) => counts.get(member.zone) ?? 0));
    const victim =
      candidates.find((member) => !member.healthy) ??
      candidates.find((member) => (counts.get(member.zone) ?? 0) === most);
    if (!victim) break;
    victims.push(victim);
    left.splice(left.indexOf(victim), 1);
  }
  return victims;
}

/** The zone that lacks members against the fullest one by two or more; undefined when the group is balanced. */
export function zoneToFill(members: readonly Member[], zones: readonly string[]): string | undefined {
  if (zones.length < 2) return undefined;
  const counts = countByZone(countedMembers(members), zones);
  const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())];
  return most - least >= 2 ? zones.find((zone) => counts.get(zone) === least) : undefined;
}
