/** All controllers of one cluster in one process. */
import { join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import { sandboxCredentials } from '../environment-file.ts';
import { ownerVariable } from '../processes/detached-process.ts';
import { waitFor } from '../processes/wait-for.ts';
import { Cloud } from './cloud.ts';
import { createView, runView, viewIsReady } from './cluster-view.ts';
import { createAttacher } from './csi/attacher.ts';
import { createProvisioner } from './csi/provisioner.ts';
import { createSnapshotController } from './csi/snapshot-controller.ts';
import { createSnapshotter } from './csi/snapshotter.ts';
import { createEbsDriver } from './drivers/ebs-driver.ts';
import { createRbdDriver } from './drivers/rbd-driver.ts';
import { runHostMachines } from './host-machines.ts';
import { DatabaseContainer } from './kubelet/database-container.ts';
import { PodController } from './kubelet/pod-controller.ts';
import { createVolumesInUse } from './kubelet/volumes-in-use.ts';
import { KubernetesApi } from './kubernetes/kubernetes-api.ts';
import { NodeController } from './nodes/node-controller.ts';
import { partitionedFile } from './nodes/partitioned-instances.ts';
import { userAgent } from './user-agent.ts';
import { volumeRoots } from './volume-roots.ts';

export interface ControllersOptions {
  readonly context: SandboxContext;
  readonly cluster: string;
  readonly kubeconfig: string;
  readonly endpoint: string;
  readonly region: string;
  /** The directory of `postgres`, `initdb` and `psql`. */
  readonly postgresql: string;
  /** Called once everything has been read and the work has begun. */
  readonly onReady: () => void;
}

/** Runs until the process ends; what runs for pods outlives it. `signal` ends it earlier. */
export async function runControllers(
  options: ControllersOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { context, cluster } = options;
  const { report } = context;
  const api = KubernetesApi.open(options.kubeconfig, cluster, userAgent);
  const cloud = new Cloud({ endpoint: options.endpoint, region: options.region, credentials: sandboxCredentials });
  const roots = volumeRoots(context);
  const view = createView({
    cluster,
    api,
    report,
    drivers: [
      createEbsDriver({ cloud, cluster, directoryOf: (volumeId) => join(roots.ebs, volumeId) }),
      createRbdDriver(roots.ceph),
    ],
  });
  const nodes = new NodeController({ view, cloud, partitionedFile: partitionedFile(context.dir, cluster) });
  const databases = new DatabaseContainer({
    api,
    cluster,
    roots: [roots.ebs, join(roots.ceph, 'images')],
    place: {
      binaries: options.postgresql,
      logs: context.path('logs'),
      templates: context.path('controllers', 'templates', cluster),
      environment: { [ownerVariable]: context.dir },
    },
  });
  void runHostMachines(context, cluster, options.endpoint, signal);
  const following = runView(view, signal);
  await waitFor('the objects of the cluster', () => viewIsReady(view) || signal.aborted, { timeoutMs: 120_000 });
  if (signal.aborted) return;

  const living = new Set(view.pods.list().map((pod) => pod.metadata?.uid ?? ''));
  await databases.takeOver(living, roots.ceph);
  const machine = (node: string) => nodes.machine(node);
  const pods = new PodController({ view, databases, machine });
  const beforeDetach = (source: { handle: string; driver: string }, node: { name: string }) =>
    pods.release(source, node.name);
  const controllers = [
    pods,
    createVolumesInUse({ view, machine }),
    createProvisioner(view),
    createAttacher({ view, beforeDetach }),
    createSnapshotController(view),
    createSnapshotter(view),
  ];
  for (const store of [view.nodes, view.pods, view.claims, view.volumes, view.attachments]) store.announce();
  for (const store of [view.snapshots, view.snapshotContents]) store.announce();
  options.onReady();
  await Promise.all([nodes.run(signal), following]);
  for (const controller of controllers) controller.stop();
}
