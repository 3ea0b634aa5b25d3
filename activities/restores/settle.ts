import { RekindleError } from '../../errors/rekindle-error.ts';
import { madeBy } from '../kubernetes/marks.ts';
import { poll } from '../kubernetes/polling.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { RestoreObject } from '../velero/objects.ts';
import { standingOf } from '../velero/translate.ts';
import type { RestoreDependencies } from './dependencies.ts';
import { LiveKinds, resourceOf } from './live-kinds.ts';
import { storeList } from './stored-list.ts';
import { nameOf } from './summarize.ts';
import type { SettledRestores, SettleRestoreInput } from './types.ts';

const restoreLabel = 'velero.io/restore-name';
const mostSamples = 10;

/**
 * After a cancel: takes away a Restore that has not begun, waits a while for one that has, since Velero knows no cancel, and names
 * what was created until now by the label that Velero puts on it.
 */
export async function settleRestores(deps: RestoreDependencies, input: SettleRestoreInput): Promise<SettledRestores> {
  const { pace } = deps;
  const cluster = deps.clusters.cluster(input.cluster);
  const withdrawn: string[] = [];
  const running: string[] = [];
  for (const name of input.names) {
    const ref = { namespace: input.veleroNamespace, name };
    const restore = await cluster.read<RestoreObject>(veleroKinds.restore, ref, pace.signal());
    if (restore === null || madeBy(restore) !== input.recoveryId) continue;
    const phase = restore.status?.phase ?? '';
    const { resourceVersion = '' } = restore.metadata;
    if (phase === '' || phase === 'New') {
      try {
        // By its version: a server that has just begun it has changed it.
        await cluster.remove(veleroKinds.restore, ref, { resourceVersion });
        withdrawn.push(name);
        continue;
      } catch (error) {
        if (!(error instanceof RekindleError && error.code === 'conflict')) throw error;
      }
    }
    const ended = await poll(pace, input.limitSeconds, 'not-yet', async () => {
      const seen = await cluster.read<RestoreObject>(veleroKinds.restore, ref, pace.signal());
      if (seen === null || standingOf(seen.status?.phase ?? '') === 'ended') return { done: true };
      return { missing: `Velero still works on ${name}, and knows no cancel` };
    }).catch((error: unknown) => {
      if (error instanceof RekindleError && error.code === 'not-yet') return false;
      throw error;
    });
    if (!ended) running.push(name);
  }
  const begun = input.names.filter((name) => !withdrawn.includes(name));
  const created = begun.length === 0 ? [] : await labelled(deps, input.cluster, begun);
  return {
    withdrawn,
    running,
    created: created.length,
    samples: created.slice(0, mostSamples).map(nameOf),
    list: created.length === 0 ? null : await storeList(deps.regions, input.lists, input, 'created', created),
  };
}

async function labelled({ clusters, pace }: RestoreDependencies, clusterName: string, names: readonly string[]) {
  const cluster = clusters.cluster(clusterName);
  const labelSelector = `${restoreLabel} in (${names.join(',')})`;
  const found: { resource: string; kind: string; namespace: string | null; name: string }[] = [];
  const live = await LiveKinds.of(cluster, pace.signal());
  for (const kind of live.all()) {
    for (const { metadata } of await cluster.list(kind, { labelSelector }, pace.signal())) {
      found.push({
        resource: resourceOf(kind),
        kind: kind.kind,
        namespace: metadata.namespace ?? null,
        name: metadata.name,
      });
    }
  }
  return found;
}
