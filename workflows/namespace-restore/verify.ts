import type { Evidence } from '../recovery/evidence.ts';
import type { Check } from '../recovery/scenario.ts';
import { checkPostgresql, limits, waitRestoredReady } from './ports.ts';
import type { RestoreMemory, RestoreWork } from './work.ts';

/** Restored object by object, then claims bound, workloads ready, databases consistent. */
export function checks(work: RestoreWork, memory: RestoreMemory): readonly Check[] {
  const list: Check[] = [restored(work, memory), ...failedObjects(memory), ...known(work)];
  const state = once(() => {
    const { cluster, region, artefactBucket: bucket } = work;
    return waitRestoredReady({ cluster, lists: { region, bucket }, list: work.list, limitSeconds: limits.ready });
  });
  return [
    ...list,
    bound(work, state),
    ready(work, state),
    ...(work.claimsWithData > 0 ? [consistent(work, state)] : []),
  ];
}

type State = () => ReturnType<typeof waitRestoredReady>;

function once(ask: State): State {
  let asked: ReturnType<State> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

function restored(work: RestoreWork, { judgement }: RestoreMemory): Check {
  const about = {
    claim: 'restored',
    target: `${work.list.objects} objects of backup ${work.backup}`,
    source: 'GET of every object; RestoreResults',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      if (judgement === null) return { ...about, outcome: 'unknown', detail: 'the judgement was skipped' };
      const { restored: done, asSaved, left, failed, otherMessages, list } = judgement;
      const where = list === null ? '' : `, all of them in s3://${list.bucket}/${list.key}`;
      const said = otherMessages.length === 0 ? '' : `; Velero also said: ${otherMessages.join('; ')}`;
      const detail = `${done} restored, ${asSaved} were as saved, ${left} left out, ${failed} failed${where}${said}`;
      return {
        ...about,
        outcome: failed === 0 && otherMessages.length === 0 ? 'proved' : 'disproved',
        detail,
        next: 'Each failed object is a problem of its own, with what to do next.',
      };
    },
  };
}

/** One claim for each object that is not as it was to be. */
function failedObjects({ judgement }: RestoreMemory): Check[] {
  return (judgement?.failures ?? []).map(({ object, reason, next }) => ({
    claim: 'restored',
    target: object,
    run: async () => ({
      claim: 'restored',
      target: object,
      outcome: 'disproved',
      detail: reason,
      source: 'GET of the object',
      next,
    }),
  }));
}

/** What was known before and is no less a problem for that. */
function known({ emptyClaims, backupErrors, backup }: RestoreWork): Check[] {
  const disproved = (claim: Evidence['claim'], target: string, detail: string, next: string): Check => ({
    claim,
    target,
    run: async () => ({
      claim,
      target,
      outcome: 'disproved',
      detail,
      source: 'BackupVolumeInfos, BackupResults',
      next,
    }),
  });
  return [
    ...emptyClaims.map((claim) =>
      disproved(
        'consistent',
        `claim ${claim}`,
        'the backup has no data of its volume: it is empty',
        'Bring its data back with volume-rebind from a snapshot, or from another backup.',
      ),
    ),
    ...backupErrors.map((text) =>
      disproved(
        'restored',
        `backup ${backup}`,
        `what the backup itself lacks: ${text}`,
        'Look for it in an older backup.',
      ),
    ),
  ];
}

function bound(work: RestoreWork, state: State): Check {
  const about = { claim: 'bound', target: `claims of ${work.cluster}`, source: 'GET persistentvolumeclaims' } as const;
  return {
    ...about,
    run: async () => {
      const { claims } = await state();
      const detail = `${claims.bound} bound${claims.missing.length === 0 ? '' : `; ${claims.missing.join('; ')}`}`;
      return { ...about, outcome: claims.missing.length === 0 ? 'proved' : 'disproved', detail };
    },
  };
}

function ready(work: RestoreWork, state: State): Check {
  const about = {
    claim: 'ready',
    target: `workloads of ${work.cluster}`,
    source: 'GET deployments, statefulsets',
  } as const;
  return {
    ...about,
    run: async () => {
      const { workloads } = await state();
      const detail = `${workloads.ready} ready${workloads.missing.length === 0 ? '' : `; ${workloads.missing.join('; ')}`}`;
      return { ...about, outcome: workloads.missing.length === 0 ? 'proved' : 'disproved', detail };
    },
  };
}

function consistent({ cluster }: RestoreWork, state: State): Check {
  const about = {
    claim: 'consistent',
    target: `databases of ${cluster}`,
    source: 'exec pg_isready, psql, pg_amcheck',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const { databases } = await state();
      const asked = await Promise.all(
        databases.map(async (one) => ({
          ...one,
          ...(await checkPostgresql({ cluster, ...one, limitSeconds: limits.database })),
        })),
      );
      const worst =
        asked.find(({ outcome }) => outcome === 'disproved') ?? asked.find(({ outcome }) => outcome === 'unknown');
      const detail = asked.map(({ namespace, pod, summary }) => `${namespace}/${pod}: ${summary}`).join('; ');
      return {
        ...about,
        outcome: worst?.outcome ?? 'proved',
        detail: detail === '' ? 'no database that is known here' : detail,
      };
    },
  };
}
