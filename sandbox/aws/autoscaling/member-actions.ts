import { InstanceState, instanceState } from '../ec2/instance.ts';
import type { Action, Actions } from '../front/action.ts';
import type { World } from '../front/world.ts';
import { page } from '../wire/pages.ts';
import type { XmlValue } from '../wire/xml.ts';
import { activityXml, causeTime, recordActivity } from './activities.ts';
import { isEnding } from './balance.ts';
import { type AutoScalingGroup, LifecycleState, type Member, type ScalingActivity } from './group.ts';
import { memberXml } from './group-xml.ts';
import { removeMember, retire, updateGroup, updateMember } from './members.ts';
import {
  requestedRecords,
  requiredGroup,
  requiredMember,
  requiredMembers,
  requiredText,
  validationError,
} from './request.ts';

/** Takes `count` off the desired capacity. Throws where that would go below the minimum. */
function checkDecrement(group: AutoScalingGroup, count: number): void {
  if (group.desired - count >= group.minSize) return;
  throw validationError(
    `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
  );
}

function decrement(world: World, name: string, count: number): void {
  updateGroup(world, name, (group) => ({ ...group, desired: group.desired - count }));
}

/** One instance by `InstanceId`, or up to 100 of one group by `InstanceIds` and `AutoScalingGroupName`. */
const terminateInstance: Action = async (world, parameters) => {
  const shrink = parameters.boolean('ShouldDecrementDesiredCapacity');
  if (shrink === undefined)
    throw validationError(
      `Value null at 'shouldDecrementDesiredCapacity' failed to satisfy constraint: Member must not be null`,
    );
  const single = parameters.get('InstanceId');
  const many = parameters.list('InstanceIds');
  if ((single !== undefined) === many.length > 0) throw validationError('Specify either InstanceId or InstanceIds.');
  if (many.length > 100) throw validationError('You can specify up to 100 instances.');
  const group = single !== undefined ? requiredMember(world, single).group : requiredGroup(world, parameters);
  const ids = single !== undefined ? [single] : [...new Set(many)];
  const members = requiredMembers(group, ids).filter((member) => !isEnding(member));
  if (shrink) checkDecrement(group, members.length);
  if (shrink) decrement(world, group.name, members.length);
  const before = group.desired;
  const how = shrink ? `, shrinking the capacity from ${before} to ${before - members.length}.` : '.';
  // All are ending before anything is waited for: else the group would find itself too large, and end others as well.
  const ending = ids.map((id) => {
    const why = `instance ${id} was taken out of service in response to a user request${how}`;
    return retire(world, world.groups.get(group.name) ?? group, id, why);
  });
  const activities: ScalingActivity[] = [];
  for (const [index, id] of ids.entries()) {
    const known = (await ending[index]) ?? underWay(world, group.name, id);
    if (known) activities.push(known);
  }
  if (single === undefined) return { Activities: activities.map(activityXml) };
  return { Activity: activities[0] && activityXml(activities[0]) };
};

/** The activity of a member that was ending already. */
function underWay(world: World, name: string, instanceId: string): ScalingActivity | undefined {
  const member = world.groups.get(name)?.members.find((entry) => entry.instanceId === instanceId);
  return member?.activityId === undefined ? undefined : world.activities.get(member.activityId);
}

const setInstanceHealth: Action = (world, parameters) => {
  const { group, member } = requiredMember(world, requiredText(parameters, 'InstanceId'));
  const status = requiredText(parameters, 'HealthStatus');
  if (status !== 'Healthy' && status !== 'Unhealthy')
    throw validationError(`Valid instance health states are: [Healthy, Unhealthy].`);
  const respectGrace = parameters.boolean('ShouldRespectGracePeriod') ?? true;
  const inGrace = world.now() - (member.inServiceAt ?? world.now()) < group.healthCheckGracePeriod * 1_000;
  if (status === 'Unhealthy' && respectGrace && inGrace && group.healthCheckGracePeriod > 0) return {};
  updateMember(world, group.name, member.instanceId, (current) => ({ ...current, healthy: status === 'Healthy' }));
  return {};
};

const setInstanceProtection: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const ids = requiredMembers(group, parameters.list('InstanceIds')).map((member) => member.instanceId);
  const guard = parameters.boolean('ProtectedFromScaleIn') ?? false;
  for (const id of ids) updateMember(world, group.name, id, (current) => ({ ...current, protected: guard }));
  return {};
};

const describeInstances: Action = (world, parameters) => {
  const wanted = new Set(parameters.list('InstanceIds'));
  const asked = requestedRecords(parameters, { usual: 50, most: 50 });
  const found = [...world.groups.values()].flatMap((group) =>
    group.members
      .filter((member) => wanted.size === 0 || wanted.has(member.instanceId))
      .map((member) => ({ group, member })),
  );
  const shown = page(found, ({ member }) => ({ order: 0, key: member.instanceId }), asked);
  return {
    AutoScalingInstances: shown.entries.map(({ group, member }) => memberXml(member, group.name)),
    NextToken: shown.nextToken,
  };
};

function moveOut(world: World, group: AutoScalingGroup, member: Member, what: string, how: string): XmlValue {
  const activity = recordActivity(world, group, {
    description: `${what} EC2 instance: ${member.instanceId}`,
    cause: `At ${causeTime(world.now())} instance ${member.instanceId} was ${how} in response to a user request.`,
    status: 'Successful',
    progress: 100,
    subnetId: member.subnetId,
    zone: member.zone,
  });
  return activityXml(activity);
}

const enterStandby: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const members = requiredMembers(group, parameters.list('InstanceIds'));
  const shrink = parameters.boolean('ShouldDecrementDesiredCapacity') ?? false;
  const wrong = members.find((member) => member.state !== LifecycleState.inService);
  if (wrong) throw validationError(`The instance ${wrong.instanceId} is not in InService.`);
  if (shrink) checkDecrement(group, members.length);
  if (shrink) decrement(world, group.name, members.length);
  return {
    Activities: members.map((member) => {
      updateMember(world, group.name, member.instanceId, (current) => ({ ...current, state: LifecycleState.standby }));
      return moveOut(world, group, member, 'Moving to Standby', 'moved to standby');
    }),
  };
};

const exitStandby: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const members = requiredMembers(group, parameters.list('InstanceIds'));
  const wrong = members.find((member) => member.state !== LifecycleState.standby);
  if (wrong) throw validationError(`The instance ${wrong.instanceId} is not in Standby.`);
  if (group.desired + members.length > group.maxSize) {
    throw validationError(`AutoScalingGroup '${group.name}' has max-size=${group.maxSize}; the move would exceed it.`);
  }
  decrement(world, group.name, -members.length);
  return {
    Activities: members.map((member) => {
      updateMember(world, group.name, member.instanceId, (current) => ({
        ...current,
        state: LifecycleState.inService,
      }));
      return moveOut(world, group, member, 'Moving out of Standby', 'moved out of standby');
    }),
  };
};

const detachInstances: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const members = requiredMembers(group, parameters.list('InstanceIds'));
  const shrink = parameters.boolean('ShouldDecrementDesiredCapacity') ?? false;
  if (shrink) checkDecrement(group, members.length);
  if (shrink) decrement(world, group.name, members.length);
  return {
    Activities: members.map((member) => {
      removeMember(world, group.name, member.instanceId);
      setGroupTag(world, member.instanceId, undefined);
      return moveOut(world, group, member, 'Detaching', 'detached');
    }),
  };
};

const attachInstances: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const ids = parameters.list('InstanceIds');
  if (group.desired + ids.length > group.maxSize) {
    throw validationError(`AutoScalingGroup '${group.name}' has max-size=${group.maxSize}; attaching would exceed it.`);
  }
  const zones = group.subnets.map((subnet) => subnet.zone);
  const instances = ids.map((id) => {
    const instance = world.instances.get(id);
    if (!instance || instanceState(instance, world.now()) !== InstanceState.running) {
      throw validationError(`Invalid Instance ID(s): [${id}] for attaching. Instances must be running.`);
    }
    if (!zones.includes(instance.zone))
      throw validationError(`The instance ${id} is in a zone that the group does not span.`);
    return instance;
  });
  for (const instance of instances) {
    updateGroup(world, group.name, (current) => ({
      ...current,
      desired: current.desired + 1,
      members: [
        ...current.members,
        {
          instanceId: instance.id,
          zone: instance.zone,
          subnetId: instance.subnetId ?? '',
          instanceType: instance.type,
          state: LifecycleState.inService,
          healthy: true,
          protected: current.newInstancesProtected,
          inServiceAt: world.now(),
        },
      ],
    }));
    setGroupTag(world, instance.id, group.name);
  }
  return {};
};

function setGroupTag(world: World, instanceId: string, group: string | undefined): void {
  const instance = world.instances.get(instanceId);
  if (!instance) return;
  const { 'aws:autoscaling:groupName': _before, ...tags } = instance.tags;
  world.instances.put(instanceId, {
    ...instance,
    tags: group === undefined ? tags : { ...tags, 'aws:autoscaling:groupName': group },
  });
}

export const memberActions: Actions = {
  TerminateInstanceInAutoScalingGroup: terminateInstance,
  SetInstanceHealth: setInstanceHealth,
  SetInstanceProtection: setInstanceProtection,
  DescribeAutoScalingInstances: describeInstances,
  EnterStandby: enterStandby,
  ExitStandby: exitStandby,
  DetachInstances: detachInstances,
  AttachInstances: attachInstances,
};
