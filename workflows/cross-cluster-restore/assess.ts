import { readVeleroHealth, readVeleroSettings, limits as restoring } from '../namespace-restore/ports.ts';
import { settledSurvey } from '../namespace-restore/settled-survey.ts';
import type { Admitted } from '../recovery/input.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { judgeHealth } from '../velero/judge-health.ts';
import { findSnapshots } from '../volume-rebind/ports.ts';
import type { CrossClusterRestoreInput } from './contract.ts';
import type { CrossFacts } from './facts.ts';
import { findStoredBackup, listNeutralised, readBackupStore, readTarget, surveyStoredBackup } from './ports.ts';

/**
 * Reads the source's bucket itself and the target: the plan names every object before anything is changed, the target's Velero does
 * not know the backup yet, and the source is not asked at all.
 */
export async function assess(
  { input, settings }: Admitted<CrossClusterRestoreInput>,
  context: ScenarioContext,
): Promise<CrossFacts> {
  const { recoveryId, workflowId } = context;
  const { cluster, backup, namespaces = null } = input;
  const source = await readBackupStore({ cluster: input.fromCluster });
  const velero = await readVeleroSettings({ cluster });
  const { veleroNamespace } = velero;
  const place = { cluster, veleroNamespace };
  if (input.promote === true) {
    const mapped = namespaces?.map((name) => input.namespaceMapping?.[name] ?? name) ?? null;
    const neutralised = await listNeutralised({ cluster, namespaces: mapped });
    const health = { kind: 'ill', code: 'velero-down', message: 'not asked' } as const;
    return { velero, health, source, found: null, target: null, survey: null, snapshots: [], neutralised };
  }
  const seen = await readVeleroHealth({ ...place, recoveryId, workflowId, limitSeconds: restoring.health });
  const health = judgeHealth(seen, { cluster, location: null, access: 'read' });
  const { bucket } = source;
  if (health.kind === 'ill' || bucket === null) {
    return { velero, health, source, found: null, target: null, survey: null, snapshots: [], neutralised: null };
  }
  const store = { region: source.region, bucket };
  const found = await findStoredBackup({ store, backup, namespaces });
  if (found.backup === null || !/^(Completed|PartiallyFailed)$/.test(found.backup.phase)) {
    return { velero, health, source, found, target: null, survey: null, snapshots: [], neutralised: null };
  }
  const { name } = found.backup;
  const ask = () =>
    surveyStoredBackup({
      ...place,
      ...{ recoveryId, workflowId, store, namespaces },
      backup: name,
      resources: input.resources ?? null,
      selector: input.selector ?? null,
      namespaceMapping: input.namespaceMapping ?? {},
      existing: input.existing ?? 'keep',
      modifiers: (input.modifiers ?? []) as Parameters<typeof surveyStoredBackup>[0]['modifiers'],
      neutralising: {
        outward: input.neutralise ?? true,
        replicas: input.replicas ?? 'keep',
        storageClasses: input.storageClassMapping ?? {},
        zones: input.zoneMapping ?? {},
      },
      lists: { region: settings.region, bucket: settings.artefactBucket },
    });
  const [target, survey] = await Promise.all([readTarget({ ...place, backup: name }), settledSurvey(ask, context)]);
  const snapshots = await Promise.all(
    survey.movedVolumes.map(({ snapshotId }) => findSnapshots({ region: settings.region, snapshotId })),
  );
  return { velero, health, source, found, target, survey, snapshots, neutralised: null };
}
