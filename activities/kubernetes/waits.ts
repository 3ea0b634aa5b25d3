import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import type { WorkloadRef } from './claim-facts.ts';
import { podUse } from './consumers.ts';
import { holdMethodOf } from './hold-methods.ts';
import { holdRecordOf } from './hold-record.ts';
import { kinds } from './kinds.ts';
import { type Holder, holdAnnotation } from './marks.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, VolumeAttachment, Workload } from './objects.ts';
import { poll } from './polling.ts';
import type { KubernetesPort } from './port.ts';
import { missingStop } from './stop-observed.ts';
import { sourceOf } from './volume-state.ts';
import { podUsesClaim, templateUseOf } from './workload-reference.ts';

interface ClaimName {
  readonly cluster: string;
  readonly namespace: string;
  readonly claim: string;
}

export interface WaitQuietInput extends ClaimName {
  /** Null when the volume object is gone: then nothing can be attached through it. */
  readonly volumeName: string | null;
  /** Completed pods keep a claim from being deleted, but use nothing: they count only where the claim must go. */
  readonly completedPodsCount: boolean;
  readonly limitSeconds: number;
  /** The workloads that were stopped; absent in runs that began before it was asked for. */
  readonly workloads?: readonly WorkloadRef[];
}

/**
 * Waits until the controllers of the stopped workloads know of it, no pod uses the claim and nothing attaches its volume. Returns one
 * line on what was seen.
 */
export async function waitWorkloadQuiet(port: KubernetesPort, input: WaitQuietInput, pace: Pace): Promise<string> {
  const { namespace, claim, volumeName, completedPodsCount, limitSeconds, workloads = [] } = input;
  return poll(pace, limitSeconds, 'workload-not-quiet', async () => {
    // Before the pods: once a controller has seen it, no pod comes that this look could miss.
    for (const workload of workloads) {
      const missing = await missingStop(port, workload, pace.signal());
      if (missing !== null) return { missing };
    }
    const pods = (await port.list<Pod>(kinds.pod, { namespace }, pace.signal())).filter(
      (pod) => podUsesClaim(pod.spec, claim) && (completedPodsCount || !isCompleted(pod)),
    );
    if (pods.length > 0) {
      return { missing: `${pods.length} pods still use the claim: ${names(pods)}` };
    }
    const attachments = (await port.list<VolumeAttachment>(kinds.attachment, {}, pace.signal())).filter(
      ({ spec }) => volumeName !== null && spec.source.persistentVolumeName === volumeName,
    );
    if (attachments.length > 0) {
      const nodes = attachments.map(({ spec }) => spec.nodeName).join(', ');
      return { missing: `the volume is still attached to ${nodes}` };
    }
    return { done: 'no pod uses the claim, no attachment of its volume' };
  });
}

export interface WaitBoundInput extends ClaimName {
  /** Volume object that the claim must be bound to; null: whichever its driver makes. */
  readonly volumeName: string | null;
  readonly limitSeconds: number;
}

export interface ClaimBinding {
  readonly claimUid: string;
  readonly phase: string;
  readonly volumeName: string;
  readonly volumePhase: string;
  /** CSI handle or in-tree volume id. */
  readonly handle: string | null;
}

export async function waitClaimBound(port: KubernetesPort, input: WaitBoundInput, pace: Pace): Promise<ClaimBinding> {
  const { namespace, claim, volumeName, limitSeconds } = input;
  return poll<ClaimBinding>(pace, limitSeconds, 'not-yet', async () => {
    const binding = await readBinding(port, input, pace.signal());
    if (binding === null) return { missing: `claim ${namespace}/${claim} is not there` };
    const { phase, volumePhase } = binding;
    if (volumeName !== null && binding.volumeName !== '' && binding.volumeName !== volumeName) {
      throw new RekindleError(
        'drifted',
        `claim ${namespace}/${claim} is bound to ${binding.volumeName}, not ${volumeName}`,
      );
    }
    if (phase === 'Bound' && volumePhase === 'Bound') return { done: binding };
    return { missing: `claim is ${phase}, its volume object ${volumePhase}` };
  });
}

export async function readBinding(
  port: KubernetesPort,
  { namespace, claim }: ClaimName,
  signal: AbortSignal,
): Promise<ClaimBinding | null> {
  const there = await port.read<PersistentVolumeClaim>(kinds.claim, { namespace, name: claim }, signal);
  if (there === null) return null;
  const volumeName = there.spec.volumeName ?? '';
  const volume =
    volumeName === '' ? null : await port.read<PersistentVolume>(kinds.volume, { name: volumeName }, signal);
  const source = volume === null ? null : sourceOf(volume);
  return {
    claimUid: there.metadata.uid ?? '',
    phase: there.status?.phase ?? 'Pending',
    volumeName,
    volumePhase: volume?.status?.phase ?? 'missing',
    handle: source === null || source.kind === 'other' ? null : source.handle,
  };
}

export interface AwaitedWorkload extends WorkloadRef {
  /** Pods that must be ready at least; more than the workload's own replicas are never asked for. */
  readonly minimumReady: number;
}

export interface WaitReadyInput extends ClaimName {
  readonly recoveryId: string;
  readonly workloads: readonly AwaitedWorkload[];
  readonly limitSeconds: number;
  /** Returns after so long while others hold the workload, to let their runs be looked at; null: waits for them to the limit. */
  readonly heldLimitSeconds: number | null;
}

export interface WorkloadReadiness {
  /** Ready pods that use the claim. */
  readonly pods: readonly string[];
  readonly detail: string;
  /** Recoveries that keep the workload from starting: then nothing is ready yet. */
  readonly heldBy: readonly Holder[];
}

/** Waits until the pods that use the claim are ready; others of their workload do not matter here. */
export async function waitWorkloadReady(
  port: KubernetesPort,
  input: WaitReadyInput,
  pace: Pace,
): Promise<WorkloadReadiness> {
  const { limitSeconds, heldLimitSeconds } = input;
  const heldUntil = heldLimitSeconds === null ? Number.POSITIVE_INFINITY : pace.now() + heldLimitSeconds * 1000;
  return poll(pace, limitSeconds, 'workload-not-ready', async () => {
    const { missing, ...readiness } = await readReadiness(port, input, pace.signal());
    const heldForLong = readiness.heldBy.length > 0 && pace.now() >= heldUntil;
    return missing === null || heldForLong ? { done: readiness } : { missing };
  });
}

export type ReadinessInput = Omit<WaitReadyInput, 'limitSeconds' | 'heldLimitSeconds'>;

/** `missing` is null when all is ready. */
export async function readReadiness(
  port: KubernetesPort,
  { namespace, claim, workloads }: ReadinessInput,
  signal: AbortSignal,
): Promise<WorkloadReadiness & { readonly missing: string | null }> {
  const all = await port.list<Pod>(kinds.pod, { namespace }, signal);
  const users = all.filter((pod) => podUsesClaim(pod.spec, claim) && !isCompleted(pod));
  const ready = users.filter((pod) => podUse(pod).ready && !podUse(pod).terminating);
  const pods = ready.map(({ metadata }) => metadata.name);
  let wanted = 0;
  for (const awaited of workloads) {
    const workload = await port.read<Workload>(holdMethodOf(awaited.kind).kind, awaited, signal);
    const target = `${awaited.kind} ${awaited.namespace}/${awaited.name}`;
    if (workload === null) return { missing: `${target} is gone`, pods, detail: '', heldBy: [] };
    const heldBy = holdRecordOf(workload)?.holders ?? [];
    if (heldBy.length > 0) {
      const by = heldBy.map(({ workflowId }) => workflowId).join(', ');
      const missing = `${target} waits for ${by}, which still holds it (annotation ${holdAnnotation})`;
      return { missing, pods, detail: '', heldBy };
    }
    wanted += Math.min(awaited.minimumReady, podsWanted(workload, claim));
  }
  if (ready.length >= wanted) {
    const detail =
      wanted === 0 ? 'no pod is wanted now' : `${ready.length} of ${users.length} pods ready: ${names(ready)}`;
    return { missing: null, pods, detail, heldBy: [] };
  }
  const open = users.filter((pod) => !pods.includes(pod.metadata.name));
  const states = open.map(({ metadata, status }) => `${metadata.name} ${status?.phase ?? 'Unknown'}`).join(', ');
  const missing = `${ready.length} of ${wanted} pods ready; ${states || 'no pod yet'}`;
  return { missing, pods, detail: '', heldBy: [] };
}

/** Of a StatefulSet one pod uses a templated claim, and only when its ordinal is within the replicas. */
function podsWanted(workload: Workload, claim: string): number {
  const replicas = workload.kind === 'CronJob' ? 0 : (workload.spec.replicas ?? 1);
  const use = workload.kind === 'StatefulSet' ? templateUseOf(workload, claim) : null;
  if (use === null) return replicas;
  const start = workload.spec.ordinals?.start ?? 0;
  return use.ordinal >= start && use.ordinal < start + replicas ? 1 : 0;
}

function isCompleted({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function names(pods: readonly Pod[]): string {
  const shown = pods.slice(0, 5).map(({ metadata }) => metadata.name);
  return pods.length > 5 ? `${shown.join(', ')}, ...` : shown.join(', ');
}
