/** An instance: moto makes it, the front leads its life, so that it passes through the states that AWS's pass through. */
import { accountId } from '../account.ts';
import type { XmlValue } from '../wire/xml.ts';
import { sizeOf } from './instance-sizes.ts';
import { tagSet } from './volume.ts';

export const InstanceState = {
  pending: 'pending',
  running: 'running',
  shuttingDown: 'shutting-down',
  terminated: 'terminated',
  stopping: 'stopping',
  stopped: 'stopped',
} as const;
export type InstanceState = (typeof InstanceState)[keyof typeof InstanceState];

const codes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export type StatusCheck = 'ok' | 'impaired' | 'insufficient-data' | 'initializing';

/** Times are milliseconds since 1970. */
export interface Instance {
  readonly id: string;
  readonly reservationId: string;
  readonly imageId: string;
  readonly type: string;
  readonly zone: string;
  readonly subnetId?: string;
  readonly vpcId?: string;
  readonly privateIp?: string;
  readonly privateDnsName?: string;
  readonly publicIp?: string;
  readonly keyName?: string;
  readonly clientToken?: string;
  readonly profileArn?: string;
  readonly architecture?: string;
  readonly rootDeviceName?: string;
  readonly launchIndex: number;
  readonly securityGroups: readonly { readonly groupId: string; readonly groupName: string }[];
  readonly networkInterfaceId?: string;
  readonly launchTime: number;
  /** The state until `nextAt`, and what it becomes then. */
  readonly state: InstanceState;
  readonly next?: { readonly state: InstanceState; readonly at: number };
  /** When the state was left that could do work; undefined while pending or running. */
  readonly endedAt?: number;
  readonly stateReason?: { readonly code: string; readonly message: string };
  readonly checks: { readonly system: StatusCheck; readonly instance: StatusCheck };
  readonly impairedSince?: number;
  readonly disableApiTermination?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export function instanceState(instance: Instance, now: number): InstanceState {
  return instance.next !== undefined && now >= instance.next.at ? instance.next.state : instance.state;
}

export function isAlive(state: InstanceState): boolean {
  return state === InstanceState.pending || state === InstanceState.running;
}

export function stateXml(state: InstanceState): { readonly code: number; readonly name: string } {
  return { code: codes[state], name: state };
}

/** A volume that an instance shows among its block devices. */
export interface ShownDevice {
  readonly deviceName: string;
  readonly volumeId: string;
  readonly status: string;
  readonly attachTime: number;
  readonly deleteOnTermination: boolean;
}

export function instanceXml(instance: Instance, devices: readonly ShownDevice[], now: number): XmlValue {
  const state = instanceState(instance, now);
  const gone = state === InstanceState.terminated;
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: stateXml(state),
    privateDnsName: gone ? '' : instance.privateDnsName,
    dnsName: '',
    reason: instance.endedAt === undefined ? '' : `User initiated (${awsTime(instance.endedAt)})`,
    keyName: instance.keyName,
    amiLaunchIndex: instance.launchIndex,
    productCodes: [],
    instanceType: instance.type,
    launchTime: new Date(instance.launchTime),
    placement: { availabilityZone: instance.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    subnetId: gone ? undefined : instance.subnetId,
    vpcId: gone ? undefined : instance.vpcId,
    privateIpAddress: gone ? undefined : instance.privateIp,
    ipAddress: gone ? undefined : instance.publicIp,
    sourceDestCheck: true,
    groupSet: gone ? [] : instance.securityGroups.map((group) => ({ ...group })),
    stateReason: instance.stateReason,
    architecture: instance.architecture ?? 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: instance.rootDeviceName,
    blockDeviceMapping: devices.map((device) => ({
      deviceName: device.deviceName,
      ebs: {
        volumeId: device.volumeId,
        status: device.status,
        attachTime: new Date(device.attachTime),
        deleteOnTermination: device.deleteOnTermination,
      },
    })),
    virtualizationType: 'hvm',
    clientToken: instance.clientToken ?? '',
    tagSet: tagSet(instance.tags),
    hypervisor: 'xen',
    networkInterfaceSet: gone ? [] : networkInterface(instance),
    iamInstanceProfile: instance.profileArn === undefined ? undefined : { arn: instance.profileArn },
    cpuOptions: { coreCount: sizeOf(instance.type).vcpus, threadsPerCore: 1 },
    ebsOptimized: false,
    enaSupport: true,
  };
}

function networkInterface(instance: Instance): XmlValue {
  if (instance.networkInterfaceId === undefined) return [];
  return [
    {
      networkInterfaceId: instance.networkInterfaceId,
      subnetId: instance.subnetId,
      vpcId: instance.vpcId,
      ownerId: accountId,
      status: 'in-use',
      privateIpAddress: instance.privateIp,
      privateDnsName: instance.privateDnsName,
      groupSet: instance.securityGroups.map((group) => ({ ...group })),
    },
  ];
}

/** The time as EC2 writes it into a state transition reason: `2026-01-31 12:34:56 GMT`. */
function awsTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} GMT`;
}

function checkXml(status: StatusCheck, since: number | undefined): XmlValue {
  const detail = status === 'ok' ? 'passed' : status === 'impaired' ? 'failed' : status;
  return {
    status,
    details: [
      {
        name: 'reachability',
        status: detail,
        impairedSince: status === 'impaired' && since !== undefined ? new Date(since) : undefined,
      },
    ],
  };
}

/** One entry of DescribeInstanceStatus. Checks exist only while the instance runs. */
export function instanceStatusXml(instance: Instance, now: number): XmlValue {
  const state = instanceState(instance, now);
  const running = state === InstanceState.running;
  const none: XmlValue = { status: 'not-applicable' };
  return {
    instanceId: instance.id,
    availabilityZone: instance.zone,
    instanceState: stateXml(state),
    systemStatus: running ? checkXml(instance.checks.system, instance.impairedSince) : none,
    instanceStatus: running ? checkXml(instance.checks.instance, instance.impairedSince) : none,
    attachedEbsStatus: running ? checkXml('ok', undefined) : none,
    eventsSet: [],
  };
}
