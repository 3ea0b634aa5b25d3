import type { RestoreSurvey } from '../../activities/restores/types.ts';
import type { Admitted, RecoveryInput } from '../recovery/input.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { judgeHealth } from '../velero/judge-health.ts';
import type { RestoreSelection } from './contract.ts';
import type { RestoreFacts } from './facts.ts';
import { findBackup, limits, readVeleroHealth, readVeleroSettings, surveyRestore } from './ports.ts';
import { settledSurvey } from './settled-survey.ts';

export type RestoringInput = RecoveryInput & RestoreSelection & { readonly backup: string };

/** Reads everything that `decide` looks at; changes nothing. What is on its way out is waited for. */
export async function assess(
  { input, settings }: Admitted<RestoringInput>,
  context: ScenarioContext,
): Promise<RestoreFacts> {
  const { cluster, backup } = input;
  const { recoveryId, workflowId } = context;
  const velero = await readVeleroSettings({ cluster });
  const { veleroNamespace } = velero;
  const place = { cluster, veleroNamespace, recoveryId, workflowId };
  const health = await readVeleroHealth({ ...place, limitSeconds: limits.health });
  const namespaces = input.namespaces ?? null;
  const found = await findBackup({ cluster, veleroNamespace, backup, namespaces });
  const verdict = judgeHealth(health, { cluster, location: found.backup?.storageLocation || null, access: 'read' });
  if (verdict.kind === 'ill' || found.backup === null || !/^(Completed|PartiallyFailed)$/.test(found.backup.phase)) {
    return { velero, health: verdict, found, survey: null };
  }
  const { name } = found.backup;
  const ask = (): Promise<RestoreSurvey> =>
    surveyRestore({
      ...place,
      backup: name,
      namespaces,
      resources: input.resources ?? null,
      selector: input.selector ?? null,
      namespaceMapping: input.namespaceMapping ?? {},
      existing: input.existing ?? 'keep',
      modifiers: (input.modifiers ?? []) as Parameters<typeof surveyRestore>[0]['modifiers'],
      lists: { region: settings.region, bucket: settings.artefactBucket },
    });
  return { velero, health: verdict, found, survey: await settledSurvey(ask, context) };
}
