/** The running server and its storage location, as faults need them. */
import type { KubernetesObject } from '@kubernetes/client-node';
import type { SandboxContext } from '../context.ts';
import type { Resource } from '../controllers/kubernetes/resource.ts';
import { runningProcess } from '../processes/detached-process.ts';
import { isRunning } from '../processes/process-identity.ts';
import { waitFor } from '../processes/wait-for.ts';
import { type ClusterAccess, openCluster } from '../seed/cluster-access.ts';
import type { ProcessRecord } from '../state.ts';
import { validationSeconds, veleroNamespace } from './velero-objects.ts';
import { veleroPartName } from './velero-part.ts';

const storageLocations: Resource = {
  apiVersion: 'velero.io/v1',
  kind: 'BackupStorageLocation',
  plural: 'backupstoragelocations',
  namespaced: true,
};

const location = { name: 'default', namespace: veleroNamespace };

interface StorageLocation extends KubernetesObject {
  readonly spec: { readonly objectStorage: { readonly bucket: string }; readonly validationFrequency?: string };
  readonly status?: { readonly phase?: string; readonly lastValidationTime?: string };
}

/** Throws for a sandbox that was never asked to have Velero. */
export async function openVelero(context: SandboxContext, cluster: string): Promise<ClusterAccess> {
  if (!context.state.read().extras?.includes('velero')) {
    throw new Error('this sandbox has no Velero: npm run sandbox -- up --with velero');
  }
  return openCluster(context, cluster);
}

export function veleroServer(context: SandboxContext, cluster: string): ProcessRecord | undefined {
  return runningProcess(context, veleroPartName(cluster));
}

/** SIGKILL, as the kernel does it to a server that took too much memory. */
export async function killVelero(context: SandboxContext, cluster: string): Promise<boolean> {
  const server = veleroServer(context, cluster);
  if (server === undefined) return false;
  process.kill(server.pid, 'SIGKILL');
  await waitFor('the end of Velero', () => !isRunning(server), { timeoutMs: 5_000 });
  return true;
}

export async function pointLocationAt({ api }: ClusterAccess, bucket: string): Promise<void> {
  await api.patch(storageLocations, location, { spec: { objectStorage: { bucket } } });
}

/** Off: the location keeps its phase, and the last look at it is an hour ago. */
export async function stopValidation({ api }: ClusterAccess, off: boolean): Promise<void> {
  if (!off) {
    await api.patch(storageLocations, location, { spec: { validationFrequency: `${validationSeconds}s` } });
    return;
  }
  const lastValidationTime = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const { spec } = await api.get<StorageLocation>(storageLocations, location);
  // A change of the frequency makes Velero look once more, and a look writes its time at its end: that of this change is awaited.
  let looked = spec.validationFrequency === '0s';
  let stale = 0;
  await api.patch(storageLocations, location, { spec: { validationFrequency: '0s' }, status: { lastValidationTime } });
  await waitFor(
    'the storage location to be stale',
    async () => {
      const { status } = await api.get<StorageLocation>(storageLocations, location);
      if (status?.lastValidationTime === lastValidationTime) {
        stale += 1;
        return looked && stale >= 3;
      }
      looked = true;
      stale = 0;
      await api.patch(storageLocations, location, { status: { lastValidationTime } });
      return false;
    },
    { timeoutMs: 60_000, intervalMs: 1_000 },
  );
}

/** Waits until the server has looked at the location anew and found it in that phase. */
export async function waitLocation({ api }: ClusterAccess, phase: 'Available' | 'Unavailable'): Promise<void> {
  const before = await api.get<StorageLocation>(storageLocations, location);
  await waitFor(
    `the storage location to be ${phase}`,
    async () => {
      const { status } = await api.get<StorageLocation>(storageLocations, location);
      return status?.phase === phase && status.lastValidationTime !== before.status?.lastValidationTime;
    },
    { timeoutMs: 60_000, intervalMs: 250 },
  );
}
