import type { KubernetesObject } from '../kubernetes/port.ts';
import type { BackupObject } from '../velero/objects.ts';
import { backupSummary } from '../velero/translate.ts';
import { overdueSince } from './cron.ts';
import type { BackupTemplate, ScheduleObject, ServerDeployment, SnapshotClassObject } from './objects.ts';
import type { NamespaceChoice, ScheduleFacts, StandingBackup } from './types.ts';

/** On a Backup that a Schedule made: the Schedule's name. */
export const scheduleLabel = 'velero.io/schedule-name';
/** On a Schedule, ConfigMap or Backup of ours: the policy of the inventory. */
export const policyLabel = 'rekindle.io/backup-policy';

export function choiceOf({ includedNamespaces = [], excludedNamespaces = [] }: BackupTemplate): NamespaceChoice {
  return { included: includedNamespaces, excluded: excludedNamespaces };
}

/** What narrows a backup to a part of a namespace. A selector that only leaves labels out narrows nothing that counts. */
export function narrowing(template: BackupTemplate): string | null {
  const named = [...(template.includedResources ?? []), ...(template.includedNamespaceScopedResources ?? [])];
  if (named.some((resource) => resource !== '*') && !named.includes('*')) return `the kinds ${named.join(', ')}`;
  const { matchLabels = {}, matchExpressions = [] } = template.labelSelector ?? {};
  const wanted = [
    ...Object.keys(matchLabels),
    ...matchExpressions.filter(({ operator }) => operator === 'In' || operator === 'Exists').map(({ key }) => key),
  ];
  if (wanted.length > 0) return `the label ${wanted.join(', ')}`;
  return (template.orLabelSelectors ?? []).length > 0 ? 'labels' : null;
}

export function standingBackup(object: BackupObject): StandingBackup {
  const { name, phase, storageLocation, startedAt, completedAt, expiresAt, errors, warnings } = backupSummary(object);
  const spec = object.spec as BackupTemplate;
  return {
    ...{ name, phase, storageLocation, startedAt, completedAt, expiresAt, errors, warnings },
    namespaces: choiceOf(spec),
    narrowedTo: narrowing(spec),
  };
}

/** `now` in milliseconds since the epoch. */
export function scheduleFacts(
  { metadata, spec, status }: ScheduleObject,
  backups: readonly BackupObject[],
  now: number,
): ScheduleFacts {
  const policy = metadata.labels?.[policyLabel];
  const own = backups
    .filter(({ metadata: { labels } }) => {
      const ofSchedule = labels?.[scheduleLabel] === metadata.name;
      return ofSchedule || (policy !== undefined && labels?.[policyLabel] === policy);
    })
    .map(backupSummary)
    .filter(({ phase }) => phase === 'Completed')
    .flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]))
    .sort();
  const last = own.at(-1) ?? null;
  const from = Date.parse(last ?? metadata.creationTimestamp ?? '');
  const paused = spec.paused ?? false;
  const due = paused || Number.isNaN(from) ? null : overdueSince(spec.schedule, from, now);
  return {
    name: metadata.name,
    cron: spec.schedule,
    paused,
    phase: status?.phase ?? 'New',
    namespaces: choiceOf(spec.template ?? {}),
    lastCompletedAt: last,
    overdueSince: due === null ? null : new Date(due).toISOString(),
  };
}

export function hasCsiFeature(server: ServerDeployment | null): boolean {
  const words = (server?.spec.template?.spec?.containers ?? []).flatMap(({ command = [], args = [] }) => [
    ...command,
    ...args,
  ]);
  const features = words.flatMap((word, index) => {
    if (word === '--features') return [words[index + 1] ?? ''];
    return word.startsWith('--features=') ? [word.slice('--features='.length)] : [];
  });
  return features.some((list) => list.split(',').includes('EnableCSI'));
}

const veleroClassLabel = 'velero.io/csi-volumesnapshot-class';
const defaultClassAnnotation = 'snapshot.storage.kubernetes.io/is-default-class';

/** Velero's own choice: a class with its label, the driver's default class, or the only one of the driver. */
export function driversWithClass(classes: readonly SnapshotClassObject[]): string[] {
  const drivers = [...new Set(classes.map(({ driver }) => driver))];
  return drivers
    .filter((driver) => {
      const own = classes.filter((seen) => seen.driver === driver);
      return own.length === 1 || own.some(isChosen);
    })
    .sort();
}

function isChosen({ metadata: { labels = {}, annotations = {} } }: KubernetesObject): boolean {
  return Object.hasOwn(labels, veleroClassLabel) || annotations[defaultClassAnnotation] === 'true';
}
