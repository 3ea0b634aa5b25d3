import type { Action, Actions } from '../front/action.ts';
import type { World } from '../front/world.ts';
import type { QueryParameters } from '../wire/query.ts';
import type { AutoScalingGroup, HookWait, LifecycleHook, Member } from './group.ts';
import { completeWait, updateMember } from './members.ts';
import { requiredGroup, requiredText, validationError } from './request.ts';

const transitions = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] as const;

/** Seconds: AWS's own default, and what it accepts. */
const heartbeat = { usual: 3_600, least: 30, most: 7_200 };

const putHook: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const name = requiredText(parameters, 'LifecycleHookName');
  const known = world.hooks.get(`${group.name}/${name}`);
  const transition = transitions.find((entry) => entry === parameters.get('LifecycleTransition')) ?? known?.transition;
  if (!transition)
    throw validationError(
      'LifecycleTransition must be one of autoscaling:EC2_INSTANCE_LAUNCHING, autoscaling:EC2_INSTANCE_TERMINATING.',
    );
  const timeout = parameters.integer('HeartbeatTimeout') ?? known?.heartbeatTimeout ?? heartbeat.usual;
  if (timeout < heartbeat.least || timeout > heartbeat.most) {
    throw validationError(`HeartbeatTimeout must be between ${heartbeat.least} and ${heartbeat.most} seconds.`);
  }
  const result = parameters.get('DefaultResult') ?? known?.defaultResult ?? 'ABANDON';
  if (result !== 'CONTINUE' && result !== 'ABANDON')
    throw validationError('DefaultResult must be CONTINUE or ABANDON.');
  const target = parameters.get('NotificationTargetARN') ?? known?.notificationTarget;
  const metadata = parameters.get('NotificationMetadata') ?? known?.notificationMetadata;
  const role = parameters.get('RoleARN') ?? known?.role;
  const hook: LifecycleHook = {
    group: group.name,
    name,
    transition,
    heartbeatTimeout: timeout,
    defaultResult: result,
    ...(target !== undefined && { notificationTarget: target }),
    ...(metadata !== undefined && { notificationMetadata: metadata }),
    ...(role !== undefined && { role }),
  };
  world.hooks.put(`${group.name}/${name}`, hook);
  return {};
};

const describeHooks: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const names = parameters.list('LifecycleHookNames');
  const found = [...world.hooks.values()].filter(
    (hook) => hook.group === group.name && (names.length === 0 || names.includes(hook.name)),
  );
  return {
    LifecycleHooks: found.map((hook) => ({
      LifecycleHookName: hook.name,
      AutoScalingGroupName: hook.group,
      LifecycleTransition: hook.transition,
      NotificationTargetARN: hook.notificationTarget,
      RoleARN: hook.role,
      NotificationMetadata: hook.notificationMetadata,
      HeartbeatTimeout: hook.heartbeatTimeout,
      GlobalTimeout: Math.min(hook.heartbeatTimeout * 100, 172_800),
      DefaultResult: hook.defaultResult,
    })),
  };
};

/** Instances that wait for a hook that is taken away go on. */
const deleteHook: Action = async (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const name = requiredText(parameters, 'LifecycleHookName');
  if (!world.hooks.delete(`${group.name}/${name}`)) {
    throw validationError(`No Lifecycle Hook found with name: ${name}`);
  }
  for (const member of group.members.filter((entry) => entry.waits?.some((wait) => wait.hook === name))) {
    await completeWait(world, group, member, name, 'CONTINUE');
  }
  return {};
};

/** The wait that a request names by instance or by token. */
function requestedWait(
  world: World,
  parameters: QueryParameters,
): { group: AutoScalingGroup; member: Member; wait: HookWait } {
  const group = requiredGroup(world, parameters);
  const hook = requiredText(parameters, 'LifecycleHookName');
  const instanceId = parameters.get('InstanceId');
  const token = parameters.get('LifecycleActionToken');
  if (!instanceId && !token) throw validationError('Either InstanceId or LifecycleActionToken must be given.');
  for (const member of group.members) {
    const wait = member.waits?.find((entry) => entry.hook === hook && (!token || entry.token === token));
    if (wait && (!instanceId || member.instanceId === instanceId)) return { group, member, wait };
  }
  const named = token ? `with token ${token}` : `for instance ${instanceId}`;
  throw validationError(`No active Lifecycle Action found ${named}`);
}

const completeAction: Action = async (world, parameters) => {
  const result = requiredText(parameters, 'LifecycleActionResult');
  if (result !== 'CONTINUE' && result !== 'ABANDON')
    throw validationError('LifecycleActionResult must be CONTINUE or ABANDON.');
  const { group, member, wait } = requestedWait(world, parameters);
  await completeWait(world, group, member, wait.hook, result);
  return {};
};

const recordHeartbeat: Action = (world, parameters) => {
  const { group, member, wait } = requestedWait(world, parameters);
  const seconds = world.hooks.get(`${group.name}/${wait.hook}`)?.heartbeatTimeout ?? heartbeat.usual;
  const until = Math.min(world.now() + seconds * 1_000, wait.latest);
  updateMember(world, group.name, member.instanceId, (current) => ({
    ...current,
    waits: (current.waits ?? []).map((entry) => (entry.token === wait.token ? { ...entry, until } : entry)),
  }));
  return {};
};

export const hookActions: Actions = {
  PutLifecycleHook: putHook,
  DescribeLifecycleHooks: describeHooks,
  DeleteLifecycleHook: deleteHook,
  CompleteLifecycleAction: completeAction,
  RecordLifecycleActionHeartbeat: recordHeartbeat,
};
