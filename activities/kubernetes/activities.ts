import { activityPace, type Pace } from '../pace.ts';
import type { ClaimFacts } from './claim-facts.ts';
import {
  type HeldWorkload,
  type HoldWorkloadInput,
  holdWorkload,
  type ReleasedWorkload,
  releaseWorkload,
} from './hold-workload.ts';
import type { KubernetesClusters } from './port.ts';
import { type ReadClaimFactsInput, readClaimFacts } from './read-claim-facts.ts';
import {
  type RestoreReclaimPolicyInput,
  type RetainVolumeInput,
  restoreReclaimPolicy,
  retainVolume,
} from './reclaim-policy.ts';
import {
  type RecreateClaimInput,
  type RecreatedClaim,
  type RestoreClaimInput,
  recreateClaim,
  restoreClaim,
} from './recreate-claim.ts';
import {
  type RestoreVolumeInput,
  restorePersistentVolume,
  type SwappedVolume,
  type SwapVolumeInput,
  swapPersistentVolume,
} from './swap-volume.ts';
import {
  type ClaimBinding,
  type ReadinessInput,
  readBinding,
  readReadiness,
  type WaitBoundInput,
  type WaitQuietInput,
  type WaitReadyInput,
  type WorkloadReadiness,
  waitClaimBound,
  waitWorkloadQuiet,
  waitWorkloadReady,
} from './waits.ts';

/** The claim as it is now, and the pods that use it. */
export interface ClaimUse {
  readonly binding: ClaimBinding | null;
  readonly readiness: WorkloadReadiness & { readonly missing: string | null };
}

/** Names here are Temporal activity types. */
export interface KubernetesActivities {
  readClaimFacts(input: ReadClaimFactsInput): Promise<ClaimFacts>;
  readClaimUse(input: ReadinessInput): Promise<ClaimUse>;
  holdWorkload(input: HoldWorkloadInput): Promise<HeldWorkload>;
  releaseWorkload(input: HoldWorkloadInput): Promise<ReleasedWorkload>;
  waitWorkloadQuiet(input: WaitQuietInput): Promise<string>;
  retainVolume(input: RetainVolumeInput): Promise<{ readonly former: string }>;
  restoreReclaimPolicy(input: RestoreReclaimPolicyInput): Promise<string>;
  swapPersistentVolume(input: SwapVolumeInput): Promise<SwappedVolume>;
  restorePersistentVolume(input: RestoreVolumeInput): Promise<string>;
  recreateClaim(input: RecreateClaimInput): Promise<RecreatedClaim>;
  restoreClaim(input: RestoreClaimInput): Promise<string>;
  waitClaimBound(input: WaitBoundInput): Promise<ClaimBinding>;
  waitWorkloadReady(input: WaitReadyInput): Promise<WorkloadReadiness>;
}

export interface KubernetesDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly pace?: Pace;
}

export function createKubernetesActivities({
  clusters,
  pace = activityPace,
}: KubernetesDependencies): KubernetesActivities {
  const open = ({ cluster }: { readonly cluster: string }) => clusters.cluster(cluster);
  return {
    /** Safe to retry: reads only. */
    readClaimFacts: async (input) => readClaimFacts(open(input), input, pace.signal()),

    /** Safe to retry: reads only. */
    readClaimUse: async (input) => ({
      binding: await readBinding(open(input), input, pace.signal()),
      readiness: await readReadiness(open(input), input, pace.signal()),
    }),

    /** Safe to retry: a holder joins once, and what was there before is recorded by the first holder only. */
    holdWorkload: async (input) => holdWorkload(open(input), input, pace),

    /** Safe to retry: who does not hold changes nothing. */
    releaseWorkload: async (input) => releaseWorkload(open(input), input, pace),

    /** Safe to retry: reads only. @throws RekindleError `workload-not-quiet` at its limit */
    waitWorkloadQuiet: async (input) => waitWorkloadQuiet(open(input), input, pace),

    /** Safe to retry: a volume object that is Retain stays so, and its former policy is noted once. */
    retainVolume: async (input) => retainVolume(open(input), input),

    /** Safe to retry: changes only an object that carries this recovery's marks, and takes them off. */
    restoreReclaimPolicy: async (input) => restoreReclaimPolicy(open(input), input),

    /** Safe to retry: finds the object that it made; the input holds all that a creation after a crash needs. */
    swapPersistentVolume: async (input) => swapPersistentVolume(open(input), input, pace),

    /** Safe to retry: takes away only what this recovery made, and creates the original only where none is. */
    restorePersistentVolume: async (input) => restorePersistentVolume(open(input), input, pace),

    /** Safe to retry: finds the claim that it made; deletes only the claim with the given uid. */
    recreateClaim: async (input) => recreateClaim(open(input), input, pace),

    /** Safe to retry: takes away only the claim that this recovery made. */
    restoreClaim: async (input) => restoreClaim(open(input), input, pace),

    /** Safe to retry: reads only. @throws RekindleError `not-yet` at its limit, `drifted` when bound to something else */
    waitClaimBound: async (input) => waitClaimBound(open(input), input, pace),

    /** Safe to retry: reads only. @throws RekindleError `workload-not-ready` at its limit */
    waitWorkloadReady: async (input) => waitWorkloadReady(open(input), input, pace),
  };
}
