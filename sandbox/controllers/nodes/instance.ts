import type { Instance as Ec2Instance, InstanceStatus } from '@aws-sdk/client-ec2';
import { joinTag } from '../../aws/join-tag.ts';
import { type Registration, registrationOf } from './registration.ts';

/** An EC2 instance as far as a Node depends on it. */
export interface Instance {
  readonly id: string;
  /** EC2's state name: pending, running, shutting-down, terminated, stopping, stopped. */
  readonly state: string;
  readonly type: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly privateDnsName: string;
  readonly autoScalingGroup: string | undefined;
  /** False for an instance whose machine image is broken. */
  readonly joins: boolean;
  /** What its kubelet registers the Node with: Auto Scaling's tags for it, as the cluster autoscaler and EKS know them. */
  readonly registersWith: Registration;
  /** True when a status check of EC2 fails: the machine hangs or its host is broken. */
  readonly impaired: boolean;
}

/** Undefined for an instance without an address: it never got as far as a network. */
export function translateInstance(source: Ec2Instance, impaired: boolean): Instance | undefined {
  const tags = new Map((source.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  const { InstanceId: id, PrivateIpAddress: privateIp = '' } = source;
  const zone = source.Placement?.AvailabilityZone;
  if (id === undefined || zone === undefined) return undefined;
  return {
    id,
    state: source.State?.Name ?? 'unknown',
    type: source.InstanceType ?? 'm5.large',
    zone,
    privateIp,
    privateDnsName: source.PrivateDnsName ?? '',
    autoScalingGroup: tags.get('aws:autoscaling:groupName'),
    joins: tags.get(joinTag) !== 'never',
    registersWith: registrationOf(tags),
    impaired,
  };
}

export function isImpaired(status: InstanceStatus): boolean {
  return status.InstanceStatus?.Status === 'impaired' || status.SystemStatus?.Status === 'impaired';
}
