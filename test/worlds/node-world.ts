/** An Auto Scaling group of its own whose machines are nodes of the cluster, for a test that kills some of them. */
import {
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import type { V1Node } from '@kubernetes/client-node';
import { groupName, launchTemplateName } from '../../sandbox/aws/seed.ts';
import { kubeletLabel } from '../../sandbox/cluster/kwok-stages.ts';
import { resources } from '../../sandbox/controllers/kubernetes/resource.ts';
import { isReady } from '../../sandbox/controllers/nodes/decide-node.ts';
import { dedicatedTo } from '../../sandbox/controllers/nodes/registration.ts';
import { withAutoScaling } from '../../sandbox/faults/auto-scaling-client.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import type { NodeReplacementInput } from '../../workflows/node-replacement/contract.ts';

/** The grace period of nodes is 50 s; what the sandbox does about a Node that stays ready takes 90 s and as much again. */
const longestDeathMs = 170_000;
const outOfService = 'node.kubernetes.io/out-of-service';

export interface NodeWorld {
  readonly group: string;
  /** Instances at the beginning, in order. */
  readonly instances: readonly string[];
  /** Name of the node of an instance. */
  nodeOf(instanceId: string): string;
  readonly input: NodeReplacementInput;
  /** Ends machines and waits until Kubernetes calls their nodes NotReady. */
  kill(count: number): Promise<readonly string[]>;
  read(): Promise<AutoScalingGroup>;
  nodes(): Promise<readonly V1Node[]>;
  remove(): Promise<void>;
}

export interface NodeWorldShape {
  readonly nodes?: number;
  readonly max?: number;
  /** Letters of zones; default `a`. */
  readonly zones?: readonly string[];
}

/** On every node of a world, as a label and as a taint: only pods that name the world come there. */
export const worldKey = 'sandbox.rekindle.io/world';

/**
 * Its nodes are tainted, so that no pod of another test is on a machine that dies. ReplaceUnhealthy is suspended from the start: the
 * group must not mend itself before the recovery comes, and a suspension that was there must be there afterwards.
 */
export async function nodeWorld(
  sandbox: Sandbox,
  access: ClusterAccess,
  group: string,
  { nodes: count = 2, max = count, zones = ['a'] }: NodeWorldShape = {},
): Promise<NodeWorld> {
  const cluster = 'prod';
  const describe = async (name = group): Promise<AutoScalingGroup> => {
    const { AutoScalingGroups = [] } = await withAutoScaling(sandbox, (client) =>
      client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })),
    );
    if (AutoScalingGroups[0] === undefined) throw new Error(`no group ${name}`);
    return AutoScalingGroups[0];
  };
  const subnets = await Promise.all(zones.map((letter) => describe(groupName(cluster, letter))));
  await withAutoScaling(sandbox, async (client) => {
    await client.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: group,
        MinSize: 1,
        MaxSize: max,
        DesiredCapacity: count,
        LaunchTemplate: { LaunchTemplateName: launchTemplateName(cluster), Version: '$Latest' },
        VPCZoneIdentifier: subnets.map(({ VPCZoneIdentifier }) => VPCZoneIdentifier).join(','),
        Tags: [{ Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned' }, ...dedicatedTo(worldKey, group)].map(
          (tag) => ({
            ...tag,
            PropagateAtLaunch: true,
          }),
        ),
      }),
    );
    await client.send(
      new SuspendProcessesCommand({ AutoScalingGroupName: group, ScalingProcesses: ['ReplaceUnhealthy'] }),
    );
  });

  const nodes = async (): Promise<readonly V1Node[]> => {
    const ids = (await describe()).Instances?.map(({ InstanceId = '' }) => InstanceId) ?? [];
    const { items: all } = await access.api.list<V1Node>(resources.nodes);
    return all.filter(({ spec }) => ids.some((id) => spec?.providerID?.endsWith(`/${id}`)));
  };
  // A member that dies before the group has taken it into service is replaced by the group, whatever is suspended.
  const ready = await waitFor(
    `${count} members of ${group} in service, whose nodes take pods`,
    async () => {
      const { Instances = [] } = await describe();
      const serving = Instances.filter(({ LifecycleState }) => LifecycleState === 'InService');
      const found = (await nodes()).filter(takesPods);
      const all = found.every((node) => serving.some(({ InstanceId }) => InstanceId === instanceOf(node)));
      return serving.length === count && found.length === count && all && found;
    },
    { timeoutMs: 120_000, intervalMs: 250 },
  );
  const instances = ready.map(instanceOf).sort();
  return {
    group,
    instances,
    input: {
      cluster,
      autoScalingGroups: [group],
      approval: 'automatic',
      maxUnhealthyPercent: 100,
      joinTimeoutSeconds: 60,
      launchPatienceSeconds: 5,
    },
    async kill(victims) {
      const dead = instances.slice(0, victims);
      for (const id of dead) await access.front.endInstance(id, 'stopped');
      const ofDead = async () => (await nodes()).filter((node) => dead.includes(instanceOf(node)));
      await waitFor(
        `nodes of ${dead.join(', ')} NotReady`,
        async () => {
          const found = await ofDead();
          return found.length === dead.length && !found.some(isReady);
        },
        { timeoutMs: longestDeathMs, intervalMs: 500 },
      ).catch(async (error: Error) => {
        const seen = (await ofDead()).map((node) => told(node)).join('; ');
        const members = (await describe()).Instances?.map((one) => `${one.InstanceId} ${one.LifecycleState}`).join(
          ', ',
        );
        throw new Error(`${error.message}; the nodes: ${seen || 'none'}; members of the group: ${members}`, {
          cause: error,
        });
      });
      return dead;
    },
    nodeOf: (instanceId) => ready.find((node) => instanceOf(node) === instanceId)?.metadata?.name ?? '',
    read: () => describe(),
    nodes,
    async remove() {
      await withAutoScaling(sandbox, (client) =>
        client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: group, ForceDelete: true })),
      );
    },
  };
}

/** A node is Ready a moment before the controller manager takes the taint off that each node is born with. */
function takesPods(node: V1Node): boolean {
  return isReady(node) && !node.spec?.taints?.some(({ key }) => key.startsWith('node.kubernetes.io/'));
}

/** For an error: who wrote its conditions when, and whether its kubelet is asked to. */
function told({ metadata, status }: V1Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const writers = metadata?.managedFields?.map(
    ({ manager, subresource = 'object', time }) => `${manager} ${subresource} ${time}`,
  );
  const since = `${ready?.status} since ${ready?.lastTransitionTime}, heartbeat ${ready?.lastHeartbeatTime}`;
  return `${metadata?.name} (${JSON.stringify(metadata?.labels?.[kubeletLabel.name])}) is Ready ${since}, written by ${writers?.join(', ')}`;
}

export function instanceOf({ spec }: V1Node): string {
  return spec?.providerID?.split('/').at(-1) ?? '';
}

/** What is not as it was declared, one sentence each: size, processes, tags, taints. */
export function settingsProblems(
  before: AutoScalingGroup,
  after: AutoScalingGroup,
  nodes: readonly V1Node[],
): string[] {
  const problems: string[] = [];
  for (const field of ['MinSize', 'MaxSize', 'DesiredCapacity'] as const) {
    if (before[field] !== after[field]) problems.push(`${field} is ${after[field]}, was ${before[field]}`);
  }
  const processes = ({ SuspendedProcesses = [] }: AutoScalingGroup) =>
    SuspendedProcesses.map(({ ProcessName }) => ProcessName)
      .sort()
      .join(', ');
  if (processes(before) !== processes(after))
    problems.push(`suspended are ${processes(after)}, were ${processes(before)}`);
  const tags = (after.Tags ?? []).filter(({ Key }) => Key?.startsWith('rekindle.io/'));
  if (tags.length > 0) problems.push(`tags are left: ${tags.map(({ Key }) => Key).join(', ')}`);
  const tainted = nodes.filter(({ spec }) => spec?.taints?.some(({ key }) => key === outOfService));
  if (tainted.length > 0) problems.push(`tainted: ${tainted.map(({ metadata }) => metadata?.name).join(', ')}`);
  const cordoned = nodes.filter(({ spec }) => spec?.unschedulable === true);
  if (cordoned.length > 0) problems.push(`cordoned: ${cordoned.map(({ metadata }) => metadata?.name).join(', ')}`);
  return problems;
}

/** What does not hold after a recovery in which `dead` were replaced. */
export async function replacedProblems(
  world: NodeWorld,
  before: AutoScalingGroup,
  dead: readonly string[],
): Promise<string[]> {
  const after = await world.read();
  const nodes = await world.nodes();
  const members = (after.Instances ?? []).filter(({ LifecycleState }) => LifecycleState === 'InService');
  const ids = members.map(({ InstanceId = '' }) => InstanceId);
  const problems = settingsProblems(before, after, nodes);
  const readyIds = nodes.filter(isReady).map(instanceOf);
  if (ids.length !== before.DesiredCapacity) problems.push(`${ids.length} members in service`);
  if (!ids.every((id) => readyIds.includes(id))) problems.push('a member has no Ready node');
  const kept = world.instances.filter((id) => !dead.includes(id));
  const lost = kept.filter((id) => !ids.includes(id));
  if (lost.length > 0) problems.push(`living machines were ended: ${lost.join(', ')}`);
  const left = dead.filter((id) => ids.includes(id));
  if (left.length > 0) problems.push(`dead machines are still there: ${left.join(', ')}`);
  return problems;
}
