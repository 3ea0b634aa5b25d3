import { randomUUID } from 'node:crypto';
import { accountId, homeRegion } from '../account.ts';
import { launchTemplateVersion } from '../ec2/launch.ts';
import type { Action, Actions } from '../front/action.ts';
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import type { QueryParameters } from '../wire/query.ts';
import { causeTime } from './activities.ts';
import type { AutoScalingGroup, TemplateReference } from './group.ts';
import { requiredGroup, requiredText, validationError } from './request.ts';
import { requestedTags } from './tag-actions.ts';

async function requestedTemplate(
  world: World,
  parameters: QueryParameters,
): Promise<{ template: TemplateReference; mixed: boolean } | undefined> {
  const mixedName = 'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification';
  const mixed = parameters.has(mixedName);
  if (!mixed && !parameters.has('LaunchTemplate')) {
    if (parameters.has('LaunchConfigurationName') || parameters.has('InstanceId')) {
      throw validationError('The sandbox launches from launch templates only.');
    }
    return undefined;
  }
  const named = parameters.below(mixed ? mixedName : 'LaunchTemplate');
  try {
    const found = await launchTemplateVersion(world, named);
    return { template: { id: found.id, name: found.name, version: named.get('Version') || '$Default' }, mixed };
  } catch (error) {
    if (error instanceof AwsFailure)
      throw validationError(`You must use a valid fully-formed launch template. ${error.message}`);
    throw error;
  }
}

async function requestedSubnets(
  world: World,
  parameters: QueryParameters,
): Promise<AutoScalingGroup['subnets'] | undefined> {
  const identifiers = parameters.get('VPCZoneIdentifier');
  if (identifiers === undefined) return undefined;
  const ids = identifiers
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  try {
    const zones = await world.moto.subnetZones(ids);
    return ids.map((id, index) => ({ id, zone: zones[index] ?? '' }));
  } catch (error) {
    if (error instanceof AwsFailure) throw validationError(`The subnet ID '${ids.join(',')}' does not exist`);
    throw error;
  }
}

/** @throws AwsFailure ValidationError unless min <= desired <= max */
function checkSizes(minSize: number, maxSize: number, desired: number): void {
  if (minSize < 0 || maxSize < 0) throw validationError('Sizes must not be negative.');
  if (minSize > maxSize)
    throw validationError(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`);
  if (desired < minSize || desired > maxSize) {
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  }
}

const createGroup: Action = async (world, parameters) => {
  const name = requiredText(parameters, 'AutoScalingGroupName');
  const chosen = await requestedTemplate(world, parameters);
  const subnets = await requestedSubnets(world, parameters);
  if (world.groups.get(name)) {
    throw new AwsFailure(
      'AlreadyExists',
      `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
    );
  }
  if (!chosen)
    throw validationError(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  if (!subnets || subnets.length === 0)
    throw validationError('At least one Availability Zone or VPC Subnet is required.');
  const minSize = parameters.integer('MinSize') ?? 0;
  const maxSize = parameters.integer('MaxSize') ?? 0;
  const desired = parameters.integer('DesiredCapacity') ?? minSize;
  checkSizes(minSize, maxSize, desired);
  const now = world.now();
  world.groups.put(name, {
    name,
    arn: `arn:aws:autoscaling:${homeRegion}:${accountId}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${name}`,
    minSize,
    maxSize,
    desired,
    defaultCooldown: parameters.integer('DefaultCooldown') ?? 300,
    healthCheckGracePeriod: parameters.integer('HealthCheckGracePeriod') ?? 0,
    healthCheckType: parameters.get('HealthCheckType') ?? 'EC2',
    ...chosen,
    subnets,
    createdTime: now,
    members: [],
    suspended: {},
    tags: requestedTags(parameters),
    newInstancesProtected: parameters.boolean('NewInstancesProtectedFromScaleIn') ?? false,
    terminationPolicies:
      parameters.list('TerminationPolicies').length > 0 ? parameters.list('TerminationPolicies') : ['Default'],
    capacityRebalance: parameters.boolean('CapacityRebalance') ?? false,
    deleting: false,
    launchAfter: 0,
    refreshes: [],
    reason: `At ${causeTime(now)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`,
  });
  return {};
};

const updateAutoScalingGroup: Action = async (world, parameters) => {
  const { name } = requiredGroup(world, parameters);
  const chosen = await requestedTemplate(world, parameters);
  const subnets = await requestedSubnets(world, parameters);
  const group = requiredGroup(world, parameters);
  const minSize = parameters.integer('MinSize') ?? group.minSize;
  const maxSize = parameters.integer('MaxSize') ?? group.maxSize;
  // New bounds pull a desired capacity that was not given along.
  const desired = parameters.integer('DesiredCapacity') ?? Math.min(maxSize, Math.max(minSize, group.desired));
  checkSizes(minSize, maxSize, desired);
  const changed = minSize !== group.minSize || maxSize !== group.maxSize || desired !== group.desired;
  const time = causeTime(world.now());
  const policies = parameters.list('TerminationPolicies');
  world.groups.put(name, {
    ...group,
    ...chosen,
    ...(subnets && subnets.length > 0 && { subnets }),
    minSize,
    maxSize,
    desired,
    defaultCooldown: parameters.integer('DefaultCooldown') ?? group.defaultCooldown,
    healthCheckGracePeriod: parameters.integer('HealthCheckGracePeriod') ?? group.healthCheckGracePeriod,
    healthCheckType: parameters.get('HealthCheckType') ?? group.healthCheckType,
    newInstancesProtected: parameters.boolean('NewInstancesProtectedFromScaleIn') ?? group.newInstancesProtected,
    capacityRebalance: parameters.boolean('CapacityRebalance') ?? group.capacityRebalance,
    ...(policies.length > 0 && { terminationPolicies: policies }),
    launchAfter: 0,
    ...(changed && {
      reason: `At ${time} a user request update of AutoScalingGroup constraints to min: ${minSize}, max: ${maxSize}, desired: ${desired} changing the desired capacity from ${group.desired} to ${desired}.`,
    }),
  });
  return {};
};

const deleteGroup: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  if (group.members.length > 0 && parameters.boolean('ForceDelete') !== true) {
    throw new AwsFailure(
      'ResourceInUse',
      'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
    );
  }
  world.groups.put(group.name, { ...group, deleting: true, minSize: 0, desired: 0 });
  return {};
};

const setDesiredCapacity: Action = (world, parameters) => {
  const group = requiredGroup(world, parameters);
  const desired = parameters.integer('DesiredCapacity');
  if (desired === undefined)
    throw validationError(`Value null at 'desiredCapacity' failed to satisfy constraint: Member must not be null`);
  if (desired > group.maxSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desired} is above max value ${group.maxSize} for the AutoScalingGroup.`,
    );
  }
  if (desired < group.minSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desired} is below min value ${group.minSize} for the AutoScalingGroup.`,
    );
  }
  const now = world.now();
  if (parameters.boolean('HonorCooldown') && now - (group.lastScaledAt ?? 0) < group.defaultCooldown * 1_000) {
    throw new AwsFailure(
      'ScalingActivityInProgress',
      `Scaling activity is in progress: the cooldown of ${group.name} is not over.`,
    );
  }
  if (desired === group.desired) return {};
  world.groups.put(group.name, {
    ...group,
    desired,
    launchAfter: 0,
    lastScaledAt: now,
    reason: `At ${causeTime(now)} a user request explicitly set group desired capacity changing the desired capacity from ${group.desired} to ${desired}.`,
  });
  return {};
};

export const groupActions: Actions = {
  CreateAutoScalingGroup: createGroup,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
  DeleteAutoScalingGroup: deleteGroup,
  SetDesiredCapacity: setDesiredCapacity,
};
