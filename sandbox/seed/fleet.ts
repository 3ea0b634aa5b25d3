/**
 * A fleet of nodes with what runs on a large cluster: an Auto Scaling group for each of three zones, workloads with budgets and
 * priorities, StatefulSets with volumes, a DaemonSet. Its size is limited by the machine that the sandbox runs on; 500 nodes are meant.
 */
import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  type Instance,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import type { V1Namespace, V1Node, V1PriorityClass } from '@kubernetes/client-node';
import { groupName, launchTemplateName } from '../aws/seed.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { isReady } from '../controllers/nodes/decide-node.ts';
import { instanceIdOf } from '../controllers/nodes/node-objects.ts';
import { withAutoScaling } from '../faults/auto-scaling-client.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { Sandbox } from '../sandbox.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { fleetObjects, fleetPriorities, fleetShape } from './fleet-objects.ts';
import { removeNamespace } from './remove-namespace.ts';

export interface Fleet {
  /** Also the namespace of its workloads. */
  readonly name: string;
  readonly groups: readonly string[];
  /** Instance ids of its groups now, whatever their nodes say. */
  members(): Promise<readonly string[]>;
  /** Instance ids of its Ready nodes now. */
  ready(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

const letters = ['a', 'b', 'c'] as const;

/** Between two lines on how far it is, milliseconds. */
const tellEveryMs = 10_000;

/**
 * Returns once all its nodes are Ready and its pods are placed. The groups do not mend themselves: ReplaceUnhealthy is suspended.
 * `report` gets a line for each part, and now and then how far it is.
 */
export async function makeFleet(
  sandbox: Sandbox,
  access: ClusterAccess,
  name: string,
  size: number,
  report: (line: string) => void = () => {},
): Promise<Fleet> {
  const { api, cluster } = access;
  const shares = letters.map((letter, index) => ({ letter, count: Math.floor((size + 2 - index) / letters.length) }));
  const groups = shares.filter(({ count }) => count > 0).map(({ letter }) => `${name}-${letter}`);
  await withAutoScaling(sandbox, async (client) => {
    for (const { letter, count } of shares) {
      if (count === 0) continue;
      const seeded = await client.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName(cluster, letter)] }),
      );
      const AutoScalingGroupName = `${name}-${letter}`;
      await client.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName,
          MinSize: 0,
          MaxSize: count,
          DesiredCapacity: count,
          LaunchTemplate: { LaunchTemplateName: launchTemplateName(cluster), Version: '$Latest' },
          VPCZoneIdentifier: seeded.AutoScalingGroups?.[0]?.VPCZoneIdentifier ?? '',
          Tags: [{ Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned', PropagateAtLaunch: true }],
        }),
      );
      await client.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['ReplaceUnhealthy'] }));
    }
  });
  const instances = async (): Promise<readonly Instance[]> => {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [...groups] });
    const { AutoScalingGroups = [] } = await withAutoScaling(sandbox, (client) => client.send(command));
    return AutoScalingGroups.flatMap(({ Instances = [] }) => Instances);
  };
  const idsOf = (instances: readonly Instance[]) => instances.map(({ InstanceId = '' }) => InstanceId);
  const members = async () => idsOf(await instances());
  const ready = async (): Promise<readonly string[]> => {
    // A member that dies before its group has taken it into service is replaced by the group, whatever is suspended.
    const serving = (await instances()).filter(({ LifecycleState }) => LifecycleState === 'InService');
    const ids = new Set(idsOf(serving));
    const { items } = await api.list<V1Node>(resources.nodes);
    return items.filter(isReady).flatMap((node) => {
      const id = instanceIdOf(node);
      return id !== undefined && ids.has(id) ? [id] : [];
    });
  };
  const patience = { timeoutMs: 60_000 + size * 2_000, intervalMs: 1_000 };
  await reached(`Ready nodes of ${name}`, size, async () => (await ready()).length, patience, report);

  for (const priority of fleetPriorities) await api.ensure<V1PriorityClass>(resources.priorityClasses, priority);
  await api.create<V1Namespace>(resources.namespaces, { metadata: { name } });
  const shape = fleetShape(size);
  for (const { resource, object } of fleetObjects(name, shape)) await api.create(resource, object);
  const placed = async () => {
    const { items } = await api.list(resources.pods, { namespace: name, fieldSelector: 'spec.nodeName!=' });
    return items.length;
  };
  await reached(`placed pods of ${name}`, shape.pods, placed, patience, report);
  return {
    name,
    groups,
    members,
    ready,
    async remove() {
      await removeNamespace(access, name, { timeoutMs: 150_000 + size * 1_000, intervalMs: 250 + size * 10 });
      await withAutoScaling(sandbox, async (client) => {
        for (const AutoScalingGroupName of groups) {
          await client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
        }
      });
    },
  };
}

/** Waits until so many are counted; `report` gets a line now and then, and one at the end. */
export async function reached(
  what: string,
  wanted: number,
  count: () => Promise<number>,
  patience: { readonly timeoutMs: number; readonly intervalMs: number },
  report: (line: string) => void,
): Promise<void> {
  let toldAt = Date.now();
  const look = async () => {
    const found = await count();
    if (found >= wanted) return true;
    if (Date.now() - toldAt > tellEveryMs) {
      report(`${found} of ${wanted} ${what}`);
      toldAt = Date.now();
    }
    return false;
  };
  await waitFor(`${wanted} ${what}`, look, patience);
  report(`${wanted} ${what}`);
}
