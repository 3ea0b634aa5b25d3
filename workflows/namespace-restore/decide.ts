import type { RestoreSurvey } from '../../activities/restores/types.ts';
import type { Code } from '../../errors/codes.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { RestoringInput } from './assess.ts';
import { draftOf } from './draft.ts';
import type { RestoreFacts } from './facts.ts';
import { apartFromVolumes, planWaves } from './waves.ts';
import type { RestoreWork } from './work.ts';

/** Whether the objects are to be restored, and in which order. Pure: equal facts give an equal plan. */
export function decide(
  { input, settings }: Admitted<RestoringInput>,
  facts: RestoreFacts,
  now: number,
): Verdict<RestoreWork> {
  const refusal = refusalOf(input, facts);
  if (refusal !== null) return refusal;
  const { velero, survey } = facts;
  if (survey === null) return refuse('backup-not-usable', 'the backup could not be looked at');
  const { counts } = survey;
  const changes = counts.create + counts.update + counts.recreate;
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  if (all === counts.leave) {
    return refuse(
      'nothing-selected',
      `backup ${survey.backup.name} holds no object of that selection that is restored`,
    );
  }
  if (changes === 0) {
    const rest = counts.keep + counts.conflict + counts.unserved;
    const told = rest === 0 ? '' : `; ${rest} are not as they were saved: ${fewOf(survey)}`;
    return {
      kind: 'nothing-to-do',
      code: 'nothing-to-restore',
      message: `${counts.same} objects are as in backup ${survey.backup.name}${told}`,
    };
  }
  const wholeBackup = input.namespaces === undefined;
  const work: RestoreWork = {
    cluster: input.cluster,
    region: settings.region,
    artefactBucket: settings.artefactBucket,
    veleroNamespace: velero.veleroNamespace,
    backup: survey.backup.name,
    waves: apartFromVolumes(planWaves(survey.namespaces, velero, { wholeBackup, changes }), {
      existing: input.existing ?? 'keep',
      includedResources: survey.includedResources,
      newClaims: survey.claimsWithData > 0 || survey.claims.some(({ code }) => code === 'no-data'),
    }),
    includedResources: survey.includedResources,
    excludedResources: survey.excludedResources,
    labelSelector: survey.labelSelector,
    namespaceMapping: input.namespaceMapping ?? {},
    existing: input.existing ?? 'keep',
    modifiers: (input.modifiers ?? []) as RestoreWork['modifiers'],
    list: survey.list,
    recreated: counts.recreate,
    webhooks: survey.webhooks,
    targets: wholeBackup ? null : survey.namespaces.map(({ name }) => name),
    claimsWithData: survey.claimsWithData,
    emptyClaims: survey.claims.filter(({ code }) => code === 'no-data').map(({ claim }) => claim),
    backupErrors: survey.backupErrors,
  };
  return {
    kind: 'proceed',
    reason: `${changes} of ${all} objects are not as in backup ${survey.backup.name}`,
    work,
    draft: draftOf(work, survey, facts, now),
  };
}

/** What keeps everything from being restored, first thing first. */
function refusalOf({ cluster, backup, namespaces }: RestoringInput, { health, found, survey }: RestoreFacts) {
  if (health.kind === 'ill') return refuse(health.code, health.message);
  const chosen = found.backup;
  if (chosen === null) {
    const wanted =
      backup === 'latest'
        ? `completed backup${namespaces === undefined ? '' : ` with ${namespaces.join(', ')}`}`
        : `backup ${backup}`;
    const others = found.others.length === 0 ? 'there is none at all' : `there is: ${found.others.join('; ')}`;
    return refuse('no-backup', `${cluster} has no ${wanted}; ${others}`);
  }
  if (
    chosen.standing !== 'ended' ||
    chosen.phase === 'Deleting' ||
    chosen.phase === 'FailedValidation' ||
    chosen.phase === 'Failed'
  ) {
    return refuse(
      'backup-not-usable',
      `backup ${chosen.name} is ${chosen.phase || 'New'}${chosen.failureReason === null ? '' : `: ${chosen.failureReason}`}`,
    );
  }
  const ending = survey?.namespaces.find(({ state }) => state === 'terminating');
  if (ending !== undefined) {
    return refuse(
      'namespace-terminating',
      `namespace ${ending.name} does not end: ${ending.held.join('; ') || 'the API does not say why'}`,
    );
  }
  return null;
}

function fewOf({ samples }: RestoreSurvey): string {
  return [...samples.keep, ...samples.conflict, ...samples.unserved].slice(0, 3).join(', ');
}

function refuse(code: Code, message: string): Verdict<RestoreWork> & { kind: 'refuse' } {
  return { kind: 'refuse', code, message };
}
