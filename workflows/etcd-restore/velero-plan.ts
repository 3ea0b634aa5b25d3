/** What comes back by Velero, from which backup, and what the operator reads of it. Pure. */
import type { PlanDraft, Verdict } from '../recovery/plan.ts';
import type { RestoreFacts, SeenBackup } from './facts.ts';
import { refuse } from './refusals.ts';
import type { RestoreWork, VeleroWave, VeleroWork } from './work.ts';

export function viaVelero(
  cluster: string,
  reason: string,
  { controlPlane, backups }: RestoreFacts,
  now: number,
): Verdict<RestoreWork> {
  if (controlPlane.criticalNamespaces.length === 0) {
    return refuse('no-critical-namespaces', `the inventory names none for ${cluster}`);
  }
  const waves = wavesOf(backups);
  const without = backups.filter(({ found }) => found.backup === null);
  const missing = without.flatMap(({ namespaces }) => namespaces);
  if (waves.length === 0) {
    const others = [...new Set(without.flatMap(({ found }) => found.others))];
    const there = others.length === 0 ? 'there is none at all' : `there is: ${others.join('; ')}`;
    return refuse('no-backup', `${cluster} has no such backup that holds ${missing.join(', ')}; ${there}`);
  }
  const work: VeleroWork = { remedy: 'velero', cluster, waves, missing };
  return { kind: 'proceed', reason, work, draft: veleroDraft(work, backups, now) };
}

/** What others need before they can run. */
const firstKinds = [
  'deployments.apps',
  'services',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'persistentvolumeclaims',
];

/** Namespaces of one priority together; of each first the kinds that others need, then the rest, from the same backup. Pure. */
function wavesOf(seen: readonly SeenBackup[]): readonly VeleroWave[] {
  return seen.flatMap(({ priority, namespaces, found }) => {
    if (found.backup === null) return [];
    const backup = found.backup.name;
    return [
      { id: `restore-first-${priority}`, namespaces, backup, resources: firstKinds },
      { id: `restore-rest-${priority}`, namespaces, backup, resources: null },
    ];
  });
}

function veleroDraft({ cluster, waves, missing }: VeleroWork, seen: readonly SeenBackup[], now: number): PlanDraft {
  const rest = waves.filter(({ resources }) => resources === null);
  const each = rest.map(({ namespaces, backup }) => `${namespaces.join(', ')} from ${backup}`);
  const taken = seen.flatMap(({ found }) => (found.backup === null ? [] : [found.backup.startedAt]));
  const oldest = taken.filter((time) => time !== null).sort()[0];
  const passed = seen.flatMap(({ found }) => (found.backup === null ? [] : found.others));
  return {
    summary: `the critical namespaces of ${cluster} come back by Velero: ${each.join('; ')}`,
    recoveryPoint: {
      seconds: oldest === undefined ? null : Math.max(0, Math.round((now - Date.parse(oldest)) / 1000)),
      basis: oldest === undefined ? 'no backup says when it was taken' : `the oldest backup was taken at ${oldest}`,
    },
    preconditions: [],
    warnings: [
      'etcd is not restored. Objects outside of these namespaces, and those that were made after the backup, do not come back.',
      'Each wave is a recovery of its own (namespace-restore), with a report of its own; objects that are there stay as they are.',
      ...(missing.length === 0 ? [] : [`No backup holds ${missing.join(', ')}: these namespaces do not come back.`]),
      ...(passed.length === 0 ? [] : [`Newer backups that were passed over: ${[...new Set(passed)].join('; ')}`]),
    ],
  };
}
