import type { Activity, AutoScalingGroup, InstanceRefresh } from '@aws-sdk/client-auto-scaling';
import type { Instance, InstanceStatus } from '@aws-sdk/client-ec2';
import type { Code } from '../../errors/codes.ts';
import { fenceTag, type Group, type Machine, type MachineState, type ScalingFailure } from './port.ts';

/** Names of errors that only Auto Scaling knows. */
export const autoScalingErrorCodes: Readonly<Record<string, Code>> = {
  ResourceContention: 'conflict',
  ResourceContentionFault: 'conflict',
  ScalingActivityInProgress: 'conflict',
  ScalingActivityInProgressFault: 'conflict',
  LimitExceeded: 'quota-exceeded',
  LimitExceededFault: 'quota-exceeded',
  ValidationError: 'rejected-by-api',
};

const states: ReadonlySet<string> = new Set([
  'pending',
  'running',
  'stopping',
  'stopped',
  'shutting-down',
  'terminated',
]);

export function groupOf(group: AutoScalingGroup): Group {
  return {
    name: group.AutoScalingGroupName ?? '',
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    zones: group.AvailabilityZones ?? [],
    members: (group.Instances ?? []).map((member) => ({
      instanceId: member.InstanceId ?? '',
      zone: member.AvailabilityZone ?? '',
      lifecycle: member.LifecycleState ?? 'unknown',
    })),
    suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName = '' }) => ProcessName).sort(),
    tags: Object.fromEntries((group.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    warmPool: group.WarmPoolConfiguration !== undefined,
  };
}

export function machineOf(instance: Instance, status: InstanceStatus | undefined): Machine {
  const state = instance.State?.Name ?? '';
  return {
    instanceId: instance.InstanceId ?? '',
    state: states.has(state) ? (state as MachineState) : 'unknown',
    zone: instance.Placement?.AvailabilityZone ?? '',
    group: instance.Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value ?? null,
    checks: checksOf(status),
    fencedBy: instance.Tags?.find(({ Key }) => Key === fenceTag)?.Value || null,
  };
}

/** Impaired when either check fails; healthy only when both are `ok`. */
export function checksOf(status: InstanceStatus | undefined): Machine['checks'] {
  const both = [status?.SystemStatus?.Status, status?.InstanceStatus?.Status];
  if (both.includes('impaired')) return 'impaired';
  if (both.every((one) => one === 'ok')) return 'ok';
  return both.includes('initializing') ? 'initializing' : 'unknown';
}

export function failuresOf(activities: readonly Activity[]): readonly ScalingFailure[] {
  return activities
    .filter(({ StatusCode }) => StatusCode === 'Failed')
    .map(({ StartTime, StatusMessage }) => ({ at: StartTime?.getTime() ?? 0, message: StatusMessage ?? 'no message' }));
}

/** A refresh that still may replace instances. */
export function activeRefreshOf(refreshes: readonly InstanceRefresh[]): string | null {
  const over: ReadonlySet<string> = new Set([
    'Successful',
    'Failed',
    'Cancelled',
    'RollbackFailed',
    'RollbackSuccessful',
  ]);
  return refreshes.find(({ Status }) => !over.has(Status ?? ''))?.InstanceRefreshId ?? null;
}
