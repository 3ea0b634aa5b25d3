/** Launching for a group: zone by zone, each instance with an activity, failures with AWS's words. */

import type { Instance } from '../ec2/instance.ts';
import {
  hasCapacity,
  insufficientCapacity,
  type LaunchTemplateVersion,
  launchInstances,
  launchTemplateVersion,
} from '../ec2/launch.ts';
import type { World } from '../front/world.ts';
import { joinTag } from '../join-tag.ts';
import { machinesLeft, vcpuLimitExceeded } from '../quotas/vcpu-quota.ts';
import { AwsFailure } from '../wire/failure.ts';
import { QueryParameters } from '../wire/query.ts';
import { causeTime, recordActivity } from './activities.ts';
import { countedMembers, spreadLaunches } from './balance.ts';
import { type AutoScalingGroup, LifecycleState, type Member } from './group.ts';
import { updateGroup } from './members.ts';

/** Most instances that one call to the emulator makes: longer calls would hold up everybody else. */
const batch = 20;

export interface LaunchResult {
  readonly launched: number;
  readonly failed: number;
}

/** Launches `count` instances; a zone that has no room is left out and the others are tried, as AWS does. */
export async function launchMany(
  world: World,
  name: string,
  count: number,
  why: string | undefined,
  onlyZone?: string,
): Promise<LaunchResult> {
  const first = world.groups.get(name);
  if (!first) return { launched: 0, failed: 0 };
  let template: LaunchTemplateVersion;
  try {
    template = await usableTemplate(world, first);
  } catch (error) {
    recordFailure(world, first, why, asFailure(error), undefined);
    return { launched: 0, failed: count };
  }
  const zones = new Set(
    first.subnets.map((subnet) => subnet.zone).filter((zone) => onlyZone === undefined || zone === onlyZone),
  );
  let launched = 0;
  while (launched < count && zones.size > 0) {
    const group = world.groups.get(name);
    if (!group || group.deleting) break;
    const plan = spreadLaunches(group.members, [...zones], count - launched);
    for (const [zone, wanted] of plan) {
      const made = await launchInZone(world, name, template, zone, wanted, why);
      launched += made;
      if (made < wanted) zones.delete(zone);
    }
  }
  return { launched, failed: count - launched };
}

async function usableTemplate(world: World, group: AutoScalingGroup): Promise<LaunchTemplateVersion> {
  const named = new QueryParameters([
    group.template.id ? ['LaunchTemplateId', group.template.id] : ['LaunchTemplateName', group.template.name],
    ['Version', group.template.version],
  ]);
  const template = await launchTemplateVersion(world, named);
  if (!template.imageId)
    throw new AwsFailure(
      'ValidationError',
      'You must use a valid fully-formed launch template. The request must contain the parameter ImageId',
    );
  return template;
}

async function launchInZone(
  world: World,
  name: string,
  template: LaunchTemplateVersion,
  zone: string,
  wanted: number,
  why: string | undefined,
): Promise<number> {
  let made = 0;
  while (made < wanted) {
    const group = world.groups.get(name);
    const subnet = group?.subnets.find((entry) => entry.zone === zone);
    if (!group || !subnet) return made;
    const type = template.instanceType ?? 'm1.small';
    const size = Math.min(batch, wanted - made, Math.max(1, machinesLeft(world, type)));
    try {
      if (!hasCapacity(world, type, zone)) throw await noCapacity(world, type, zone);
      if (machinesLeft(world, type) === 0) throw vcpuLimitExceeded(world);
      const { instances } = await launchInstances(
        world,
        launchRequest(group, template, subnet.id, type),
        size,
        managedTags(group, template, world),
      );
      addMembers(world, name, instances, template, why);
      made += instances.length;
    } catch (error) {
      recordFailure(world, group, why, asFailure(error), subnet);
      return made;
    }
  }
  return made;
}

async function noCapacity(world: World, type: string, zone: string): Promise<AwsFailure> {
  const zones = (await world.moto.zones()).map((entry) => entry.name);
  return insufficientCapacity(
    type,
    zone,
    zones.filter((other) => other !== zone && hasCapacity(world, type, other)),
  );
}

function launchRequest(
  group: AutoScalingGroup,
  template: LaunchTemplateVersion,
  subnet: string,
  type: string,
): QueryParameters {
  const tags = group.tags.filter((tag) => tag.propagate);
  const entries: [string, string][] = [
    ['LaunchTemplate.LaunchTemplateId', template.id],
    ['LaunchTemplate.Version', template.version],
    ['ImageId', template.imageId ?? ''],
    ['InstanceType', type],
    ['SubnetId', subnet],
  ];
  if (tags.length > 0) entries.push(['TagSpecification.1.ResourceType', 'instance']);
  tags.forEach((tag, index) => {
    entries.push(
      [`TagSpecification.1.Tag.${index + 1}.Key`, tag.key],
      [`TagSpecification.1.Tag.${index + 1}.Value`, tag.value],
    );
  });
  return new QueryParameters(entries).with({ ClientToken: `${group.name}-${Date.now()}` });
}

function managedTags(group: AutoScalingGroup, template: LaunchTemplateVersion, world: World): Record<string, string> {
  const broken = world.standingFaults.brokenLaunchTemplates;
  const joins = !broken.includes(template.id) && !broken.includes(template.name);
  return { 'aws:autoscaling:groupName': group.name, ...(joins ? {} : { [joinTag]: 'never' }) };
}

function launchCause(world: World, why: string | undefined, before: number): string {
  const started = `At ${causeTime(world.now())} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${before} to ${before + 1}.`;
  return why === undefined ? started : `${why}  ${started}`;
}

function addMembers(
  world: World,
  name: string,
  instances: readonly Instance[],
  template: LaunchTemplateVersion,
  why: string | undefined,
): void {
  for (const instance of instances) {
    updateGroup(world, name, (group) => {
      const before = countedMembers(group.members).length;
      const activity = recordActivity(world, group, {
        description: `Launching a new EC2 instance: ${instance.id}`,
        cause: launchCause(world, why, before),
        status: 'InProgress',
        progress: 30,
        ...(instance.subnetId !== undefined && { subnetId: instance.subnetId }),
        zone: instance.zone,
      });
      const member: Member = {
        instanceId: instance.id,
        zone: instance.zone,
        subnetId: instance.subnetId ?? '',
        instanceType: instance.type,
        state: LifecycleState.pending,
        healthy: true,
        protected: group.newInstancesProtected,
        template: { id: template.id, name: template.name, version: template.version },
        activityId: activity.id,
      };
      return { ...group, members: [...group.members, member] };
    });
  }
}

/**
 * The failed activity. A group with a mixed-instances policy launches through a fleet, whose error names the code; a group with a
 * plain launch template shows EC2's words alone.
 */
function recordFailure(
  world: World,
  group: AutoScalingGroup,
  why: string | undefined,
  failure: AwsFailure,
  subnet: { readonly id: string; readonly zone: string } | undefined,
): void {
  const words = group.mixed
    ? `Could not launch On-Demand Instances. ${failure.code} - ${failure.message}`
    : failure.message;
  const statusMessage = `${words} Launching EC2 instance failed.`;
  const before = countedMembers(group.members).length;
  recordActivity(world, group, {
    description: `Launching a new EC2 instance.  Status Reason: ${statusMessage}`,
    cause: launchCause(world, why, before),
    status: 'Failed',
    statusMessage,
    progress: 100,
    ...(subnet && { subnetId: subnet.id, zone: subnet.zone }),
  });
}

function asFailure(error: unknown): AwsFailure {
  if (error instanceof AwsFailure) return error;
  return new AwsFailure('InternalError', error instanceof Error ? error.message : String(error), 500);
}
