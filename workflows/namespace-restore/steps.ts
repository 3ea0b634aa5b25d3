import type { ScenarioContext, Step, StepUndo } from '../recovery/scenario.ts';
import {
  holdWebhooks,
  judgeRestored,
  limits,
  putBackReplaced,
  putResourceModifiers,
  releaseWebhooks,
  removeReplaced,
  removeResourceModifiers,
  saveReplaced,
  settleRestores,
} from './ports.ts';
import { modifiersName } from './restore-object.ts';
import { runRestore } from './run-restore.ts';
import type { RestoreMemory, RestoreWave, RestoreWork } from './work.ts';

/** Webhooks out of the way, definitions saved and removed where the policy asks for it, one Restore a wave, then the judgement. */
export function steps(work: RestoreWork, memory: RestoreMemory, context: ScenarioContext): readonly Step[] {
  return [
    ...(work.webhooks.length > 0 ? [holdStep(work, context)] : []),
    ...(work.modifiers.length > 0 ? [modifiersStep(work, context)] : []),
    ...(work.recreated > 0 ? replaceSteps(work, memory, context) : []),
    ...work.waves.map((wave, index) => restoreStep(work, memory, context, index, wave)),
    judgeStep(work, memory, context),
  ];
}

function holdStep({ cluster, webhooks }: RestoreWork, { recoveryId, workflowId }: ScenarioContext): Step {
  const input = { cluster, webhooks, recoveryId, workflowId };
  return {
    id: 'hold-webhooks',
    title: 'Let nothing wait for webhooks whose backend is away',
    target: [...new Set(webhooks.map(({ configuration }) => configuration))].join(', '),
    effect: 'change',
    expectedSeconds: 1,
    skippable: true,
    undo: { kind: 'put-back', title: 'Put the webhooks back', run: () => releaseWebhooks(input) },
    run: () => holdWebhooks(input),
  };
}

function modifiersStep(
  { cluster, veleroNamespace, modifiers }: RestoreWork,
  { recoveryId, workflowId }: ScenarioContext,
): Step {
  const name = modifiersName(recoveryId);
  const input = { cluster, veleroNamespace, name, rules: modifiers, recoveryId, workflowId };
  return {
    id: 'put-modifiers',
    title: 'Tell Velero what to change on the way',
    target: `ConfigMap ${veleroNamespace}/${name}`,
    effect: 'create',
    expectedSeconds: 1,
    skippable: false,
    undo: { kind: 'put-back', title: 'Take the modifiers away', run: () => removeResourceModifiers(input) },
    run: () => putResourceModifiers(input),
  };
}

function listed({ cluster, region, artefactBucket, list }: RestoreWork, { recoveryId, workflowId }: ScenarioContext) {
  return { cluster, list, lists: { region, bucket: artefactBucket }, recoveryId, workflowId };
}

function replaceSteps(work: RestoreWork, memory: RestoreMemory, context: ScenarioContext): readonly Step[] {
  const target = `${work.recreated} objects of ${work.cluster}`;
  return [
    {
      id: 'save-replaced',
      title: 'Save the definitions of what is made anew',
      target,
      effect: 'create',
      expectedSeconds: 2,
      skippable: false,
      undo: null,
      run: async () => {
        memory.saved = await saveReplaced(listed(work, context));
        return `${memory.saved.objects} objects, sealed, in s3://${memory.saved.bucket}/${memory.saved.key}`;
      },
    },
    {
      id: 'remove-replaced',
      title: 'Delete what cannot be changed and is made anew',
      target,
      effect: 'delete',
      expectedSeconds: 5,
      skippable: false,
      undo: {
        kind: 'revert',
        title: 'Make the deleted objects again',
        run: () => putBackReplaced({ ...listed(work, context), saved: memory.saved }),
      },
      run: async () => {
        const { saved } = memory;
        if (saved === null) return 'nothing was saved, nothing is deleted';
        return removeReplaced({ ...listed(work, context), saved });
      },
    },
  ];
}

function restoreStep(
  work: RestoreWork,
  memory: RestoreMemory,
  context: ScenarioContext,
  index: number,
  wave: RestoreWave,
): Step {
  return {
    id: `restore-${index + 1}`,
    title: 'Restore with Velero, and wait for its end',
    target: `${wave.part === 'volumes' ? 'claims of ' : ''}${wave.namespaces === null ? `backup ${work.backup}` : `namespaces ${wave.namespaces.join(', ')}`}`,
    effect: 'create',
    // Measured: 47 objects a second on two cores.
    expectedSeconds: 10 + Math.ceil(wave.changes / 40),
    // What was deleted to be made anew must not stay away because of a skip.
    skippable: work.recreated === 0,
    undo: settle(work, memory, context, index),
    run: () => runRestore(work, memory, context, index, wave),
  };
}

/** A Restore that has begun cannot be stopped: what it created is named and stays. */
function settle(work: RestoreWork, memory: RestoreMemory, context: ScenarioContext, index: number): StepUndo {
  const { cluster, veleroNamespace } = work;
  return {
    kind: 'revert',
    title: 'Withdraw the restore, or name what it created',
    run: async () => {
      const { lists, recoveryId, workflowId } = listed(work, context);
      const names = memory.restores.filter((name) => name.startsWith(`rekindle-${recoveryId}-${index + 1}-`));
      if (names.length === 0) return 'no restore was made';
      const limitSeconds = limits.settle;
      const seen = await settleRestores({
        cluster,
        veleroNamespace,
        names,
        lists,
        limitSeconds,
        recoveryId,
        workflowId,
      });
      if (seen.created === 0 && seen.running.length === 0) return `${names.join(', ')}: nothing was created`;
      const where = seen.list === null ? '' : `; all of them: s3://${seen.list.bucket}/${seen.list.key}`;
      const on = seen.running.length === 0 ? '' : `${seen.running.join(', ')} goes on, Velero knows no cancel; `;
      return { left: `${on}${seen.created} objects are there: ${seen.samples.join(', ')}${where}` };
    },
  };
}

function judgeStep(work: RestoreWork, memory: RestoreMemory, context: ScenarioContext): Step {
  const { veleroNamespace, backup, modifiers } = work;
  return {
    id: 'judge-objects',
    title: 'Look for every object in the cluster itself',
    target: `${work.list.objects} objects of ${work.cluster}`,
    effect: 'read',
    expectedSeconds: 5,
    skippable: true,
    undo: null,
    run: async () => {
      const { restores } = memory;
      memory.judgement = await judgeRestored({
        ...listed(work, context),
        veleroNamespace,
        restores,
        backup,
        modifiers,
      });
      const { restored, asSaved, failed } = memory.judgement;
      return `${restored} restored, ${asSaved} were as saved, ${failed} failed`;
    },
  };
}
