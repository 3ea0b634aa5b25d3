import { activityPace } from '../pace.ts';
import type { RestoreDependencies } from './dependencies.ts';
import { findBackup } from './find-backup.ts';
import { judgeRestored } from './judge.ts';
import { putModifiers, removeModifiers } from './modifiers.ts';
import { waitRestoredReady } from './readiness.ts';
import { putBackReplaced, removeReplaced, saveReplaced } from './replaced.ts';
import { settleRestores } from './settle.ts';
import { surveyRestore } from './survey.ts';
import type { RestoreActivities } from './types.ts';
import { watchRestore } from './watch.ts';
import { holdWebhooks, releaseWebhooks } from './webhooks.ts';

export type { RestoreActivities } from './types.ts';

export function createRestoreActivities({
  pace = activityPace,
  ...rest
}: Omit<RestoreDependencies, 'pace'> & Partial<Pick<RestoreDependencies, 'pace'>>): RestoreActivities {
  const deps: RestoreDependencies = { ...rest, pace };
  const open = ({ cluster }: { readonly cluster: string }) => deps.clusters.cluster(cluster);
  return {
    /** Safe to retry: reads only. */
    findBackup: (input) => findBackup(open(input), input, pace.signal()),

    /**
     * Safe to retry: reads only; the list that it stores is named by its content.
     * @throws RekindleError `invalid-input` for a selector or kind that means nothing, `velero-silent`, `velero-file-missing`,
     * `velero-file-damaged`
     */
    surveyRestore: (input) => surveyRestore(deps, input),

    /** Safe to retry: a configuration that this recovery holds is left as it is. */
    holdWebhooks: (input) => holdWebhooks(open(input), input.webhooks, input),

    /** Safe to retry: changes only what this recovery holds. */
    releaseWebhooks: (input) => releaseWebhooks(open(input), input.webhooks, input),

    /** Safe to retry: nothing is deleted before the answer of this was recorded. */
    saveReplaced: (input) => saveReplaced(deps, input),

    /** Safe to retry: deletes by the uid that was saved, so never what was made anew. @throws RekindleError `not-yet` */
    removeReplaced: (input) => removeReplaced(deps, input),

    /** Safe to retry: creates only where nothing is. */
    putBackReplaced: (input) => putBackReplaced(deps, input),

    /** Safe to retry: a ConfigMap of that name with this recovery's mark is its own. @throws RekindleError `already-exists` */
    putResourceModifiers: (input) => putModifiers(open(input), input),

    /** Safe to retry: takes away only the ConfigMap that carries this recovery's mark. */
    removeResourceModifiers: (input) => removeModifiers(open(input), input),

    /** Safe to retry: reads only. @throws RekindleError `not-found` when the restore is gone */
    watchRestore: (input) => watchRestore(open(input), input, pace),

    /** Safe to retry: takes away only a restore of this recovery that has not begun. */
    settleRestores: (input) => settleRestores(deps, input),

    /** Safe to retry: reads only; the list that it stores is named by its content. */
    judgeRestored: (input) => judgeRestored(deps, input),

    /** Safe to retry: reads only. */
    waitRestoredReady: (input) => waitRestoredReady(deps, input),
  };
}
