import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { releaseEnded } from './ended-holders.ts';
import { claimTarget, identityOf } from './identity.ts';
import {
  heldLimitSeconds,
  holdWorkload,
  limits,
  putWorkloadBack,
  releaseWorkload,
  waitWorkloadQuiet,
  waitWorkloadReady,
} from './ports.ts';
import type { HeldWorkloadPlan, RebindWork } from './work.ts';

/** Stops each workload. Taken back at any end: whatever was held or paused is put back exactly. */
export function holdSteps(work: RebindWork, context: ScenarioContext): readonly Step[] {
  return work.workloads.map((held) => {
    const { workload, reconcilers, replicas } = held;
    const input = { ...identityOf(work, context), workload, reconcilers };
    return {
      id: `hold-${idOf(held)}`,
      title: replicas === null ? 'Suspend the workload' : 'Scale the workload to 0',
      target: nameOf(held),
      effect: 'change' as const,
      expectedSeconds: 2,
      skippable: false,
      undo: {
        kind: 'put-back' as const,
        title: `Put ${nameOf(held)} back`,
        run: async () => (await putWorkloadBack(input)).summary,
      },
      run: async () => {
        const { replicas: recorded, paused, alsoHeldBy, otherHolders } = await holdWorkload(input);
        const ended = await releaseEnded(work, held, otherHolders);
        const alive = alsoHeldBy.filter((other) => !ended.includes(other));
        const parts = [recorded === null ? 'suspended' : `0 replicas (were ${recorded})`];
        if (paused.length > 0) parts.push(`paused ${paused.join(', ')}`);
        if (alive.length > 0) parts.push(`held together with ${alive.join(', ')}`);
        if (ended.length > 0) parts.push(`taken over from ${ended.join(', ')}, which ended without letting go`);
        return parts.join('; ');
      },
    };
  });
}

export function waitQuiet(work: RebindWork): Step {
  const { cluster, namespace, claim, oldVolume, newClaim, workloads } = work;
  return {
    id: 'wait-quiet',
    title: 'Wait until nothing uses the claim',
    target: claimTarget(work),
    effect: 'read',
    expectedSeconds: 10,
    skippable: false,
    undo: null,
    run: () =>
      waitWorkloadQuiet({
        cluster,
        namespace,
        claim,
        // Without its volume object no attacher can detach: an attachment that is left goes once the object is there again.
        volumeName: oldVolume?.name ?? null,
        completedPodsCount: newClaim !== null && newClaim.replaceUid !== null,
        limitSeconds: limits.quiet,
        workloads: workloads.map(({ workload }) => workload),
      }),
  };
}

/** The point of no return. Others that hold the same workload keep it stopped until they are done. */
export function startWorkloads(work: RebindWork, context: ScenarioContext): readonly Step[] {
  if (work.workloads.length === 0) return [];
  return [
    {
      id: 'start-workload',
      title: 'Start the workload on the new volume',
      target: work.workloads.map(nameOf).join(', '),
      effect: 'change',
      expectedSeconds: 2,
      skippable: false,
      undo: null,
      pointOfNoReturn: 'the workload writes to the new volume, and those writes exist nowhere else',
      run: async () => {
        const released: string[] = [];
        for (const held of work.workloads) {
          const { workload, reconcilers } = held;
          const input = { ...identityOf(work, context), workload, reconcilers };
          const { summary, otherHolders } = await releaseWorkload(input);
          released.push(summary);
          const ended = await releaseEnded(work, held, otherHolders);
          if (ended.length > 0) released.push(`also let go for ${ended.join(', ')}, which ended without doing so`);
        }
        return released.join('; ');
      },
    },
  ];
}

export function waitReady(work: RebindWork, { recoveryId }: ScenarioContext): readonly Step[] {
  if (work.workloads.length === 0) return [];
  return [
    {
      id: 'wait-ready',
      title: 'Wait until the pods of the claim are ready',
      target: work.workloads.map(nameOf).join(', '),
      effect: 'read',
      expectedSeconds: 30,
      skippable: true,
      undo: null,
      run: async () => {
        const until = Date.now() + limits.ready * 1000;
        for (;;) {
          const limitSeconds = Math.max(heldLimitSeconds, (until - Date.now()) / 1000);
          const last = limitSeconds <= heldLimitSeconds;
          const wait = { limitSeconds, heldLimitSeconds: last ? null : heldLimitSeconds };
          const { detail, heldBy = [] } = await waitWorkloadReady({ ...readyInput(work, recoveryId), ...wait });
          if (heldBy.length === 0) return detail;
          for (const held of work.workloads) await releaseEnded(work, held, heldBy);
        }
      },
    },
  ];
}

export function readyInput(work: RebindWork, recoveryId: string) {
  const { cluster, namespace, claim, workloads } = work;
  return {
    cluster,
    namespace,
    claim,
    recoveryId,
    workloads: workloads.map(({ workload, minimumReady }) => ({ ...workload, minimumReady })),
  };
}

function nameOf({ workload }: HeldWorkloadPlan): string {
  return `${workload.kind} ${workload.namespace}/${workload.name}`;
}

function idOf({ workload }: HeldWorkloadPlan): string {
  return `${workload.kind}-${workload.name}`.toLowerCase();
}
