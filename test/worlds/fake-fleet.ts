/**
 * A cluster and its Auto Scaling groups in memory, behind the ports of the real activities, with every call counted as the real
 * clients make it: lists by pages, effects one by one. What is launched joins at once; what a taint or an eviction frees goes at once.
 */
import type { AutoScalingRegion, Group, GroupSize, Machine } from '../../activities/autoscaling/port.ts';
import { type Kind, kinds, type ObjectRef } from '../../activities/kubernetes/kinds.ts';
import { leaseNamespace, type Node, nodeKinds, outOfService } from '../../activities/kubernetes/node-objects.ts';
import type { Pod, VolumeAttachment } from '../../activities/kubernetes/objects.ts';
import type { KubernetesObject, ListSelection, MergePatch, Precondition } from '../../activities/kubernetes/port.ts';
import { FakeKubernetes } from '../adapters/fake-kubernetes.ts';

/** Pages of the real clients. */
const objectsPerPage = 500;
const groupsPerCall = 50;
const instancesPerCall = 200;
const statusesPerCall = 100;

export interface FleetShape {
  readonly nodes: number;
  /** How many of them died; a stopped machine, a silent node. */
  readonly dead: number;
  readonly groups?: readonly string[];
  readonly podsPerNode?: number;
}

export interface Calls {
  /** Questions to a port, however many pages each has. */
  reads: number;
  /** HTTP requests behind them. */
  pages: number;
  effects: string[];
}

const noCalls = (): Calls => ({ reads: 0, pages: 0, effects: [] });
/** What somebody else suspended: it must be so afterwards. */
export const suspendedBefore: readonly string[] = ['AlarmNotification'];

export class FakeFleet {
  readonly region: FakeRegion;
  readonly kubernetes: CountedKubernetes;
  /** Members at the beginning. */
  readonly instances: readonly string[];
  readonly dead: readonly string[];

  constructor({ nodes, dead, groups = ['workers-a', 'workers-b', 'workers-c'], podsPerNode = 2 }: FleetShape) {
    this.region = new FakeRegion(
      (id, group) => this.#join(id, group, podsPerNode),
      (id) => this.kubernetes.leave(id),
    );
    this.kubernetes = new CountedKubernetes();
    for (const [index, name] of groups.entries()) {
      const share = Math.floor((nodes + groups.length - 1 - index) / groups.length);
      this.region.add(name, share);
    }
    const members = [...this.region.table.values()].map((group) => group.members.map(({ instanceId }) => instanceId));
    this.instances = members.flat();
    // From the groups in turn, as a failure of the whole cluster takes them.
    const inTurn = Array.from({ length: nodes }, (_, rank) => members.flatMap((ids) => ids[rank] ?? [])).flat();
    this.dead = inTurn.slice(0, dead);
    for (const id of this.dead) {
      this.region.edit(id, { state: 'stopped', checks: 'unknown' });
      this.kubernetes.silence(id);
    }
    this.region.calls.effects = [];
    this.kubernetes.calls.effects = [];
  }

  nodeOf(id: string): string {
    return nodeName(id);
  }

  #join(id: string, group: string, pods: number): void {
    const name = nodeName(id);
    const { kubernetes } = this;
    const providerID = `aws:///${zoneOf(group)}/${id}`;
    const labels = { 'topology.kubernetes.io/zone': zoneOf(group) };
    const status = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] };
    kubernetes.add<Node>(kinds.node, { metadata: { name, labels }, spec: { providerID }, status });
    const renewed = { metadata: { name, namespace: leaseNamespace }, spec: { renewTime: new Date().toISOString() } };
    kubernetes.add(nodeKinds.lease, renewed);
    if (this.instances !== undefined) return; // pods find their way by themselves: none is on a new node
    for (let index = 0; index < pods; index += 1) kubernetes.add(kinds.pod, podOn(name, index));
    const attachment = {
      metadata: { name: `csi-${id}` },
      spec: { nodeName: name, attacher: 'ebs.csi.aws.com', source: {} },
    };
    kubernetes.add(kinds.attachment, attachment as unknown as VolumeAttachment);
  }
}

class CountedKubernetes extends FakeKubernetes {
  readonly calls = noCalls();

  override async list<T extends KubernetesObject>(kind: Kind, selection: ListSelection = {}): Promise<readonly T[]> {
    const found = await super.list<T>(kind, selection);
    this.calls.reads += 1;
    this.calls.pages += Math.max(1, Math.ceil(found.length / objectsPerPage));
    return found;
  }

  override async patch<T extends KubernetesObject>(
    kind: Kind,
    ref: ObjectRef,
    body: MergePatch,
    when?: Precondition,
  ): Promise<T> {
    this.calls.effects.push(`patch ${kind.plural}`);
    const patched = await super.patch<T>(kind, ref, body, when);
    const { taints = [] } = (patched as unknown as Node).spec;
    // Kubernetes frees a node that is out of service.
    if (kind.plural === 'nodes' && taints.some(({ key }) => key === outOfService.key)) await this.#free(ref.name);
    return patched;
  }

  override async remove(kind: Kind, ref: ObjectRef, when?: Precondition): Promise<boolean> {
    this.calls.effects.push(`delete ${kind.plural}`);
    return super.remove(kind, ref, when);
  }

  silence(id: string): void {
    const Ready = { type: 'Ready', status: 'Unknown', lastTransitionTime: '2026-01-01T00:00:00Z' };
    this.edit(kinds.node, { name: nodeName(id) }, { status: { conditions: [Ready] } });
    const silent = { spec: { renewTime: new Date(Date.now() - 120_000).toISOString() } };
    this.edit(nodeKinds.lease, { name: nodeName(id), namespace: leaseNamespace }, silent);
  }

  /** As the cloud controller and the collector of orphaned pods do after a machine was terminated. */
  async leave(id: string): Promise<void> {
    await this.#free(nodeName(id));
    await super.remove(kinds.node, { name: nodeName(id) });
    await super.remove(nodeKinds.lease, { name: nodeName(id), namespace: leaseNamespace });
  }

  async #free(node: string): Promise<void> {
    const pods = (await super.list<Pod>(kinds.pod)).filter(({ spec }) => spec.nodeName === node);
    for (const { metadata } of pods) await super.remove(kinds.pod, metadata);
    const attached = (await super.list<VolumeAttachment>(kinds.attachment)).filter(
      ({ spec }) => spec.nodeName === node,
    );
    for (const { metadata } of attached) await super.remove(kinds.attachment, metadata);
  }
}

class FakeRegion implements AutoScalingRegion {
  readonly region = 'us-east-1';
  readonly table = new Map<string, Group>();
  readonly calls = noCalls();
  /** Machines in the order of their end; one that is named twice was ended twice. */
  readonly ended: string[] = [];
  readonly #machines = new Map<string, Machine>();
  readonly #joins: (id: string, group: string) => void;
  readonly #leaves: (id: string) => Promise<void>;
  #last = 0;

  constructor(joins: (id: string, group: string) => void, leaves: (id: string) => Promise<void>) {
    this.#joins = joins;
    this.#leaves = leaves;
  }

  add(name: string, size: number): void {
    const group = { name, min: 1, max: size, desired: size, zones: [zoneOf(name)], suspended: suspendedBefore };
    this.table.set(name, { ...group, members: [], tags: {}, warmPool: false });
    this.#launch(name);
  }

  edit(id: string, change: Partial<Machine>): void {
    const machine = this.#machines.get(id);
    if (machine !== undefined) this.#machines.set(id, { ...machine, ...change });
  }

  machine(id: string): Machine | undefined {
    return this.#machines.get(id);
  }

  async groups(names: readonly string[]) {
    this.#read(Math.ceil(names.length / groupsPerCall));
    return names.flatMap((name) => this.table.get(name) ?? []);
  }

  async machines(ids: readonly string[]) {
    const missing = { state: 'missing', zone: '', group: null, checks: 'unknown', fencedBy: null } as const;
    const found = ids.map((instanceId): Machine => this.#machines.get(instanceId) ?? { instanceId, ...missing });
    const running = found.filter(({ state }) => state === 'running').length;
    this.#read(Math.ceil(ids.length / instancesPerCall) + Math.ceil(running / statusesPerCall));
    return found;
  }

  async failures() {
    this.#read(1);
    return [];
  }

  async launchHooks() {
    this.#read(1);
    return [];
  }

  async refresh() {
    this.#read(1);
    return null;
  }

  async tag(groups: Parameters<AutoScalingRegion['tag']>[0]) {
    this.calls.effects.push('tag');
    for (const { name, tags } of groups)
      this.#change(name, (group) => ({ ...group, tags: { ...group.tags, ...tags } }));
  }

  async untag(groups: Parameters<AutoScalingRegion['untag']>[0]) {
    this.calls.effects.push('untag');
    for (const { name, keys } of groups) {
      const rest = ({ tags }: Group) => Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
      this.#change(name, (group) => ({ ...group, tags: rest(group) }));
    }
  }

  async suspend(name: string, processes: readonly string[]) {
    this.calls.effects.push('suspend');
    this.#change(name, (group) => ({ ...group, suspended: [...new Set([...group.suspended, ...processes])].sort() }));
  }

  async resume(name: string, processes: readonly string[]) {
    this.calls.effects.push('resume');
    this.#change(name, (group) => ({ ...group, suspended: group.suspended.filter((one) => !processes.includes(one)) }));
  }

  async resize(name: string, size: GroupSize) {
    this.calls.effects.push('resize');
    this.#change(name, (group) => ({ ...group, ...size }));
    this.#launch(name);
  }

  async terminateAndShrink(name: string, ids: readonly string[]) {
    this.calls.effects.push('terminate');
    this.ended.push(...ids);
    for (const id of ids) {
      this.edit(id, { state: 'terminated', checks: 'unknown' });
      await this.#leaves(id);
    }
    const staying = (group: Group) => group.members.filter(({ instanceId }) => !ids.includes(instanceId));
    this.#change(name, (group) => ({ ...group, desired: group.desired - ids.length, members: staying(group) }));
  }

  tagMachines = async () => {};
  stopMachines = async () => {};
  startMachines = async () => {};

  #read(pages: number): void {
    this.calls.reads += 1;
    this.calls.pages += Math.max(1, pages);
  }

  #change(name: string, change: (group: Group) => Group): void {
    const group = this.table.get(name);
    if (group !== undefined) this.table.set(name, change(group));
  }

  #launch(name: string): void {
    for (let group = this.table.get(name); group !== undefined && group.members.length < group.desired; ) {
      this.#last += 1;
      const instanceId = `i-${zoneOf(name).slice(-1)}${String(this.#last).padStart(16, '0')}`;
      const about = { instanceId, zone: zoneOf(name), group: name, state: 'running', checks: 'ok' } as const;
      this.#machines.set(instanceId, { ...about, fencedBy: null });
      const member = { instanceId, zone: zoneOf(name), lifecycle: 'InService' };
      group = { ...group, members: [...group.members, member] };
      this.table.set(name, group);
      this.#joins(instanceId, name);
    }
  }
}

function zoneOf(group: string): string {
  return `us-east-1${group.slice(-1)}`;
}

function nodeName(id: string): string {
  return `ip-${id}.ec2.internal`;
}

function podOn(nodeName: string, index: number): Pod {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'web', controller: true };
  const metadata = { name: `web-${nodeName}-${index}`, namespace: 'apps', ownerReferences: [owner] };
  return { metadata, spec: { nodeName }, status: { phase: 'Running' } } as unknown as Pod;
}
