/**
 * Auto Scaling's own work, a group at a time: members move on, ill ones are replaced, the number of members is brought to the
 * desired capacity, zones are balanced; each only while its process is not suspended.
 */
import { type Instance, InstanceState, instanceState, isAlive } from '../ec2/instance.ts';
import { settle } from '../ec2/lifetime.ts';
import type { World } from '../front/world.ts';
import { moveActivity } from './activities.ts';
import { chooseVictims, countedMembers, isEnding, zoneToFill } from './balance.ts';
import { type AutoScalingGroup, LifecycleState, type Member } from './group.ts';
import { launchMany } from './launches.ts';
import { arrive, completeWait, removeMember, retire, updateGroup, updateMember } from './members.ts';
import { stepRefresh } from './refresh.ts';

/** Starts the clock; the returned function stops it. A group that is still being worked on is left out of the next round. */
export function startReconciling(world: World): () => void {
  const busy = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const round = (): void => {
    settle(world);
    for (const { name } of [...world.groups.values()]) {
      if (busy.has(name)) continue;
      busy.add(name);
      reconcile(world, name)
        .catch((error: unknown) => console.error(new Date().toISOString(), 'group', name, error))
        .finally(() => busy.delete(name));
    }
    if (!stopped) timer = setTimeout(round, world.timing.autoScalingTick);
  };
  timer = setTimeout(round, world.timing.autoScalingTick);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

export async function reconcile(world: World, name: string): Promise<void> {
  const group = (): AutoScalingGroup | undefined => world.groups.get(name);
  for (const member of group()?.members ?? []) await moveMember(world, name, member.instanceId);
  checkHealth(world, name);
  await replaceUnhealthy(world, name);
  const present = group();
  if (!present) return;
  if (present.deleting) return emptyAndForget(world, present);
  await stepRefresh(world, name);
  await matchCapacity(world, name);
  await balance(world, name);
}

function runs(group: AutoScalingGroup, process: string): boolean {
  return group.suspended[process] === undefined;
}

async function moveMember(world: World, name: string, instanceId: string): Promise<void> {
  const group = world.groups.get(name);
  const member = group?.members.find((entry) => entry.instanceId === instanceId);
  if (!group || !member) return;
  const instance = world.instances.get(instanceId);
  const state = instance ? instanceState(instance, world.now()) : InstanceState.terminated;
  if (isEnding(member)) {
    if (state === InstanceState.terminated) {
      moveActivity(world, member.activityId, { status: 'Successful', progress: 100 });
      return removeMember(world, name, instanceId);
    }
    return timeOut(world, group, member);
  }
  if (member.state === LifecycleState.pending) {
    if (state === InstanceState.running) return arrive(world, group, member);
    if (!isAlive(state)) {
      moveActivity(world, member.activityId, {
        status: 'Failed',
        progress: 100,
        statusMessage: `Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ${instance?.stateReason?.message ?? 'the instance is gone'}`,
      });
      return removeMember(world, name, instanceId);
    }
  }
  if (member.state === LifecycleState.pendingWait) await timeOut(world, group, member);
}

/** A wait that nobody ended takes its hook's default result. */
async function timeOut(world: World, group: AutoScalingGroup, member: Member): Promise<void> {
  const expired = member.waits?.find((wait) => wait.until <= world.now());
  if (!expired) return;
  const result = world.hooks.get(`${group.name}/${expired.hook}`)?.defaultResult ?? 'ABANDON';
  await completeWait(world, group, member, expired.hook, result);
}

function checkHealth(world: World, name: string): void {
  const group = world.groups.get(name);
  if (!group || !runs(group, 'HealthCheck')) return;
  for (const member of group.members) {
    if (member.state !== LifecycleState.inService || !member.healthy) continue;
    if (illness(world, group, member, world.instances.get(member.instanceId)) !== undefined) {
      updateMember(world, name, member.instanceId, (current) => ({ ...current, healthy: false }));
    }
  }
}

/** What EC2's health check says against a member, once it had time to notice. */
function illness(
  world: World,
  group: AutoScalingGroup,
  member: Member,
  instance: Instance | undefined,
): string | undefined {
  const now = world.now();
  if (!instance) return 'terminated or stopped';
  if (!isAlive(instanceState(instance, now))) {
    return now - (instance.endedAt ?? now) >= world.timing.healthCheck ? 'terminated or stopped' : undefined;
  }
  const graceOver = now - (member.inServiceAt ?? now) >= group.healthCheckGracePeriod * 1_000;
  const since = instance.impairedSince;
  if (graceOver && since !== undefined && now - since >= world.timing.impairedBeforeUnhealthy) return 'impaired';
  return undefined;
}

async function replaceUnhealthy(world: World, name: string): Promise<void> {
  const group = world.groups.get(name);
  if (!group || !runs(group, 'ReplaceUnhealthy') || !runs(group, 'Terminate')) return;
  for (const member of group.members) {
    if (member.healthy || member.state !== LifecycleState.inService) continue;
    const instance = world.instances.get(member.instanceId);
    const found = illness(world, group, member, instance);
    const why =
      found === undefined
        ? 'an instance was taken out of service in response to a user health-check.'
        : found === 'impaired'
          ? 'an instance was taken out of service in response to an EC2 instance status checks failure.'
          : 'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.';
    await retire(world, world.groups.get(name) ?? group, member.instanceId, why);
  }
}

async function matchCapacity(world: World, name: string): Promise<void> {
  const group = world.groups.get(name);
  if (!group) return;
  const counted = countedMembers(group.members);
  const missing = group.desired - counted.length;
  if (missing === 0 && group.reason !== undefined && group.members.every((m) => m.state === LifecycleState.inService)) {
    updateGroup(world, name, ({ reason: _reached, ...current }) => current);
  }
  if (missing > 0 && runs(group, 'Launch') && world.now() >= group.launchAfter) {
    const { failed } = await launchMany(world, name, missing, group.reason);
    if (failed > 0)
      updateGroup(world, name, (current) => ({ ...current, launchAfter: world.now() + world.timing.launchRetry }));
  } else if (missing < 0 && runs(group, 'Terminate')) {
    const zones = group.subnets.map((subnet) => subnet.zone);
    const arriving = counted.some((member) => member.state !== LifecycleState.inService);
    // A group that exceeds its desired capacity to balance its zones waits until the new instance is in service.
    if (arriving && group.reason === rebalancing) return;
    for (const victim of chooseVictims(group.members, zones, -missing)) {
      await retire(
        world,
        world.groups.get(name) ?? group,
        victim.instanceId,
        `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${counted.length} to ${group.desired}.`,
      );
    }
  }
}

const rebalancing = "An instance was launched to aid in balancing the group's zones.";

/** AZRebalance: launches before it terminates, at most a tenth beyond the group's maximum. */
async function balance(world: World, name: string): Promise<void> {
  const group = world.groups.get(name);
  if (!group || !runs(group, 'AZRebalance') || !runs(group, 'Launch') || world.now() < group.launchAfter) return;
  const counted = countedMembers(group.members);
  const room = Math.max(group.maxSize + 1, Math.floor(group.maxSize * 1.1));
  const settled = group.members.every((member) => member.state === LifecycleState.inService && member.healthy);
  const surplus = counted.length - group.desired;
  if (!settled || surplus < 0 || (surplus > 0 && runs(group, 'Terminate')) || counted.length >= room) return;
  const zone = zoneToFill(group.members, [...new Set(group.subnets.map((subnet) => subnet.zone))]);
  if (zone === undefined) return;
  updateGroup(world, name, (current) => ({ ...current, reason: rebalancing }));
  const { failed } = await launchMany(world, name, 1, rebalancing, zone);
  if (failed > 0)
    updateGroup(world, name, (current) => ({ ...current, launchAfter: world.now() + world.timing.launchRetry }));
}

async function emptyAndForget(world: World, group: AutoScalingGroup): Promise<void> {
  for (const member of group.members) {
    await retire(world, world.groups.get(group.name) ?? group, member.instanceId, 'the group was deleted.');
  }
  if ((world.groups.get(group.name)?.members.length ?? 0) > 0) return;
  world.groups.delete(group.name);
  for (const [key, hook] of [...world.hooks.entries()]) if (hook.group === group.name) world.hooks.delete(key);
  for (const activity of [...world.activities.values()]) {
    if (activity.group === group.name) world.activities.put(activity.id, { ...activity, groupDeleted: true });
  }
}
