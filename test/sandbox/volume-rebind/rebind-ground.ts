/** What the tests of volume-rebind share: a worker in a Temporal namespace of its own, databases to lose, and looks from outside. */
import { randomBytes } from 'node:crypto';
import type { V1Deployment, V1PersistentVolume, V1PersistentVolumeClaim, V1StatefulSet } from '@kubernetes/client-node';
import { afterAll, beforeAll } from 'vitest';
import { holdAnnotation } from '../../../activities/kubernetes/marks.ts';
import { volumeSource } from '../../../sandbox/controllers/csi/volume-source.ts';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { fault as claimDeleted } from '../../../sandbox/faults/claim-deleted.ts';
import { fault as volumeDeleted } from '../../../sandbox/faults/volume-deleted.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { readOrders, type TableState } from '../../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../../sandbox/seed/pod-database.ts';
import { readyPods } from '../../../sandbox/seed/wait-for-workload.ts';
import type { Workload } from '../../../sandbox/seed/workloads.ts';
import { reportQuery } from '../../../workflows/recovery/messages.ts';
import type { Report } from '../../../workflows/recovery/report.ts';
import type { RecoveryResult } from '../../../workflows/recovery/result.ts';
import { type VolumeRebindInput, workflowId, workflowType } from '../../../workflows/volume-rebind/contract.ts';
import { volumesOfRecovery } from '../../worlds/claim-problems.ts';
import {
  openRecoveryGround,
  type RecoveryGround,
  resultOf,
  type StartedRecovery,
} from '../../worlds/recovery-in-namespace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

export interface Ended {
  readonly result: RecoveryResult;
  readonly report: Report;
  readonly recoveryId: string;
}

const sandbox = sharedSandbox();
/** Two runs on one standing sandbox must not meet. */
const mark = randomBytes(2).toString('hex');

/** To be called once in a test file. `name` is the file's own. */
export function rebindGround(name: string) {
  let access: ClusterAccess;
  let ground: RecoveryGround;
  const used: string[] = [];
  beforeAll(async () => {
    access = await openCluster(sandbox.context);
    ground = await openRecoveryGround(sandbox, `${name}-${mark}`);
  });
  afterAll(async () => {
    await ground?.close();
    // Their end is not awaited: the attachments of deleted claims go only with the next round of their controller, a minute later.
    await Promise.all(used.map((namespace) => access.api.delete(resources.namespaces, { name: namespace })));
  });

  function start(input: Partial<VolumeRebindInput>): Promise<StartedRecovery> {
    const whole = { cluster: 'prod', namespace: '', pvc: '', approval: 'automatic' as const, ...input };
    return ground.start(workflowType, workflowId(whole), whole);
  }

  async function ended(handle: StartedRecovery): Promise<Ended> {
    const result = await resultOf(handle);
    return { result, report: await handle.query(reportQuery), recoveryId: handle.firstExecutionRunId };
  }

  return {
    get access() {
      return access;
    },
    /** A namespace that is deleted after the tests. */
    namespace(word: string): string {
      const own = `rebind-${word}-${mark}`;
      used.push(own);
      return own;
    },
    start,
    ended,
    recover: async (input: Partial<VolumeRebindInput>) => ended(await start(input)),
    loseVolume: (namespace: string, pvc: string) => volumeDeleted.break(sandbox, { cluster: 'prod', namespace, pvc }),
    loseClaim: (namespace: string, pvc: string) => claimDeleted.break(sandbox, { cluster: 'prod', namespace, pvc }),
    /** Claim, volume object and volume, as the reclaim policy Delete leaves them: all gone. */
    async loseEverything(namespace: string, pvc: string, volumeName: string): Promise<void> {
      await claimDeleted.break(sandbox, { cluster: 'prod', namespace, pvc });
      await deleteVolumeObject(access, volumeName);
    },
    /** By force; the volume behind it stays. */
    deleteVolumeObject: (volumeName: string) => deleteVolumeObject(access, volumeName),
    volumesOf: (recoveryId: string) => volumesOfRecovery(access, recoveryId),
    claim: (namespace: string, claim: string) =>
      api(access).find<V1PersistentVolumeClaim>(resources.claims, { namespace, name: claim }),
    volume: (volumeName: string) => api(access).find<V1PersistentVolume>(resources.volumes, { name: volumeName }),
    handleOf: async (volumeName: string) => {
      const volume = await api(access).find<V1PersistentVolume>(resources.volumes, { name: volumeName });
      return volumeSource(volume?.spec)?.handle;
    },
    statefulSet: (namespace: string, set = 'db') =>
      api(access).get<V1StatefulSet>(resources.statefulSets, { namespace, name: set }),
    deployment: (namespace: string, deployment = 'db') =>
      api(access).get<V1Deployment>(resources.deployments, { namespace, name: deployment }),
    async rows({ namespace, name: app }: Workload): Promise<TableState> {
      const [pod] = await readyPods(access.api, namespace, app);
      const database = podDatabase(access.context, { cluster: 'prod', namespace, name: pod?.metadata?.name ?? '' });
      return readOrders(database);
    },
  };
}

async function deleteVolumeObject({ api: kubernetes }: ClusterAccess, name: string): Promise<void> {
  await waitFor(
    `the end of volume object ${name}`,
    async () => {
      const left = await kubernetes.find<V1PersistentVolume>(resources.volumes, { name });
      if (left === undefined) return true;
      await kubernetes.delete(resources.volumes, { name });
      const deleted = await kubernetes.find<V1PersistentVolume>(resources.volumes, { name });
      if (deleted === undefined) return true;
      await kubernetes.removeFinalizers(resources.volumes, deleted, ...(deleted.metadata?.finalizers ?? []));
      return false;
    },
    { timeoutMs: 90_000, intervalMs: 100 },
  );
}

function api({ api: kubernetes }: ClusterAccess) {
  return kubernetes;
}

export function isHeld({ metadata }: V1StatefulSet | V1Deployment): boolean {
  return metadata?.annotations?.[holdAnnotation] !== undefined;
}

/** The claims that were proved, in order; the outcome is told with each that was not. */
export function provedClaims({ report }: Ended): string[] {
  return report.evidence.map(({ claim, outcome }) => (outcome === 'proved' ? claim : `${claim} ${outcome}`));
}
