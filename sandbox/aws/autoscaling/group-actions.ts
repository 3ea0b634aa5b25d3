import { randomUUID } from 'node:crypto';
import { accountId, homeRegion } from '../account.ts';
import { filterTest } from '../ec2/filters.ts';
import { launchTemplateVersion } from '../ec2/launch.ts';
import type { Action, Actions } from '../front/action.ts';
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import { page } from '../wire/pages.ts';
import { QueryParameters } from '../wire/query.ts';
import { activityXml, causeTime } from './activities.ts';
import type { AutoScalingGroup, GroupTag, TemplateReference } from './group.ts';
import { groupXml, tagsXml } from './group-xml.ts';
import { updateGroup } from './members.ts';
import { requestedRecords, requiredGroup, requiredText, validationError } from './request.ts';

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

function requestedTags(parameters: QueryParameters): GroupTag[] {
  return parameters.structures('Tags').map((tag) => ({
    key: tag.get('Key') ?? '',
    value: tag.get('Value') ?? '',
    propagate: tag.boolean('PropagateAtLaunch') ?? false,
  }));
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

const describeGroups: Action = (world, parameters) => {
  const names = new Set(parameters.list('AutoScalingGroupNames'));
  const asked = requestedRecords(parameters, { usual: 50, most: 100 });
  const filters = parameters
    .structures('Filters')
    .map((filter) => ({ name: requiredText(filter, 'Name'), values: filter.list('Values') }));
  const test = filterTest(filters, []);
  const found = [...world.groups.values()].filter(
    (group) =>
      (names.size === 0 || names.has(group.name)) &&
      test({ values: {}, tags: Object.fromEntries(group.tags.map((tag) => [tag.key, tag.value])) }),
  );
  const shown = page(found, (group) => ({ order: 0, key: group.name }), asked);
  const withInstances = parameters.boolean('IncludeInstances') !== false;
  return {
    AutoScalingGroups: shown.entries.map((group) => groupXml(group, withInstances)),
    NextToken: shown.nextToken,
  };
};

const describeActivities: Action = (world, parameters) => {
  const name = parameters.get('AutoScalingGroupName');
  const ids = new Set(parameters.list('ActivityIds'));
  const asked = requestedRecords(parameters, { usual: 100, most: 100 });
  const deleted = parameters.boolean('IncludeDeletedGroups') === true;
  if (name && !deleted) requiredGroup(world, parameters);
  const found = [...world.activities.values()].filter(
    (activity) =>
      (deleted || !activity.groupDeleted) &&
      (!name || activity.group === name || activity.groupArn === name) &&
      (ids.size === 0 || ids.has(activity.id)),
  );
  const shown = page(found, (activity) => ({ order: -activity.order, key: activity.id }), asked);
  return { Activities: shown.entries.map(activityXml), NextToken: shown.nextToken };
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

const scalingProcesses = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
];

function requestedProcesses(parameters: QueryParameters): string[] {
  const named = parameters.list('ScalingProcesses');
  for (const process of named) {
    if (!scalingProcesses.includes(process)) throw validationError(`${process} is not a valid process type.`);
  }
  return named.length > 0 ? named : scalingProcesses;
}

const suspendProcesses: Action = (world, parameters) => {
  const { name } = requiredGroup(world, parameters);
  const reason = `User suspended at ${causeTime(world.now())}`;
  const added = Object.fromEntries(requestedProcesses(parameters).map((process) => [process, reason]));
  updateGroup(world, name, (group) => ({ ...group, suspended: { ...added, ...group.suspended } }));
  return {};
};

const resumeProcesses: Action = (world, parameters) => {
  const { name } = requiredGroup(world, parameters);
  const resumed = requestedProcesses(parameters);
  updateGroup(world, name, (group) => ({
    ...group,
    launchAfter: 0,
    suspended: Object.fromEntries(Object.entries(group.suspended).filter(([process]) => !resumed.includes(process))),
  }));
  return {};
};

const describeProcessTypes: Action = () => ({ Processes: scalingProcesses.map((ProcessName) => ({ ProcessName })) });

function tagged(world: World, tag: QueryParameters): AutoScalingGroup {
  return requiredGroup(world, new QueryParameters([['AutoScalingGroupName', tag.get('ResourceId') ?? '']]));
}

const createOrUpdateTags: Action = (world, parameters) => {
  const named = parameters.structures('Tags');
  for (const tag of named) tagged(world, tag);
  for (const tag of named) {
    const group = tagged(world, tag);
    const [added] = requestedTags(new QueryParameters(tag.entries().map(([key, value]) => [`Tags.1.${key}`, value])));
    if (added)
      world.groups.put(group.name, {
        ...group,
        tags: [...group.tags.filter((known) => known.key !== added.key), added],
      });
  }
  return {};
};

const deleteTags: Action = (world, parameters) => {
  for (const tag of parameters.structures('Tags')) {
    const group = tagged(world, tag);
    world.groups.put(group.name, { ...group, tags: group.tags.filter((known) => known.key !== tag.get('Key')) });
  }
  return {};
};

const describeTags: Action = (world, parameters) => {
  const asked = requestedRecords(parameters, { usual: 50, most: 100 });
  const filters = parameters
    .structures('Filters')
    .map((filter) => ({ name: filter.get('Name'), values: filter.list('Values') }));
  const all = [...world.groups.values()].flatMap((group) =>
    group.tags.map((tag, index) => ({ group, tag, xml: tagsXml(group)[index] })),
  );
  const found = all.filter(({ group, tag }) =>
    filters.every(({ name, values }) => {
      const known: Record<string, string> = {
        'auto-scaling-group': group.name,
        key: tag.key,
        value: tag.value,
        'propagate-at-launch': String(tag.propagate),
      };
      return name !== undefined && values.includes(known[name] ?? '');
    }),
  );
  const shown = page(found, ({ group, tag }) => ({ order: 0, key: `${group.name}/${tag.key}` }), asked);
  return { Tags: shown.entries.map((entry) => entry.xml), NextToken: shown.nextToken };
};

export const groupActions: Actions = {
  CreateAutoScalingGroup: createGroup,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
  DeleteAutoScalingGroup: deleteGroup,
  DescribeAutoScalingGroups: describeGroups,
  DescribeScalingActivities: describeActivities,
  SetDesiredCapacity: setDesiredCapacity,
  SuspendProcesses: suspendProcesses,
  ResumeProcesses: resumeProcesses,
  DescribeScalingProcessTypes: describeProcessTypes,
  CreateOrUpdateTags: createOrUpdateTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags,
};
