/** Instance refresh: a batch at a time, as many as the least healthy share allows. */
import type { World } from '../front/world.ts';
import { countedMembers, isEnding } from './balance.ts';
import { type AutoScalingGroup, type InstanceRefresh, LifecycleState } from './group.ts';
import { retire, updateGroup } from './members.ts';

export function activeRefresh(group: AutoScalingGroup): InstanceRefresh | undefined {
  return group.refreshes.find((refresh) => ['Pending', 'InProgress', 'Cancelling'].includes(refresh.status));
}

function update(world: World, name: string, id: string, change: Partial<InstanceRefresh>): void {
  updateGroup(world, name, (group) => ({
    ...group,
    refreshes: group.refreshes.map((refresh) => (refresh.id === id ? { ...refresh, ...change } : refresh)),
  }));
}

export async function stepRefresh(world: World, name: string): Promise<void> {
  const group = world.groups.get(name);
  const refresh = group && activeRefresh(group);
  if (!group || !refresh || group.suspended.InstanceRefresh !== undefined) return;
  if (refresh.status === 'Cancelling') {
    return update(world, name, refresh.id, { status: 'Cancelled', endTime: world.now() });
  }
  const remaining = refresh.remaining.filter((id) =>
    group.members.some((member) => member.instanceId === id && !isEnding(member)),
  );
  const counted = countedMembers(group.members);
  const inService = counted.filter((member) => member.state === LifecycleState.inService).length;
  const whole = group.desired <= counted.length && inService >= group.desired;
  if (remaining.length === 0 && whole) {
    return update(world, name, refresh.id, { status: 'Successful', remaining, endTime: world.now() });
  }
  const least = Math.floor((group.desired * refresh.minHealthyPercentage) / 100);
  const batch = Math.max(whole ? 1 : 0, inService - least);
  update(world, name, refresh.id, { status: 'InProgress', remaining: remaining.slice(batch) });
  for (const id of remaining.slice(0, batch)) {
    const why = `an instance was taken out of service in response to an instance refresh.`;
    await retire(world, world.groups.get(name) ?? group, id, why);
  }
}
