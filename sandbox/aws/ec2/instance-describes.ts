import { accountId } from '../account.ts';
import type { Action, Actions } from '../front/action.ts';
import { page } from '../wire/pages.ts';
import { type Filterable, filterTest, readFilters } from './filters.ts';
import {
  type Instance,
  InstanceState,
  instanceState,
  instanceStatusXml,
  type ShownDevice,
  stateXml,
} from './instance.ts';
import { requiredInstances } from './instance-actions.ts';
import { requestedIds, requestedPage, stopDryRun } from './request.ts';
import { devicesByInstance, reservationsXml } from './reservations.ts';

const instanceFilters = [
  'architecture',
  'availability-zone',
  'block-device-mapping.volume-id',
  'client-token',
  'dns-name',
  'image-id',
  'instance-id',
  'instance-state-code',
  'instance-state-name',
  'instance-type',
  'key-name',
  'launch-time',
  'owner-id',
  'private-dns-name',
  'private-ip-address',
  'reservation-id',
  'subnet-id',
  'vpc-id',
  'instance.group-id',
];

function filterable(instance: Instance, devices: () => readonly ShownDevice[], now: number): Filterable {
  return {
    tags: instance.tags,
    values: {
      architecture: () => [instance.architecture],
      'availability-zone': () => [instance.zone],
      'block-device-mapping.volume-id': () => devices().map((device) => device.volumeId),
      'client-token': () => [instance.clientToken],
      'dns-name': () => [],
      'image-id': () => [instance.imageId],
      'instance-id': () => [instance.id],
      'instance-state-code': () => [stateXml(instanceState(instance, now)).code],
      'instance-state-name': () => [instanceState(instance, now)],
      'instance-type': () => [instance.type],
      'key-name': () => [instance.keyName],
      'launch-time': () => [new Date(instance.launchTime).toISOString()],
      'owner-id': () => [accountId],
      'private-dns-name': () => [instance.privateDnsName],
      'private-ip-address': () => [instance.privateIp],
      'reservation-id': () => [instance.reservationId],
      'subnet-id': () => [instance.subnetId],
      'vpc-id': () => [instance.vpcId],
      'instance.group-id': () => instance.securityGroups.map((group) => group.groupId),
    },
  };
}

const describeInstances: Action = (world, parameters) => {
  const ids = requestedIds(parameters, 'InstanceId', 'i', 'instanceId');
  const asked = requestedPage(parameters, { least: 5, most: 1_000, idsGiven: ids.length > 0 });
  const test = filterTest(readFilters(parameters), instanceFilters);
  stopDryRun(parameters);
  requiredInstances(world, ids);
  const now = world.now();
  let devices: Map<string, ShownDevice[]> | undefined;
  const devicesOf = (id: string) => {
    devices ??= devicesByInstance(world, now);
    return devices.get(id) ?? [];
  };
  const wanted = new Set(ids);
  const found = [...world.instances.values()].filter(
    (instance) =>
      (wanted.size === 0 || wanted.has(instance.id)) && test(filterable(instance, () => devicesOf(instance.id), now)),
  );
  const shown = page(found, (instance) => ({ order: 0, key: instance.id }), asked);
  return { reservationSet: reservationsXml(world, shown.entries), nextToken: shown.nextToken };
};

const statusFilters = [
  'availability-zone',
  'instance-state-code',
  'instance-state-name',
  'instance-status.reachability',
  'instance-status.status',
  'system-status.reachability',
  'system-status.status',
];

const describeInstanceStatus: Action = (world, parameters) => {
  const ids = requestedIds(parameters, 'InstanceId', 'i', 'instanceId');
  const asked = requestedPage(parameters, { least: 5, most: 1_000, idsGiven: ids.length > 0 });
  const test = filterTest(readFilters(parameters), statusFilters);
  stopDryRun(parameters);
  requiredInstances(world, ids);
  const now = world.now();
  const all = parameters.boolean('IncludeAllInstances') === true;
  const wanted = new Set(ids);
  const shownCheck = (instance: Instance, check: 'system' | 'instance') =>
    instanceState(instance, now) === InstanceState.running ? instance.checks[check] : 'not-applicable';
  const reachability = (status: string) => (status === 'ok' ? 'passed' : status === 'impaired' ? 'failed' : status);
  const found = [...world.instances.values()].filter(
    (instance) =>
      (wanted.size === 0 || wanted.has(instance.id)) &&
      (all || instanceState(instance, now) === InstanceState.running) &&
      test({
        tags: instance.tags,
        values: {
          'availability-zone': () => [instance.zone],
          'instance-state-code': () => [stateXml(instanceState(instance, now)).code],
          'instance-state-name': () => [instanceState(instance, now)],
          'instance-status.reachability': () => [reachability(shownCheck(instance, 'instance'))],
          'instance-status.status': () => [shownCheck(instance, 'instance')],
          'system-status.reachability': () => [reachability(shownCheck(instance, 'system'))],
          'system-status.status': () => [shownCheck(instance, 'system')],
        },
      }),
  );
  const shown = page(found, (instance) => ({ order: 0, key: instance.id }), asked);
  return {
    instanceStatusSet: shown.entries.map((instance) => instanceStatusXml(instance, now)),
    nextToken: shown.nextToken,
  };
};
export const instanceDescribes: Actions = {
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
};
