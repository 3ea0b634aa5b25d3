/** Where etcd is out of reach the critical namespaces come back from a Velero backup, by a recovery of its own for each wave. */
import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  executeChild,
  ParentClosePolicy,
} from '@temporalio/workflow';
import type { ControlPlane } from '../../activities/etcd/types.ts';
import { type NamespaceRestoreInput, workflowId, workflowType } from '../namespace-restore/contract.ts';
import type { PlanDraft } from '../recovery/plan.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import type { Check, ScenarioContext, Step } from '../recovery/scenario.ts';
import type { RestoreMemory, VeleroWave, VeleroWork } from './work.ts';

/** What others need before they can run. */
const firstKinds = ['deployments.apps', 'services', 'configmaps', 'secrets', 'persistentvolumeclaims'];

/** Namespaces of one priority together; of each first the kinds that others need, then the rest. Pure. */
export function wavesOf({ criticalNamespaces }: Pick<ControlPlane, 'criticalNamespaces'>): readonly VeleroWave[] {
  const priorities = [...new Set(criticalNamespaces.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) => {
    const namespaces = criticalNamespaces.filter((one) => one.priority === priority).map(({ name }) => name);
    return [
      { id: `restore-first-${priority}`, namespaces, resources: firstKinds },
      { id: `restore-rest-${priority}`, namespaces, resources: null },
    ];
  });
}

export function veleroDraft({ cluster, backup, waves }: VeleroWork): PlanDraft {
  const names = [...new Set(waves.flatMap(({ namespaces }) => namespaces))].join(', ');
  return {
    summary: `the critical namespaces of ${cluster} come back from Velero backup ${backup}: ${names}`,
    recoveryPoint: { seconds: null, basis: 'the age of the backup, which each namespace-restore names in its plan' },
    preconditions: [],
    warnings: [
      'etcd is not restored. Objects outside of these namespaces, and those that were made after the backup, do not come back.',
      'Each wave is a recovery of its own (namespace-restore), with a report of its own; objects that are there stay as they are.',
    ],
  };
}

export function veleroSteps(work: VeleroWork, memory: RestoreMemory, context: ScenarioContext): readonly Step[] {
  return work.waves.map((wave) => ({
    id: wave.id,
    title: wave.resources === null ? 'Restore the rest' : `Restore ${wave.resources.join(', ')}`,
    target: `namespaces ${wave.namespaces.join(', ')}`,
    effect: 'create',
    expectedSeconds: 60,
    skippable: true,
    // The child declares and undoes its own effects.
    undo: null,
    run: async () => {
      const { result, detail } = await restoreWave(work, wave, context);
      memory.waves[wave.id] = { status: result.status, detail };
      if (result.status === 'cancelled' || (result.status === 'refused' && !nothingLeft(result))) {
        throw ApplicationFailure.create({ type: 'child-not-recovered', message: detail, nonRetryable: true });
      }
      return detail;
    },
  }));
}

async function restoreWave(
  { cluster, backup }: VeleroWork,
  { namespaces, resources }: VeleroWave,
  { workflowId: parent }: ScenarioContext,
): Promise<{ result: RecoveryResult; detail: string }> {
  const input: NamespaceRestoreInput = {
    cluster,
    backup,
    namespaces,
    ...(resources !== null && { resources }),
    // The plan that a person approved names the namespaces and the backup.
    approval: 'automatic',
    reason: `etcd of ${cluster} is out of reach`,
    requestedBy: parent,
  };
  const id = workflowId(input);
  const result = await executeChild<(input: NamespaceRestoreInput) => Promise<RecoveryResult>>(workflowType, {
    workflowId: id,
    args: [input],
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
  return { result, detail: `${id} ended ${told(result)}` };
}

/** A wave whose objects are all there, or that the backup has none of, is no failure. */
function nothingLeft({ reason }: Extract<RecoveryResult, { status: 'refused' }>): boolean {
  return reason === 'nothing-to-restore' || reason === 'nothing-selected';
}

function told(result: RecoveryResult): string {
  switch (result.status) {
    case 'recovered':
    case 'planned':
      return `${result.status}: ${result.summary}`;
    case 'refused':
      return `refused as ${result.reason}: ${result.message}`;
    case 'partial':
      return `partial: ${result.problems.map(({ target, message }) => `${target}: ${message}`).join('; ')}`;
    case 'cancelled':
      return `cancelled: ${result.reason}`;
  }
}

/** Each wave by the word of its own recovery, which proved its objects one by one. */
export function veleroChecks({ waves }: VeleroWork, memory: RestoreMemory): readonly Check[] {
  return waves.map(({ id, namespaces }) => {
    const about = { claim: 'restored', target: `namespaces ${namespaces.join(', ')} (${id})` } as const;
    return {
      ...about,
      run: async () => {
        const ended = memory.waves[id];
        const source = 'namespace-restore';
        if (ended === undefined) return { ...about, source, outcome: 'unknown', detail: 'it was not restored' };
        const outcome = ended.status === 'recovered' || ended.status === 'refused' ? 'proved' : 'disproved';
        return { ...about, source, outcome, detail: ended.detail };
      },
    };
  });
}
