import type { PlannedAction, RestoreSurvey } from '../../activities/restores/types.ts';
import type { PlanDraft, Precondition } from '../recovery/plan.ts';
import type { RestoreFacts } from './facts.ts';
import type { RestoreWork } from './work.ts';

const verbs: Readonly<Record<PlannedAction, string>> = {
  create: 'to be created',
  update: 'to be changed',
  recreate: 'to be deleted and created, because a field cannot be changed',
  same: 'there as saved',
  keep: 'differing and kept',
  conflict: 'differing, and impossible to change',
  unserved: 'of kinds that the cluster does not serve',
  leave: 'left out',
};
const shown: readonly PlannedAction[] = ['create', 'update', 'recreate', 'keep', 'conflict', 'unserved', 'leave'];

/** What an operator reads before approving: counts and samples; the whole list is on S3. Pure. */
export function draftOf(work: RestoreWork, survey: RestoreSurvey, { found }: RestoreFacts, now: number): PlanDraft {
  const { backup, counts, samples } = survey;
  const told = shown
    .filter((action) => counts[action] > 0)
    .map(
      (action) =>
        `${counts[action]} ${verbs[action]}: ${samples[action].join(', ')}${counts[action] > samples[action].length ? ', ...' : ''}`,
    );
  const takenAt = backup.startedAt;
  return {
    summary: `${counts.create} objects created, ${counts.update} changed, ${counts.recreate} recreated in ${work.cluster} from backup ${backup.name}`,
    recoveryPoint: {
      seconds: takenAt === null ? null : Math.max(0, Math.round((now - Date.parse(takenAt)) / 1000)),
      basis:
        takenAt === null
          ? 'the backup does not say when it was taken'
          : `backup ${backup.name} was taken at ${takenAt}`,
    },
    preconditions: preconditionsOf(survey),
    warnings: [
      ...told,
      `Every object with what is done with it: s3://${survey.list.bucket}/${survey.list.key}`,
      ...(work.waves.length > 1
        ? [
            `In this order: ${work.waves.map(({ namespaces }) => namespaces?.join(' + ') ?? 'everything else').join(', then ')}`,
          ]
        : []),
      ...(backup.phase === 'Completed'
        ? []
        : [`The backup itself is ${backup.phase}: ${survey.backupErrors.slice(0, 5).join('; ')}`]),
      ...(found.others.length > 0 ? [`Newer backups that were passed over: ${found.others.join('; ')}`] : []),
      ...survey.webhooks.map(
        ({ configuration, webhook, why }) =>
          `Webhook ${webhook} of ${configuration} cannot answer (${why}): until the end nothing waits for it`,
      ),
      ...survey.claims.filter(({ code }) => code === 'no-data').map(({ claim, detail }) => `Claim ${claim}: ${detail}`),
      'Velero knows no cancel: what it has created by then stays.',
    ],
  };
}

function preconditionsOf({ claims }: RestoreSurvey): Precondition[] {
  const about = (code: string) =>
    claims.filter((one) => one.code === code).map(({ claim, detail }) => `${claim}: ${detail}`);
  const make = (name: string, code: string, blocking: boolean): Precondition => {
    const unmet = about(code);
    return { name, blocking, met: unmet.length === 0, detail: unmet.length === 0 ? 'so it is' : unmet.join('; ') };
  };
  return [
    make('no released volume is in the way', 'volume-released', true),
    make('storage classes of new claims are there', 'no-storage-class', false),
    make('nodes are in the zones of restored volumes', 'zone-without-nodes', false),
  ];
}
