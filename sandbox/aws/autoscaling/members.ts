/** The steps that a member of a group takes. Each reads the group anew, so that nothing that happened in between is lost. */
import { randomUUID } from 'node:crypto';
import { InstanceState, instanceState } from '../ec2/instance.ts';
import { tellMoto } from '../ec2/instance-actions.ts';
import { beginTermination } from '../ec2/lifetime.ts';
import type { World } from '../front/world.ts';
import { causeTime, moveActivity, recordActivity } from './activities.ts';
import { isEnding } from './balance.ts';
import {
  type AutoScalingGroup,
  type HookWait,
  type LifecycleHook,
  LifecycleState,
  type Member,
  type ScalingActivity,
} from './group.ts';

/** How long a wait can be prolonged by heartbeats, as a multiple of its time-out and at most. */
const longestWait = { timeouts: 100, ms: 48 * 3_600_000 };

export function updateGroup(world: World, name: string, change: (group: AutoScalingGroup) => AutoScalingGroup): void {
  const group = world.groups.get(name);
  if (group) world.groups.put(name, change(group));
}

export function updateMember(world: World, name: string, instanceId: string, change: (member: Member) => Member): void {
  updateGroup(world, name, (group) => ({
    ...group,
    members: group.members.map((member) => (member.instanceId === instanceId ? change(member) : member)),
  }));
}

export function removeMember(world: World, name: string, instanceId: string): void {
  updateGroup(world, name, (group) => ({
    ...group,
    members: group.members.filter((member) => member.instanceId !== instanceId),
  }));
}

function hooksOf(world: World, group: string, transition: LifecycleHook['transition']): LifecycleHook[] {
  return [...world.hooks.values()].filter((hook) => hook.group === group && hook.transition === transition);
}

function startWaits(hooks: readonly LifecycleHook[], now: number): HookWait[] {
  return hooks.map((hook) => {
    const timeout = hook.heartbeatTimeout * 1_000;
    return {
      hook: hook.name,
      token: randomUUID(),
      until: now + timeout,
      latest: now + Math.min(timeout * longestWait.timeouts, longestWait.ms),
    };
  });
}

/** A launched instance runs: it waits for its hooks, or enters service. */
export function arrive(world: World, group: AutoScalingGroup, member: Member): void {
  const hooks = hooksOf(world, group.name, 'autoscaling:EC2_INSTANCE_LAUNCHING');
  if (hooks.length === 0) {
    enterService(world, group.name, member.instanceId);
    return;
  }
  updateMember(world, group.name, member.instanceId, (current) => ({
    ...current,
    state: LifecycleState.pendingWait,
    waits: startWaits(hooks, world.now()),
  }));
  moveActivity(world, member.activityId, { status: 'MidLifecycleAction', progress: 60 });
}

export function enterService(world: World, group: string, instanceId: string): void {
  updateMember(world, group, instanceId, (current) => {
    moveActivity(world, current.activityId, { status: 'Successful', progress: 100 });
    const { waits: _waits, activityId: _activity, ...rest } = current;
    return { ...rest, state: LifecycleState.inService, inServiceAt: world.now() };
  });
}

/** Begins the end of a member: it waits for its hooks, or its instance is terminated at once. Returns the activity. */
export async function retire(
  world: World,
  group: AutoScalingGroup,
  instanceId: string,
  why: string,
): Promise<ScalingActivity | undefined> {
  const member = group.members.find((entry) => entry.instanceId === instanceId);
  if (!member || isEnding(member)) return undefined;
  moveActivity(world, member.activityId, { status: 'Cancelled', progress: 100 });
  const activity = recordActivity(world, group, {
    description: `Terminating EC2 instance: ${instanceId}`,
    cause: `At ${causeTime(world.now())} ${why}`,
    status: 'InProgress',
    progress: 0,
    subnetId: member.subnetId,
    zone: member.zone,
  });
  const hooks = hooksOf(world, group.name, 'autoscaling:EC2_INSTANCE_TERMINATING');
  const alive = world.instances.get(instanceId);
  const waiting =
    hooks.length > 0 && alive !== undefined && instanceState(alive, world.now()) === InstanceState.running;
  updateMember(world, group.name, instanceId, ({ waits: _waits, ...current }) => ({
    ...current,
    state: waiting ? LifecycleState.terminatingWait : LifecycleState.terminating,
    activityId: activity.id,
    ...(waiting && { waits: startWaits(hooks, world.now()) }),
  }));
  if (waiting) moveActivity(world, activity.id, { status: 'MidLifecycleAction', progress: 60 });
  else await terminate(world, instanceId);
  return world.activities.get(activity.id);
}

/** Ends the instance of a member whose hooks are done. */
export async function terminate(world: World, instanceId: string): Promise<void> {
  const instance = world.instances.get(instanceId);
  if (!instance) return;
  beginTermination(world, instance, {
    code: 'Client.UserInitiatedShutdown',
    message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  });
  await tellMoto(world, 'TerminateInstances', [instance]);
}

/** One hook of a member is done. `ABANDON` while launching ends the instance; while terminating it only ends the waiting. */
export async function completeWait(
  world: World,
  group: AutoScalingGroup,
  member: Member,
  hook: string,
  result: 'CONTINUE' | 'ABANDON',
): Promise<void> {
  const left = result === 'ABANDON' ? [] : (member.waits ?? []).filter((wait) => wait.hook !== hook);
  updateMember(world, group.name, member.instanceId, (current) => ({ ...current, waits: left }));
  if (left.length > 0) return;
  if (member.state === LifecycleState.terminatingWait) {
    updateMember(world, group.name, member.instanceId, (current) => ({
      ...current,
      state: LifecycleState.terminatingProceed,
    }));
    moveActivity(world, member.activityId, { status: 'InProgress', progress: 70 });
    return terminate(world, member.instanceId);
  }
  if (result === 'CONTINUE') return enterService(world, group.name, member.instanceId);
  moveActivity(world, member.activityId, {
    status: 'Failed',
    progress: 100,
    statusMessage: `Instance ${member.instanceId} failed to complete the lifecycle action: the hook ${hook} was abandoned.`,
  });
  const current = world.groups.get(group.name) ?? group;
  await retire(
    world,
    current,
    member.instanceId,
    `an instance was taken out of service after its lifecycle action was abandoned.`,
  );
}
