/**
 * Velero with its CSI feature: it takes the snapshots of every CSI volume by VolumeSnapshots, EBS volumes among them, and none through
 * its AWS plugin. It is a flag of the server, so it is on or off for a cluster.
 */
import type { SandboxContext } from '../context.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { partVersions } from '../parts/catalogue.ts';
import { openCluster } from '../seed/cluster-access.ts';
import { snapshotClassNames } from '../seed/cluster-objects.ts';
import { veleroDeployment } from './velero-objects.ts';
import { startVeleroServer } from './velero-part.ts';
import { killVelero, openVelero, waitLocation } from './velero-server.ts';

const feature = 'EnableCSI';
/** Velero takes the class of a driver that carries it. */
const chosen = 'velero.io/csi-volumesnapshot-class';

export async function useCsiSnapshots(context: SandboxContext, cluster: string, on: boolean): Promise<void> {
  const { api } = await openCluster(context, cluster);
  for (const name of [snapshotClassNames.ebs, snapshotClassNames.ceph]) {
    await api.patch(resources.snapshotClasses, { name }, { metadata: { labels: { [chosen]: on ? 'true' : null } } });
  }
  const { metadata, spec } = veleroDeployment(partVersions.velero, on ? feature : '') as unknown as {
    readonly metadata: { readonly name: string; readonly namespace: string };
    readonly spec: object;
  };
  await api.patch(resources.deployments, { name: metadata.name, namespace: metadata.namespace }, { spec });
  await killVelero(context, cluster);
  await startVeleroServer(context, cluster, on ? feature : '');
  await waitLocation(await openVelero(context, cluster), 'Available');
}
