import type { CreationRehearsal } from '../../activities/ec2/types.ts';
import type { Consumer } from '../../activities/kubernetes/claim-facts.ts';
import type { PlanDraft, Precondition, RecoveryPoint } from '../recovery/plan.ts';
import type { HeldWorkloadPlan } from './work.ts';

/** Data loss when coming back from a snapshot: at most from its start until now, for the moment of the loss is not known. */
export function recoveryPointOf(snapshot: string, startedAt: string | null, now: number): RecoveryPoint {
  if (startedAt === null) return { seconds: null, basis: `nothing tells when ${snapshot} was taken` };
  const seconds = Math.max(0, Math.round((now - Date.parse(startedAt)) / 1000));
  return { seconds, basis: `${snapshot} was begun at ${startedAt}; what was written after that is lost` };
}

export interface DraftParts {
  readonly summary: string;
  readonly recoveryPoint: RecoveryPoint;
  readonly targetSeconds: number | null;
  readonly workloads: readonly HeldWorkloadPlan[];
  readonly consumers: readonly Consumer[];
  /** Null when pods mount through no CSI driver that must be there. */
  readonly driver: { readonly name: string; readonly installed: boolean } | null;
  /** Absent where no volume is made in EC2. */
  readonly rehearsal?: CreationRehearsal | undefined;
  readonly foreignFinalizers: readonly string[];
  readonly formerPolicy: string | null;
  readonly warnings: readonly (string | null)[];
}

/** What an operator reads before approving. Pure. Preconditions may tell what changes by the minute; warnings may not. */
export function draftOf(parts: DraftParts): PlanDraft {
  const { summary, recoveryPoint, workloads, consumers, formerPolicy } = parts;
  return {
    summary,
    recoveryPoint,
    preconditions: preconditionsOf(parts),
    warnings: [
      ...workloads.map(stopWarning),
      ...consumers.filter(needsRest).map(({ kind, name, idleAutoscalers }) => {
        return `autoscaler ${idleAutoscalers.join(', ')} of ${kind} ${name} rests while replicas are 0, and goes on afterwards`;
      }),
      formerPolicy === null || formerPolicy === 'Retain'
        ? null
        : `the new volume object is Retain; the old one was ${formerPolicy}: put that back once the data is judged good`,
      consumers.some(({ database }) => database !== null)
        ? null
        : 'no database was recognised in the pods: the mount is proved, the data in it is not checked',
      ...parts.warnings,
    ].filter((warning) => warning !== null),
  };
}

function needsRest({ idleAutoscalers, means }: Consumer): boolean {
  return idleAutoscalers.length > 0 && means.kind === 'scale';
}

function stopWarning({ workload, reconcilers, replicas }: HeldWorkloadPlan): string {
  const target = `${workload.kind} ${workload.namespace}/${workload.name}`;
  const paused = reconcilers.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  const also = paused === '' ? '' : `; ${paused} paused meanwhile`;
  return replicas === null
    ? `${target} is suspended${also}`
    : `${target} is scaled to 0 and back to ${replicas}${also}`;
}

function preconditionsOf(parts: DraftParts): Precondition[] {
  const { recoveryPoint, targetSeconds, driver, rehearsal, consumers, foreignFinalizers } = parts;
  const held = consumers.flatMap(({ kind, name, heldBy }) =>
    heldBy.length > 0 ? [`${kind} ${name}: ${heldBy.join(', ')}`] : [],
  );
  const late = targetSeconds !== null && recoveryPoint.seconds !== null && recoveryPoint.seconds > targetSeconds;
  return [
    {
      name: 'recovery point within the target',
      blocking: false,
      met: !late,
      detail:
        targetSeconds === null
          ? 'the inventory names no target'
          : `${recoveryPoint.seconds ?? '?'} s of ${targetSeconds} s`,
    },
    ...(driver === null
      ? []
      : [
          {
            name: `CSI driver ${driver.name} is registered`,
            blocking: false,
            met: driver.installed,
            detail: driver.installed ? 'its CSIDriver object is there' : 'without it pods cannot mount the new volume',
          },
        ]),
    ...(rehearsal === undefined
      ? []
      : [
          {
            name: 'EC2 would make the volume',
            blocking: true,
            met: rehearsal.outcome === 'accepted',
            detail:
              rehearsal.outcome === 'accepted' ? 'it accepts a dry run' : `${rehearsal.code}: ${rehearsal.message}`,
          },
        ]),
    {
      name: 'nobody guards the old volume object',
      blocking: true,
      met: foreignFinalizers.length === 0,
      detail: foreignFinalizers.length === 0 ? 'known finalizers only' : `finalizers: ${foreignFinalizers.join(', ')}`,
    },
    {
      name: 'no other recovery holds the workload',
      blocking: false,
      met: held.length === 0,
      detail: held.length === 0 ? 'not held' : `held by ${held.join('; ')}: it starts when the last one lets go`,
    },
  ];
}
