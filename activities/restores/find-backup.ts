import type { KubernetesPort } from '../kubernetes/port.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { BackupObject } from '../velero/objects.ts';
import { backupSummary } from '../velero/translate.ts';
import type { FindBackupInput, FoundBackup } from './types.ts';

const mostOthers = 10;

/** The newest completed backup that holds the namespaces, or the one of that name. */
export async function findBackup(
  cluster: KubernetesPort,
  { veleroNamespace: namespace, ...wanted }: FindBackupInput,
  signal: AbortSignal,
): Promise<FoundBackup> {
  return chooseBackup(await cluster.list<BackupObject>(veleroKinds.backup, { namespace }, signal), wanted);
}

/** Pure. */
export function chooseBackup(
  backups: readonly BackupObject[],
  { backup, namespaces }: Pick<FindBackupInput, 'backup' | 'namespaces'>,
): FoundBackup {
  const all = [...backups].sort(newestFirst);
  if (backup !== 'latest') {
    const named = all.find(({ metadata }) => metadata.name === backup);
    const others = named === undefined ? all.slice(0, mostOthers).map(({ metadata }) => metadata.name) : [];
    return { backup: named === undefined ? null : backupSummary(named), others };
  }
  const passed: string[] = [];
  for (const candidate of all) {
    const why = unfit(candidate, namespaces);
    if (why === null) return { backup: backupSummary(candidate), others: passed.slice(0, mostOthers) };
    passed.push(`${candidate.metadata.name}: ${why}`);
  }
  return { backup: null, others: passed.slice(0, mostOthers) };
}

function unfit({ spec, status }: BackupObject, namespaces: readonly string[] | null): string | null {
  const phase = status?.phase ?? 'New';
  if (phase !== 'Completed') return phase;
  const included = namesOf(spec.includedNamespaces, ['*']);
  const excluded = namesOf(spec.excludedNamespaces, []);
  const absent = (namespaces ?? []).filter(
    (name) => !included.some((pattern) => fits(pattern, name)) || excluded.some((pattern) => fits(pattern, name)),
  );
  return absent.length === 0 ? null : `without ${absent.join(', ')}`;
}

function namesOf(value: unknown, none: readonly string[]): readonly string[] {
  return Array.isArray(value) && value.length > 0 ? (value as string[]) : none;
}

/** Velero's patterns of namespaces: `*` stands for any text. */
function fits(pattern: string, name: string): boolean {
  const quoted = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${quoted.join('.*')}$`).test(name);
}

function newestFirst(left: BackupObject, right: BackupObject): number {
  const when = ({ status, metadata }: BackupObject) => status?.startTimestamp ?? metadata.creationTimestamp ?? '';
  return when(left) < when(right) ? 1 : when(left) > when(right) ? -1 : 0;
}
