import { RekindleError } from '../../errors/rekindle-error.ts';
import type { KubernetesClusters } from '../kubernetes/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { downloadIfThere, downloadKnown, type FileKind } from '../velero/download.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { BackupObject } from '../velero/objects.ts';
import type { SignedFiles } from '../velero/port.ts';
import { parseBackupList, parseResults, type RunMessage } from '../velero/results.ts';
import { backupSummary } from '../velero/translate.ts';
import type { ReadFilesInput } from '../velero/types.ts';
import { ensureObject } from './ensure-object.ts';
import { readInstallation } from './installation.ts';
import { backupKinds } from './kinds.ts';
import { parseSavedVolumes } from './saved-volumes.ts';
import { readStanding } from './standing.ts';
import type { BackupActivities } from './types.ts';

export type { BackupActivities } from './types.ts';

export interface BackupDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly files: SignedFiles;
  readonly pace?: Pace;
}

/** Messages of each sort that go into the history; a broken backup of a large cluster has thousands. */
const longestMessages = 50;
const longestText = 400;

export function createBackupActivities({ clusters, files, pace = activityPace }: BackupDependencies): BackupActivities {
  const sourcesOf = (cluster: string) => ({ cluster: clusters.cluster(cluster), files, pace });

  async function savedVolumes(input: ReadFilesInput) {
    const kind: FileKind = 'BackupVolumeInfos';
    const { veleroNamespace, name } = input;
    const text = await downloadIfThere(sourcesOf(input.cluster), { veleroNamespace, name, kind, holder: input });
    // A backup that failed before its first volume has no such file.
    return text === null ? [] : parseSavedVolumes(text, `${kind} of ${name}`);
  }

  return {
    /** Safe to retry: reads only. */
    readVeleroInstallation: ({ cluster, veleroNamespace }) =>
      readInstallation(clusters.cluster(cluster), veleroNamespace, pace.signal()),

    /** Safe to retry: reads only. */
    readBackupStanding: ({ cluster, veleroNamespace }) =>
      readStanding(clusters.cluster(cluster), veleroNamespace, pace.now(), pace.signal()),

    /**
     * How each claim was saved by a backup, by the backup's own account. Safe to retry: each call asks for its own address.
     * @throws RekindleError `velero-silent`, `velero-file-damaged`
     */
    readSavedVolumes: ({ backup, ...place }) => savedVolumes({ ...place, name: backup }),

    /** Safe to retry: a ConfigMap that says what is wanted is left as it is. */
    ensureVolumePolicy: async ({ text, veleroNamespace: namespace, cluster, name, policy, ...holder }) => {
      const body = { data: { policy: text } };
      const wanted = { kind: backupKinds.configMap, namespace, name, policy, holder, body };
      return { outcome: await ensureObject(clusters.cluster(cluster), wanted, pace.signal()) };
    },

    /** Safe to retry: a Schedule that says what is wanted is left as it is; one that is gone is removed no more. */
    ensureBackupSchedule: async ({ spec, veleroNamespace: namespace, cluster, name, policy, ...holder }) => {
      const body = spec === null ? null : { spec };
      const wanted = { kind: backupKinds.schedule, namespace, name, policy, holder, body };
      return { outcome: await ensureObject(clusters.cluster(cluster), wanted, pace.signal()) };
    },

    /**
     * What a backup that has ended holds, how its volumes were saved, and what Velero complains of.
     * Safe to retry: each call asks for its own addresses.
     * @throws RekindleError `velero-silent`, `velero-file-missing`, `velero-file-damaged`; `not-found` when the backup is gone
     */
    async readBackupOutcome(input) {
      const { cluster, veleroNamespace: namespace, name } = input;
      const backup = await clusters
        .cluster(cluster)
        .read<BackupObject>(veleroKinds.backup, { namespace, name }, pace.signal());
      if (backup === null) throw new RekindleError('not-found', `Backup ${name} is not in cluster ${cluster}`);
      const summary = backupSummary(backup);
      if (summary.phase === 'Failed' || summary.phase === 'FailedValidation') {
        return { backup: summary, items: 0, namespaces: [], errors: [], warnings: [], volumes: [] };
      }
      const target = { veleroNamespace: namespace, name, holder: input };
      const list = await downloadKnown(sourcesOf(cluster), { ...target, kind: 'BackupResourceList' });
      const results = await downloadKnown(sourcesOf(cluster), { ...target, kind: 'BackupResults' });
      const items = parseBackupList(list, `BackupResourceList of ${name}`);
      const { errors, warnings } = parseResults(results, `BackupResults of ${name}`);
      return {
        backup: summary,
        items: items.length,
        namespaces: [...new Set(items.flatMap((item) => item.namespace ?? []))].sort(),
        errors: texts(errors),
        warnings: texts(warnings),
        volumes: await savedVolumes(input),
      };
    },
  };
}

function texts(messages: readonly RunMessage[]): string[] {
  return messages
    .slice(0, longestMessages)
    .map(({ namespace, text }) => `${namespace === null ? '' : `${namespace}: `}${text}`.slice(0, longestText));
}
