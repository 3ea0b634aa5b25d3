import type { Evidence } from '../recovery/evidence.ts';
import type { Check } from '../recovery/scenario.ts';
import { unsavedBecause } from './coverage.ts';
import type { BackupMemory, BackupWork } from './work.ts';

/** Named in one piece of evidence; the file of results has all of them. */
const mostNamed = 20;

export function verify(work: BackupWork, memory: BackupMemory): readonly Check[] {
  const namespaces = [...new Set(work.claims.map(({ namespace }) => namespace))].sort();
  return [whole(memory), ...namespaces.map((namespace) => protectedClaims(namespace, work, memory))];
}

/** The backup ended well by Velero's own account: `Completed`, and no error, warning or failed hook in it. */
function whole({ outcome }: BackupMemory): Check {
  const about = {
    claim: 'restored',
    target: `Backup ${outcome?.backup.name ?? ''}`,
    source: 'GET backups; BackupResourceList, BackupResults',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      if (outcome === null) return { ...about, outcome: 'unknown', detail: 'its content was not read' };
      const { backup, items, errors, warnings, namespaces } = outcome;
      const { phase, failureReason, hooksFailed } = backup;
      const faults = [
        ...(phase === 'Completed' ? [] : [`phase ${phase}${failureReason === null ? '' : `: ${failureReason}`}`]),
        ...(items === 0 ? ['it holds no item'] : []),
        ...named('error', backup.errors, errors),
        ...named('warning', backup.warnings, warnings),
        ...(hooksFailed === 0 ? [] : [`${hooksFailed} hooks failed: what they quiesce may be inconsistent`]),
      ];
      if (faults.length > 0) return { ...about, outcome: 'disproved', detail: faults.join('; ') };
      return { ...about, outcome: 'proved', detail: `${phase}: ${items} items of ${namespaces.length} namespaces` };
    },
  };
}

function named(sort: string, count: number, messages: readonly string[]): string[] {
  if (count === 0 && messages.length === 0) return [];
  const shown = messages.slice(0, mostNamed).join(' | ');
  return [`${Math.max(count, messages.length)} ${sort}(s)${shown === '' ? '' : `: ${shown}`}`];
}

const next =
  'Give the driver a VolumeSnapshotClass or Velero its node agent, or save the data by other means; until then it is lost with the cluster.';

/** Every claim of the namespace that is in scope has a usable copy, or is named as unprotected. */
function protectedClaims(namespace: string, { claims }: BackupWork, memory: BackupMemory): Check {
  const about = {
    claim: 'consistent',
    target: `claims of namespace ${namespace}`,
    source: 'BackupVolumeInfos; EC2 DescribeSnapshots',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const { outcome, completedSnapshots, gone } = memory;
      if (outcome === null) return { ...about, outcome: 'unknown', detail: 'the content of the backup was not read' };
      const planned = claims.filter((claim) => claim.namespace === namespace);
      const own = planned.filter(({ name }) => !gone.includes(`${namespace}/${name}`));
      const unprotected = own.flatMap(({ name, why }) => {
        const saved = outcome.volumes.find((volume) => volume.namespace === namespace && volume.claim === name);
        const reason = unsavedBecause(saved, outcome.backup.name, completedSnapshots);
        return reason === null ? [] : [`${name} (${why ?? reason})`];
      });
      if (unprotected.length > 0) {
        const shown = unprotected.slice(0, mostNamed).join('; ');
        const detail = `${unprotected.length} of ${own.length} claims are unprotected: ${shown}`;
        return { ...about, outcome: 'disproved', detail, next };
      }
      const handles = outcome.volumes.filter((volume) => volume.namespace === namespace).map(({ handle }) => handle);
      const saved = `${own.length} claims saved: ${handles.slice(0, mostNamed).join(', ')}`;
      const left = planned.filter((claim) => !own.includes(claim)).map(({ name }) => name);
      const deleted = left.length === 0 ? '' : `; deleted since the plan: ${left.slice(0, mostNamed).join(', ')}`;
      return { ...about, outcome: 'proved', detail: `${saved}${deleted}` };
    },
  };
}
