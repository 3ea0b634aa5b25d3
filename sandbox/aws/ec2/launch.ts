/** Launching: moto makes the instances, the front records them and leads them from `pending` on. */
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import type { QueryParameters } from '../wire/query.ts';
import { entriesAt, textAt, type XmlElement } from '../wire/xml.ts';
import { type Instance, InstanceState } from './instance.ts';

/** What AWS answers when a zone has no room for an instance type. */
export function insufficientCapacity(type: string, zone: string, otherZones: readonly string[]): AwsFailure {
  const others = otherZones.length > 0 ? ` or choosing ${otherZones.join(', ')}` : '';
  return new AwsFailure(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an Availability Zone in your request${others}.`,
    500,
  );
}

/** Whether instances of that type can be had in that zone. */
export function hasCapacity(world: World, type: string, zone: string): boolean {
  const types = world.standingFaults.zonesWithoutCapacity[zone];
  return types === undefined || (types.length > 0 && !types.includes(type));
}

/**
 * Runs `count` instances. `given` goes to moto; `managedTags` are set by AWS's own services and kept beside the caller's.
 *
 * @throws AwsFailure InsufficientInstanceCapacity, or what moto refuses with
 */
export async function launchInstances(
  world: World,
  given: QueryParameters,
  count: number,
  managedTags: Readonly<Record<string, string>> = {},
): Promise<{ readonly reservationId: string; readonly instances: Instance[] }> {
  const zone = await requestedZone(world, given);
  const type = await requestedType(world, given);
  if (zone !== undefined && !hasCapacity(world, type, zone)) {
    const zones = (await world.moto.zones()).map((entry) => entry.name);
    throw insufficientCapacity(
      type,
      zone,
      zones.filter((other) => other !== zone && hasCapacity(world, type, other)),
    );
  }
  const form = given.with({
    MinCount: String(count),
    MaxCount: String(count),
    Action: undefined,
    Version: undefined,
    ClientToken: given.get('ClientToken'),
  });
  const reply = await world.moto.call('ec2', 'RunInstances', Object.fromEntries(form.entries()));
  const reservationId = textAt(reply, 'reservationId') ?? '';
  const now = world.now();
  const instances: Instance[] = [];
  for (const element of entriesAt(reply, 'instancesSet')) {
    const instance = readInstance(element, {
      reservationId,
      now,
      pendingMs: world.timing.instancePending,
      managedTags,
    });
    world.instances.put(instance.id, instance);
    recordRootVolumes(world, element, instance, now);
    instances.push(instance);
  }
  return { reservationId, instances };
}

async function requestedZone(world: World, given: QueryParameters): Promise<string | undefined> {
  const subnet = given.get('SubnetId') ?? given.get('NetworkInterface.1.SubnetId');
  if (subnet) return (await world.moto.subnetZones([subnet]))[0];
  return given.get('Placement.AvailabilityZone');
}

async function requestedType(world: World, given: QueryParameters): Promise<string> {
  const direct = given.get('InstanceType');
  if (direct) return direct;
  const template = given.below('LaunchTemplate');
  if (template.entries().length === 0) return 'm1.small';
  return (await launchTemplateVersion(world, template)).instanceType ?? 'm1.small';
}

export interface LaunchTemplateVersion {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly imageId: string | undefined;
  readonly instanceType: string | undefined;
}

/** The version of a launch template that `{LaunchTemplateId | LaunchTemplateName, Version}` names; `$Default` unless told. */
export async function launchTemplateVersion(world: World, named: QueryParameters): Promise<LaunchTemplateVersion> {
  const id = named.get('LaunchTemplateId');
  const name = named.get('LaunchTemplateName');
  const reply = await world.moto.call('ec2', 'DescribeLaunchTemplateVersions', {
    ...(id ? { LaunchTemplateId: id } : { LaunchTemplateName: name ?? '' }),
    'LaunchTemplateVersion.1': named.get('Version') || '$Default',
  });
  const found = entriesAt(reply, 'launchTemplateVersionSet')[0];
  if (!found) {
    throw new AwsFailure(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version of the launch template ${id ?? name}.`,
    );
  }
  return {
    id: textAt(found, 'launchTemplateId') ?? '',
    name: textAt(found, 'launchTemplateName') ?? '',
    version: textAt(found, 'versionNumber') ?? '',
    imageId: textAt(found, 'launchTemplateData.imageId'),
    instanceType: textAt(found, 'launchTemplateData.instanceType'),
  };
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: string });
}

/** An instance of a RunInstances reply as the front keeps it. */
export function readInstance(
  element: XmlElement,
  context: {
    readonly reservationId: string;
    readonly now: number;
    readonly pendingMs: number;
    readonly managedTags: Readonly<Record<string, string>>;
  },
): Instance {
  const tags = Object.fromEntries(
    entriesAt(element, 'tagSet').map((tag) => [textAt(tag, 'key') ?? '', textAt(tag, 'value') ?? '']),
  );
  return {
    id: textAt(element, 'instanceId') ?? '',
    reservationId: context.reservationId,
    imageId: textAt(element, 'imageId') ?? '',
    type: textAt(element, 'instanceType') ?? '',
    zone: textAt(element, 'placement.availabilityZone') ?? '',
    ...optional('subnetId', textAt(element, 'subnetId')),
    ...optional('vpcId', textAt(element, 'vpcId')),
    ...optional('privateIp', textAt(element, 'privateIpAddress')),
    ...optional('privateDnsName', textAt(element, 'privateDnsName')),
    ...optional('publicIp', textAt(element, 'ipAddress')),
    ...optional('keyName', textAt(element, 'keyName')),
    ...optional('clientToken', textAt(element, 'clientToken')),
    ...optional('architecture', textAt(element, 'architecture')),
    ...optional('rootDeviceName', textAt(element, 'rootDeviceName')),
    ...optional('networkInterfaceId', textAt(entriesAt(element, 'networkInterfaceSet')[0], 'networkInterfaceId')),
    launchIndex: Number(textAt(element, 'amiLaunchIndex') ?? 0),
    securityGroups: entriesAt(element, 'groupSet').map((group) => ({
      groupId: textAt(group, 'groupId') ?? '',
      groupName: textAt(group, 'groupName') ?? '',
    })),
    launchTime: context.now,
    state: InstanceState.pending,
    next: { state: InstanceState.running, at: context.now + context.pendingMs },
    checks: { system: 'ok', instance: 'ok' },
    tags: { ...tags, ...context.managedTags },
  };
}

/** The volumes that moto made with the instance: shown and deleted with it, without data of their own. */
function recordRootVolumes(world: World, element: XmlElement, instance: Instance, now: number): void {
  for (const mapping of entriesAt(element, 'blockDeviceMapping')) {
    const id = textAt(mapping, 'ebs.volumeId');
    if (id === undefined) continue;
    world.volumes.put(id, {
      id,
      zone: instance.zone,
      size: 8,
      type: 'gp3',
      iops: 3_000,
      throughput: 125,
      encrypted: false,
      multiAttach: false,
      snapshotId: '',
      createTime: now,
      readyAt: now,
      dataReady: true,
      failing: false,
      root: true,
      tags: {},
      attachments: [
        {
          instanceId: instance.id,
          device: textAt(mapping, 'deviceName') ?? '/dev/xvda',
          attachTime: now,
          attachedAt: now,
          deleteOnTermination: true,
        },
      ],
    });
  }
}
