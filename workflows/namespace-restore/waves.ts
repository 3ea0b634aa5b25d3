import type { NamespaceState } from '../../activities/restores/types.ts';
import { volumeKinds } from './restore-object.ts';
import type { RestoreWave } from './work.ts';

interface Priorities {
  readonly criticalNamespaces: readonly { readonly name: string; readonly priority: number }[];
}

/**
 * One wave a priority, lowest number first; what has no priority comes last, together. A namespace that is mapped has the priority of
 * the name that it gets, or else of the one that it had. Cluster-scoped objects, which are meant only where no namespaces are named,
 * come with the first wave, so that everything finds them. Pure.
 */
export function planWaves(
  states: readonly NamespaceState[],
  { criticalNamespaces }: Priorities,
  { wholeBackup, changes }: { readonly wholeBackup: boolean; readonly changes: number },
): readonly RestoreWave[] {
  const priorityOf = ({ from, name }: NamespaceState) =>
    (criticalNamespaces.find((one) => one.name === name) ?? criticalNamespaces.find((one) => one.name === from))
      ?.priority ?? null;
  const groups = new Map<number | null, NamespaceState[]>();
  for (const state of states) {
    if (state.changes === 0) continue;
    const priority = priorityOf(state);
    groups.set(priority, [...(groups.get(priority) ?? []), state]);
  }
  const waves = [...groups]
    .sort(([left], [right]) => (left ?? Number.POSITIVE_INFINITY) - (right ?? Number.POSITIVE_INFINITY))
    .map(
      ([priority, members]): RestoreWave => ({
        priority,
        namespaces: members.map(({ from }) => from).sort(),
        changes: members.reduce((sum, one) => sum + one.changes, 0),
      }),
    );
  if (!wholeBackup) return waves;
  // The last Restore takes the whole backup: what came before is there already, and cluster-scoped objects come with it.
  const named = waves.filter(({ priority }) => priority !== null);
  const before = named.reduce((sum, one) => sum + one.changes, 0);
  return [...named, { priority: null, namespaces: null, changes: changes - before }];
}

/**
 * Each wave in two parts where Velero is to change what exists: changing a volume object that is there, Velero writes the claim's old uid
 * into it, and the claim loses its volume. Pure.
 */
export function apartFromVolumes(
  waves: readonly RestoreWave[],
  { existing, newClaims, includedResources }: VolumeOptions,
): readonly RestoreWave[] {
  if (existing === 'keep') return waves;
  // To Velero an empty list of kinds means all of them.
  const others = includedResources === null || includedResources.some((resource) => !volumeKinds.includes(resource));
  return waves.flatMap((wave) => [
    ...(newClaims ? [{ ...wave, part: 'volumes' as const }] : []),
    ...(others ? [{ ...wave, part: 'rest' as const }] : []),
  ]);
}

interface VolumeOptions {
  readonly existing: 'keep' | 'update' | 'recreate';
  readonly newClaims: boolean;
  readonly includedResources: readonly string[] | null;
}
