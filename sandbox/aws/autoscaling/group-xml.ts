import type { XmlValue } from '../wire/xml.ts';
import type { AutoScalingGroup, Member, TemplateReference, WarmPool } from './group.ts';

function templateXml(template: TemplateReference): XmlValue {
  return {
    LaunchTemplateId: template.id || undefined,
    LaunchTemplateName: template.name || undefined,
    Version: template.version,
  };
}

export function memberXml(member: Member, groupName?: string): Readonly<Record<string, XmlValue>> {
  return {
    InstanceId: member.instanceId,
    InstanceType: member.instanceType,
    AutoScalingGroupName: groupName,
    AvailabilityZone: member.zone,
    LifecycleState: member.state,
    // DescribeAutoScalingInstances writes it in capitals, DescribeAutoScalingGroups does not.
    HealthStatus:
      groupName === undefined ? (member.healthy ? 'Healthy' : 'Unhealthy') : member.healthy ? 'HEALTHY' : 'UNHEALTHY',
    LaunchTemplate: member.template && templateXml(member.template),
    ProtectedFromScaleIn: member.protected,
  };
}

export function warmPoolXml(pool: WarmPool): XmlValue {
  return {
    MaxGroupPreparedCapacity: pool.maxPrepared,
    MinSize: pool.minSize,
    PoolState: pool.poolState,
    InstanceReusePolicy: { ReuseOnScaleIn: pool.reuseOnScaleIn },
  };
}

export function tagsXml(group: AutoScalingGroup): XmlValue[] {
  return group.tags.map((tag) => ({
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key: tag.key,
    Value: tag.value,
    PropagateAtLaunch: tag.propagate,
  }));
}

export function groupXml(group: AutoScalingGroup, withInstances: boolean): XmlValue {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(group.mixed
      ? {
          MixedInstancesPolicy: {
            LaunchTemplate: { LaunchTemplateSpecification: templateXml(group.template), Overrides: [] },
          },
        }
      : { LaunchTemplate: templateXml(group.template) }),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.defaultCooldown,
    AvailabilityZones: [...new Set(group.subnets.map((subnet) => subnet.zone))],
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.healthCheckGracePeriod,
    Instances: withInstances ? group.members.map((member) => memberXml(member)) : [],
    CreatedTime: new Date(group.createdTime),
    SuspendedProcesses: Object.entries(group.suspended).map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
    VPCZoneIdentifier: group.subnets.map((subnet) => subnet.id).join(','),
    EnabledMetrics: [],
    Status: group.deleting ? 'Delete in progress' : undefined,
    Tags: tagsXml(group),
    TerminationPolicies: group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.newInstancesProtected,
    WarmPoolConfiguration: group.warmPool && warmPoolXml(group.warmPool),
    WarmPoolSize: group.warmPool ? 0 : undefined,
    CapacityRebalance: group.capacityRebalance,
    TrafficSources: [],
  };
}
