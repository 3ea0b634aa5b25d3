/** Where etcd is out of reach the critical namespaces come back from a Velero backup, by a recovery of its own for each wave. */
import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  executeChild,
  ParentClosePolicy,
} from '@temporalio/workflow';
import { type NamespaceRestoreInput, workflowId, workflowType } from '../namespace-restore/contract.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import type { Check, ScenarioContext, Step } from '../recovery/scenario.ts';
import type { RestoreMemory, VeleroWave, VeleroWork } from './work.ts';

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
      const nothing = result.status === 'refused' && result.reason === 'nothing-selected';
      memory.waves[wave.id] = { status: result.status, detail, nothing };
      if (result.status === 'cancelled' || (result.status === 'refused' && !nothingLeft(result))) {
        throw ApplicationFailure.create({ type: 'child-not-recovered', message: detail, nonRetryable: true });
      }
      return detail;
    },
  }));
}

async function restoreWave(
  { cluster }: VeleroWork,
  { namespaces, backup, resources }: VeleroWave,
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
export function veleroChecks({ waves, missing }: VeleroWork, memory: RestoreMemory): readonly Check[] {
  const restored = waves.map(({ id, namespaces, resources }): Check => {
    const about = { claim: 'restored', target: `namespaces ${namespaces.join(', ')} (${id})` } as const;
    return {
      ...about,
      run: async () => {
        const ended = memory.waves[id];
        const source = 'namespace-restore';
        if (ended === undefined) return { ...about, source, outcome: 'unknown', detail: 'it was not restored' };
        const fine = ended.status === 'recovered' || ended.status === 'refused';
        // Some kinds may well have no object; a namespace without any is not in the backup.
        const outcome = fine && !(ended.nothing && resources === null) ? 'proved' : 'disproved';
        return { ...about, source, outcome, detail: ended.detail };
      },
    };
  });
  return [...restored, ...missing.map(absent)];
}

function absent(namespace: string): Check {
  const about = { claim: 'restored', target: `namespace ${namespace}` } as const;
  const next = 'Name another backup with `backup`, or bring the namespace back by other means.';
  return {
    ...about,
    run: async () => ({
      ...about,
      outcome: 'disproved',
      detail: 'no completed backup holds it',
      source: 'GET backups',
      next,
    }),
  };
}
