/**
 * The kubelet's part for pods that need more than a status: database pods, and pods that take their time to start. Invariants:
 * 1. A container runs only while the pod's volumes are attached to the pod's node.
 * 2. A pod object goes only after its server has ended, so that the volume is detached from nobody who writes.
 * 3. On a dead machine nothing runs; on a machine that is cut off everything runs on and nothing is reported.
 */
import { existsSync } from 'node:fs';
import type { V1Pod } from '@kubernetes/client-node';
import { databaseAnnotation, startupSecondsAnnotation } from '../../cluster/kwok-stages.ts';
import type { ClusterView } from '../cluster-view.ts';
import { attachmentName, type VolumeSource } from '../csi/volume-source.ts';
import { recordEvent } from '../kubernetes/events.ts';
import { isNotFound } from '../kubernetes/kubernetes-error.ts';
import { keyOf } from '../kubernetes/object-store.ts';
import { resources } from '../kubernetes/resource.ts';
import type { Machine } from '../nodes/node-controller.ts';
import { killServer } from '../postgres/postgres-server.ts';
import { type LookAgain, WorkQueue } from '../work-queue.ts';
import type { DatabaseContainer } from './database-container.ts';
import { type ContainerPhase, podStatus, sameStatus } from './pod-status.ts';
import { podVolumes } from './pod-volumes.ts';

export interface PodControllerOptions {
  readonly view: ClusterView;
  readonly machine: (node: string) => Machine;
  readonly databases: DatabaseContainer;
}

/** What the kubelet remembers of a pod between two looks. Lost with the process, and rebuilt from the pod's status. */
interface PodMemory {
  readonly key: string;
  readonly node: string;
  /** The directory of the pod's server, once it was started. */
  directory?: string;
  attachedAt?: number;
  crash?: { readonly finishedAt: string; readonly message: string };
}

function isManaged(pod: V1Pod): boolean {
  const annotations = pod.metadata?.annotations ?? {};
  return databaseAnnotation in annotations || startupSecondsAnnotation in annotations;
}

export class PodController {
  readonly #options: PodControllerOptions;
  readonly #queue: WorkQueue;
  /** By pod uid. */
  readonly #memory = new Map<string, PodMemory>();

  constructor(options: PodControllerOptions) {
    this.#options = options;
    const { view } = options;
    this.#queue = new WorkQueue({ name: 'pod', workers: 16, report: view.report }, (key) => this.#reconcile(key));
    view.pods.onChange((key, now, before) => {
      const pod = now ?? before;
      if (pod !== undefined && isManaged(pod)) this.#queue.add(key);
    });
    view.attachments.onChange((_key, now, before) => this.#wakeNode((now ?? before)?.spec.nodeName));
  }

  stop(): void {
    this.#queue.stop();
  }

  /** Ends what writes to a volume that is about to leave its node. */
  async release(source: VolumeSource, node: string): Promise<void> {
    for (const { directory, node: runsOn } of this.#memory.values()) {
      if (runsOn === node && directory?.endsWith(source.handle)) await killServer(directory);
    }
  }

  #wakeNode(node: string | undefined): void {
    for (const pod of this.#options.view.pods.list()) {
      if (pod.spec?.nodeName === node && isManaged(pod)) this.#queue.add(keyOf(pod));
    }
  }

  async #reconcile(key: string): Promise<LookAgain> {
    const { view, machine } = this.#options;
    const pod = view.pods.get(key);
    const left = await this.#endOrphans(key, pod?.metadata?.uid);
    if (pod === undefined || !isManaged(pod) || !pod.spec?.nodeName) return left ? { afterMs: 1_000 } : undefined;
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    const memory = this.#remember(pod);
    switch (machine(pod.spec.nodeName)) {
      case 'unknown':
        return { afterMs: 500 };
      case 'dead':
        if (memory.directory !== undefined) await killServer(memory.directory);
        return { afterMs: 1_000 };
      case 'cut-off':
        return { afterMs: 1_000 };
      case 'runs':
    }
    if (pod.metadata?.deletionTimestamp) {
      await this.#terminate(pod, memory);
      return;
    }
    const main = await this.#sync(pod, memory);
    await this.#report(pod, main);
    if (main.phase === 'crashed') return { afterMs: 2_000 };
    return { afterMs: main.phase === 'running' && main.ready ? 2_000 : 400 };
  }

  /**
   * A pod object that vanished, by force or by garbage collection, takes its server with it; but a machine that is cut off does not
   * hear of it and lets it run. True when such a server is left.
   */
  async #endOrphans(key: string, uid: string | undefined): Promise<boolean> {
    const { databases, machine } = this.#options;
    let left = false;
    for (const [known, { key: of, node, directory }] of this.#memory) {
      if (of !== key || known === uid) continue;
      if (directory !== undefined && databases.runs(directory, known) && machine(node) === 'cut-off') {
        left = true;
        continue;
      }
      if (directory !== undefined) await databases.stop(directory, known, 2_000);
      this.#memory.delete(known);
    }
    return left;
  }

  #remember(pod: V1Pod): PodMemory {
    const uid = pod.metadata?.uid ?? '';
    const known = this.#memory.get(uid);
    if (known !== undefined) return known;
    const directory = this.#options.databases.adopted(uid);
    const node = pod.spec?.nodeName ?? '';
    const fresh: PodMemory = { key: keyOf(pod), node, ...(directory === undefined ? {} : { directory }) };
    this.#memory.set(uid, fresh);
    return fresh;
  }

  async #terminate(pod: V1Pod, memory: PodMemory): Promise<void> {
    const { view, databases } = this.#options;
    const { name = '', namespace, uid = '', deletionGracePeriodSeconds = 30 } = pod.metadata ?? {};
    if (memory.directory !== undefined) await databases.stop(memory.directory, uid, deletionGracePeriodSeconds * 1_000);
    await view.api.delete(resources.pods, { name, namespace }, { uid, gracePeriodSeconds: 0 });
    this.#memory.delete(uid);
  }

  async #sync(pod: V1Pod, memory: PodMemory): Promise<ContainerPhase> {
    const { view } = this.#options;
    const needs = podVolumes(view, pod);
    if (needs.waitsFor !== undefined) {
      const { directory } = memory;
      if (directory === undefined) return { phase: 'creating', message: `waiting for ${needs.waitsFor}` };
      return this.#crash(pod, memory, `the volume is gone: waiting for ${needs.waitsFor}`);
    }
    memory.attachedAt ??= Date.now();
    if (pod.metadata?.annotations?.[databaseAnnotation] === undefined) return this.#plainContainer(pod, memory);
    const first = needs.volumes[0];
    if (first === undefined) return { phase: 'creating', message: 'a database pod needs a claim' };
    const directory = await this.#directory(pod, memory, first.source);
    if (directory === undefined) {
      const message = `volume ${first.source.handle} is not on node ${pod.spec?.nodeName}: it is lost or attached elsewhere`;
      return memory.directory === undefined && pod.status?.phase !== 'Running'
        ? { phase: 'creating', message }
        : this.#crash(pod, memory, message);
    }
    const state = await this.#options.databases.run(pod, directory, first.name);
    memory.directory = directory;
    if (state.phase === 'running') delete memory.crash;
    else if (state.phase === 'crashed') return this.#crash(pod, memory, state.message);
    return state;
  }

  /** EC2 is asked before a server starts; while it runs, the volume's directory tells whether the volume is still there. */
  async #directory(pod: V1Pod, memory: PodMemory, source: VolumeSource): Promise<string | undefined> {
    const { view, databases } = this.#options;
    const uid = pod.metadata?.uid ?? '';
    if (memory.directory !== undefined && databases.runs(memory.directory, uid)) {
      return existsSync(memory.directory) ? memory.directory : undefined;
    }
    const node = pod.spec?.nodeName ?? '';
    const id = view.csiNodes.get(node)?.spec.drivers.find((entry) => entry.name === source.driver)?.nodeID ?? '';
    const attachment = view.attachments.get(attachmentName(source, node));
    if (attachment?.status?.attached !== true) return undefined;
    return view.drivers.get(source.driver)?.directoryOn(source.handle, { name: node, id });
  }

  #plainContainer(pod: V1Pod, memory: PodMemory): ContainerPhase {
    const seconds = Number(pod.metadata?.annotations?.[startupSecondsAnnotation]);
    const began = memory.attachedAt ?? Date.now();
    const before = pod.status?.containerStatuses?.[0]?.state?.running?.startedAt;
    const startedAt = before === undefined ? new Date(began).toISOString() : `${before}`;
    const ready = Date.now() - new Date(startedAt).getTime() >= seconds * 1_000;
    return { phase: 'running', ready, startedAt, message: ready ? undefined : 'the application is starting' };
  }

  async #crash(pod: V1Pod, memory: PodMemory, message: string): Promise<ContainerPhase> {
    if (memory.directory !== undefined) await killServer(memory.directory);
    if (memory.crash === undefined) {
      memory.crash = { finishedAt: new Date().toISOString(), message };
      this.#options.view.report(`pod ${memory.key}: ${message}`);
      const event = {
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container: ${message}`,
      } as const;
      await recordEvent(this.#options.view.api, resources.pods, pod, { ...event, component: 'kubelet' });
    }
    return { phase: 'crashed', exitCode: 137, ...memory.crash };
  }

  async #report(pod: V1Pod, main: ContainerPhase): Promise<void> {
    const { api, nodes } = this.#options.view;
    const { name = '', namespace } = pod.metadata ?? {};
    const before = pod.status?.containerStatuses?.[0];
    const restarts = (before?.restartCount ?? 0) + (main.phase === 'crashed' && before?.state?.running ? 1 : 0);
    const addresses = nodes.get(pod.spec?.nodeName ?? '')?.status?.addresses ?? [];
    const hostIp = addresses.find((address) => address.type === 'InternalIP')?.address ?? '10.0.0.1';
    const status = podStatus(pod, { main, restarts, now: new Date().toISOString(), hostIp });
    if (sameStatus(pod, status)) return;
    try {
      const metadata = { uid: pod.metadata?.uid };
      await api.patch(resources.pods, { name, namespace }, { metadata, status }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
