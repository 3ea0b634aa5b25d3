/**
 * The AWS cloud controller's part, and the part of each machine's kubelet that registers its Node: EC2 instances become Nodes,
 * live Nodes beat (through kwok), dead ones fall silent, Nodes of terminated instances go.
 */
import type { V1Node } from '@kubernetes/client-node';
import { kubeletLabel } from '../../cluster/kwok-stages.ts';
import type { Cloud } from '../cloud.ts';
import type { ClusterView } from '../cluster-view.ts';
import { isConflict, isNotFound } from '../kubernetes/kubernetes-error.ts';
import { resources } from '../kubernetes/resource.ts';
import { beats, correctTaints, decideNode, machineRuns, NodeStep } from './decide-node.ts';
import type { Instance } from './instance.ts';
import { csiNodeObject, instanceIdOf, nodeName, nodeObject } from './node-objects.ts';
import { readPartitioned } from './partitioned-instances.ts';

/** What became of the machine behind a Node. */
export type Machine = 'runs' | 'cut-off' | 'dead' | 'unknown';

export interface NodeControllerOptions {
  readonly view: ClusterView;
  readonly cloud: Cloud;
  readonly partitionedFile: string;
}

/** Between two looks at EC2; more where a look takes long, so that it never costs more than a tenth of the time. */
const shortestPauseMs = 1_000;

export class NodeController {
  readonly #options: NodeControllerOptions;
  #instances: ReadonlyMap<string, Instance> | undefined;
  #partitioned: ReadonlySet<string> = new Set();
  /** Since when a Node is seen without heartbeats, by its uid. */
  readonly #silentSince = new Map<string, number>();

  constructor(options: NodeControllerOptions) {
    this.#options = options;
  }

  machine(node: string): Machine {
    const object = this.#options.view.nodes.get(node);
    if (object === undefined || this.#instances === undefined) return 'unknown';
    const id = instanceIdOf(object);
    if (id === undefined) return 'runs';
    if (!machineRuns(this.#instances.get(id))) return 'dead';
    return this.#partitioned.has(id) ? 'cut-off' : 'runs';
  }

  async run(signal: AbortSignal): Promise<void> {
    const { view } = this.#options;
    while (!signal.aborted) {
      const began = Date.now();
      try {
        if (view.nodes.ready && view.csiNodes.ready) await this.#round();
      } catch (error) {
        view.report(`nodes: ${(error as Error).message}`);
      }
      const pause = Math.max(shortestPauseMs, (Date.now() - began) * 9);
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, 15_000)));
    }
  }

  async #round(): Promise<void> {
    const { view, cloud, partitionedFile } = this.#options;
    const instances = new Map((await cloud.instances(view.cluster)).map((instance) => [instance.id, instance]));
    const partitioned = readPartitioned(partitionedFile);
    this.#instances = instances;
    this.#partitioned = partitioned;

    const present = view.nodes.list();
    this.#forgetGone(present);
    const nodes = new Map<string, V1Node>();
    for (const node of present) {
      const id = instanceIdOf(node);
      if (id !== undefined) nodes.set(id, node);
    }
    const work: (() => Promise<void>)[] = [];
    for (const id of new Set([...nodes.keys(), ...instances.keys()])) {
      const [node, instance] = [nodes.get(id), instances.get(id)];
      work.push(() => this.#one(node, instance, partitioned.has(id)));
    }
    await inParallel(16, work, (error) => view.report(`node: ${error.message}`));
  }

  async #one(node: V1Node | undefined, instance: Instance | undefined, partitioned: boolean): Promise<void> {
    const { view } = this.#options;
    const { api } = view;
    const name = { name: node?.metadata?.name ?? '' };
    const uid = node?.metadata?.uid ?? '';
    const silentSeconds = this.#silentSeconds(node, uid);
    const step = decideNode({ node, instance, partitioned, silentSeconds });
    switch (step) {
      case NodeStep.register:
        if (instance !== undefined) await this.#register(instance);
        break;
      case NodeStep.beat:
      case NodeStep.wake:
        this.#silentSince.delete(uid);
        await api.patch(resources.nodes, name, { metadata: { labels: { [kubeletLabel.name]: kubeletLabel.value } } });
        view.report(
          `node ${name.name} ${step === NodeStep.wake ? 'is ready long after it fell silent' : 'beats again'}`,
        );
        break;
      case NodeStep.silence:
        await api.patch(resources.nodes, name, { metadata: { labels: { [kubeletLabel.name]: null } } });
        view.report(
          `node ${name.name} fell silent: ${instance?.id ?? 'its instance'} is ${partitioned ? 'cut off' : (instance?.state ?? 'gone')}`,
        );
        break;
      case NodeStep.remove:
        await api.delete(resources.nodes, name, { uid: node?.metadata?.uid });
        view.report(`node ${name.name} removed: its instance is terminated`);
        return;
      case NodeStep.none:
    }
    if (node === undefined) return;
    if (
      instance !== undefined &&
      view.csiNodes.get(name.name)?.metadata?.ownerReferences?.[0]?.uid !== node.metadata?.uid
    ) {
      await this.#publishDrivers(node, instance.id);
    }
    const spec = correctTaints(node, instance);
    if (spec === undefined) return;
    try {
      await api.patch(resources.nodes, name, { metadata: { resourceVersion: node.metadata?.resourceVersion }, spec });
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
  }

  /** From the first look at a Node without heartbeats: the call that took them off may have failed in the end, and yet have done it. */
  #silentSeconds(node: V1Node | undefined, uid: string): number {
    if (node === undefined || beats(node)) return 0;
    const since = this.#silentSince.get(uid) ?? Date.now();
    this.#silentSince.set(uid, since);
    return (Date.now() - since) / 1000;
  }

  #forgetGone(present: readonly V1Node[]): void {
    const uids = new Set(present.map(({ metadata }) => metadata?.uid));
    for (const uid of this.#silentSince.keys()) if (!uids.has(uid)) this.#silentSince.delete(uid);
  }

  async #register(instance: Instance): Promise<void> {
    const { view, cloud } = this.#options;
    const taken = view.nodes.get(nodeName(instance));
    if (taken !== undefined) {
      // A machine of an earlier life had this address: its kubelet's Node goes first, as with a re-used name on AWS.
      await view.api.delete(resources.nodes, { name: nodeName(instance) }, { uid: taken.metadata?.uid });
      return;
    }
    const node = await view.api.ensure(resources.nodes, nodeObject(instance, cloud.region));
    await this.#publishDrivers(node, instance.id);
    view.report(`node ${node.metadata?.name} registered for ${instance.id}`);
  }

  async #publishDrivers(node: V1Node, instanceId: string): Promise<void> {
    const { api } = this.#options.view;
    const wanted = csiNodeObject(node, instanceId);
    const name = { name: wanted.metadata?.name ?? '' };
    const present = await api.ensure(resources.csiNodes, wanted);
    if (present.metadata?.ownerReferences?.[0]?.uid === node.metadata?.uid) return;
    await api.delete(resources.csiNodes, name, { uid: present.metadata?.uid });
    await api.ensure(resources.csiNodes, wanted);
  }
}

async function inParallel(
  width: number,
  work: (() => Promise<void>)[],
  onError: (error: Error) => void,
): Promise<void> {
  const left = [...work];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await next().catch(onError);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
