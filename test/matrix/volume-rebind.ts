import { randomUUID } from 'node:crypto';
import { createLeaseClient } from '../../activities/coordination/client.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../sandbox/seed/remove-namespace.ts';
import { leaseWorkflowId } from '../../workflows/lease/contract.ts';
import type { RecoveryResult, RecoveryStatus } from '../../workflows/recovery/result.ts';
import type { VolumeRebindInput } from '../../workflows/volume-rebind/contract.ts';
import { type Expectation, recoveredProblems, undoneProblems } from '../worlds/claim-problems.ts';
import { type ClaimWorld, databaseWorld, inputOf, lightWorld, lose, workflowIdOf } from '../worlds/claim-world.ts';
import type { ScenarioMatrix, Situation } from './scenario-matrix.ts';

interface SituationShape {
  /** Default: a light workload. */
  readonly make?: (access: ClusterAccess, namespace: string) => Promise<ClaimWorld>;
  /** Default `light-000`: the one of the light workload. */
  readonly claim?: string;
  readonly lost?: 'volume-deleted' | 'claim-deleted';
  readonly expectation?: Expectation;
  /** Beside cluster, namespace and claim. */
  readonly input?: Partial<VolumeRebindInput>;
  /** The run is cancelled while it is in this activity. */
  readonly cancelledIn?: string;
}

function situation(shape: SituationShape): Situation {
  const { make = lightWorld, claim = 'light-000', lost, expectation, input, cancelledIn } = shape;
  const end: RecoveryStatus = cancelledIn === undefined ? 'recovered' : 'cancelled';
  return {
    workflowId: (namespace) => workflowIdOf({ namespace, claim }),
    ...(cancelledIn === undefined ? {} : { cancelledIn }),
    async prepare({ sandbox, access }, namespace) {
      const world = await make(access, namespace);
      await lose(sandbox, world, lost);
      return {
        input: { ...inputOf(world), ...input },
        async problems(result, recoveryId) {
          const wrong = wrongEnd(result, end);
          if (wrong.length > 0) return wrong;
          return end === 'recovered'
            ? recoveredProblems(access, world, recoveryId, expectation)
            : undoneProblems(access, world, recoveryId);
        },
        remove: () => removeNamespace(access, namespace),
      };
    },
  };
}

function wrongEnd(result: RecoveryResult, wanted: RecoveryStatus): string[] {
  if (result.status !== wanted) return [`the run ended ${JSON.stringify(result)} instead of ${wanted}`];
  return result.status === 'cancelled' && result.left.length > 0 ? [`left: ${result.left.join('; ')}`] : [];
}

/** The lease has the scope down for a recovery that Temporal does not know any more. */
const staleLease: Situation = {
  ...situation({}),
  struckWorkflowId: leaseWorkflowId('prod'),
  async prepare(ground, namespace) {
    const world = await situation({}).prepare(ground, namespace);
    const { client, settings } = ground.temporal;
    const { taskQueue } = settings.inventory.temporal;
    const leases = createLeaseClient({ client, taskQueue, signal: () => AbortSignal.timeout(120_000) });
    const holder = { workflowId: workflowIdOf({ namespace, claim: 'forgotten' }), recoveryId: randomUUID() };
    await leases.acquire('prod', { holder, scopes: [`namespaces/${namespace}`] }, randomUUID());
    return world;
  },
};

const situations = {
  'stale-lease': staleLease,
  'volume-deleted': situation({}),
  'claim-deleted': situation({ lost: 'claim-deleted', expectation: { sameClaim: false } }),
  'with-database': situation({ make: databaseWorld, claim: 'data-db-0' }),
  ceph: situation({
    make: (access, namespace) => databaseWorld(access, namespace, { storage: 'ceph' }),
    claim: 'data-db-0',
    expectation: { sameClaim: false, ebs: false },
    // Nobody but the driver could prove that an image is gone.
    input: { force: true },
  }),
  'cancelled-late': situation({ cancelledIn: 'waitClaimBound' }),
  'claim-deleted-cancelled': situation({ lost: 'claim-deleted', cancelledIn: 'waitClaimBound' }),
};

const everyTime = [{ situation: 'volume-deleted' }] as const;
const withoutClaim = [{ situation: 'claim-deleted' }] as const;
const whenCancelled = [{ situation: 'cancelled-late' }] as const;
const withDriverSnapshot = [{ situation: 'ceph' }] as const;

export const volumeRebindMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'volume-rebind',
  workflowType: 'volumeRebind',
  situations,
  entries: {
    admitRecovery: everyTime,
    readClaimFacts: everyTime,
    readDefinitions: withoutClaim,
    listClusterSnapshots: everyTime,
    findSnapshots: everyTime,
    readVolume: [{ situation: 'volume-deleted' }, { situation: 'volume-deleted', call: 2 }],
    rehearseCreateVolume: everyTime,
    acquireScopes: everyTime,
    endedHolders: [{ situation: 'stale-lease' }],
    saveDefinitions: everyTime,
    retainVolume: everyTime,
    createVolumeFromSnapshot: everyTime,
    waitVolumeAvailable: everyTime,
    holdWorkload: everyTime,
    waitWorkloadQuiet: everyTime,
    recreateClaim: withoutClaim,
    swapPersistentVolume: [...everyTime, ...withoutClaim],
    waitClaimBound: everyTime,
    releaseWorkload: [...everyTime, ...whenCancelled],
    waitWorkloadReady: everyTime,
    readClaimUse: everyTime,
    checkPostgresql: [{ situation: 'with-database' }],
    releaseScopes: everyTime,
    saveReport: everyTime,
    importClusterSnapshot: withDriverSnapshot,
    waitClusterSnapshotReady: withDriverSnapshot,
    removeImportedSnapshot: withDriverSnapshot,
    restorePersistentVolume: whenCancelled,
    deleteRecoveryVolume: whenCancelled,
    restoreReclaimPolicy: whenCancelled,
    restoreClaim: [{ situation: 'claim-deleted-cancelled' }],
  },
};
