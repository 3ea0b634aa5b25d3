/** The quota of on-demand vCPUs: told by Service Quotas, kept by every launch of a group. */
import { instanceState, isAlive } from '../ec2/instance.ts';
import { sizeOf } from '../ec2/instance-sizes.ts';
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';

/** Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances: the one quota that the front knows. */
const quotaCode = 'L-1216C47A';

/** How many more machines of that type the quota allows. */
export function machinesLeft(world: World, type: string): number {
  const now = world.now();
  const running = [...world.instances.values()].filter((instance) => isAlive(instanceState(instance, now)));
  const used = running.reduce((sum, instance) => sum + sizeOf(instance.type).vcpus, 0);
  return Math.max(0, Math.floor((world.standingFaults.vcpuQuota - used) / sizeOf(type).vcpus));
}

/** In the words that Auto Scaling puts into its activity. */
export function vcpuLimitExceeded({ standingFaults: { vcpuQuota } }: World): AwsFailure {
  return new AwsFailure(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${vcpuQuota} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}

/** The answer of GetServiceQuota as far as callers read it. */
export function getServiceQuota(world: World, action: string, body: string): object {
  if (action !== 'GetServiceQuota') throw new AwsFailure('UnknownOperationException', `The front knows no ${action}`);
  const { ServiceCode, QuotaCode } = JSON.parse(body) as {
    readonly ServiceCode?: string;
    readonly QuotaCode?: string;
  };
  if (ServiceCode !== 'ec2' || QuotaCode !== quotaCode) {
    throw new AwsFailure(
      'NoSuchResourceException',
      `The request failed because the quota ${QuotaCode} of ${ServiceCode} does not exist`,
    );
  }
  const Value = world.standingFaults.vcpuQuota;
  const QuotaName = 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances';
  return { Quota: { ServiceCode, QuotaCode, QuotaName, Value, Unit: 'None', Adjustable: true, GlobalQuota: false } };
}
