import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ebsDriver } from '../controllers/drivers/driver-names.ts';
import { volumeRoots } from '../controllers/volume-roots.ts';
import { waitFor } from '../processes/wait-for.ts';
import { type BoundVolume, boundVolume } from '../seed/bound-volume.ts';
import { type ClusterAccess, openCluster } from '../seed/cluster-access.ts';
import { findServer } from '../seed/pod-database.ts';
import type { Fault } from './fault.ts';

/** Takes the volume away behind everybody's back, attached or not. Safe to repeat. */
export async function deleteVolumeBehind(access: ClusterAccess, { driver, handle }: BoundVolume): Promise<void> {
  const { context, cloud, front } = access;
  if (driver === ebsDriver) {
    if (await cloud.volume(handle)) await front.deleteVolume(handle);
  } else {
    const image = join(volumeRoots(context).ceph, 'images', handle);
    rmSync(`${image}.json`, { force: true });
    rmSync(image, { recursive: true, force: true, maxRetries: 5 });
  }
  await waitFor(`the end of what writes to ${handle}`, () => findServer(context, handle) === undefined, {
    timeoutMs: 90_000,
  });
}

export const fault: Fault = {
  name: 'volume-deleted',
  summary: 'deletes the volume of a claim behind everybody’s back; claim and PersistentVolume stay',
  parameters: [
    { name: 'cluster', summary: 'the cluster of the claim', default: 'prod' },
    { name: 'namespace', summary: 'the namespace of the claim', default: 'production' },
    { name: 'pvc', summary: 'the claim', default: 'data-db-0' },
  ],

  async break(sandbox, { cluster = '', namespace = '', pvc = '' }) {
    const access = await openCluster(sandbox.context, cluster);
    const bound = await boundVolume(access.api, namespace, pvc);
    if (bound === undefined) throw new Error(`claim ${namespace}/${pvc} is not bound: it has no volume to lose`);
    await deleteVolumeBehind(access, bound);
    return `volume ${bound.handle} of claim ${namespace}/${pvc} is gone`;
  },

  async heal() {
    return 'nothing done: a deleted volume does not come back by itself; recover it, or `reset`';
  },
};
