import type { Evidence } from '../recovery/evidence.ts';
import { reading } from '../recovery/retries.ts';
import type { Check, ScenarioContext } from '../recovery/scenario.ts';
import { onEveryHost, onHost } from './on-host.ts';
import { awaiting, checkClusterApi, limits } from './ports.ts';
import { replacedHealthy } from './replace-members.ts';
import { restoredHealthy } from './restore-all.ts';
import { rewound } from './rewound.ts';
import { veleroChecks } from './velero-fallback.ts';
import { type HostsWork, type RestoreMemory, type RestoreWork, type SnapshotWork, sourceOf } from './work.ts';

/** Each claim by calls of its own. */
export function checks(work: RestoreWork, memory: RestoreMemory, context: ScenarioContext): readonly Check[] {
  if (work.remedy === 'velero') return veleroChecks(work, memory);
  return [
    members(work, memory),
    oldData(work, memory),
    apiServers(work),
    ...(work.remedy === 'restore-all' ? [serviceAccountKey(work, memory), ...rewound(work, context)] : []),
    ...api(work, memory, context),
  ];
}

/** Voters, one leader, one cluster id, no alarm, equal hashes at one revision, and a revision beyond the snapshot's. */
function members(work: HostsWork, memory: RestoreMemory): Check {
  const about = { claim: 'consistent', target: `etcd of ${work.cluster}`, source: 'etcdctl' } as const;
  return {
    ...about,
    run: async () => {
      const healthy = work.remedy === 'restore-all' ? restoredHealthy(work, memory, 60) : replacedHealthy(work, 60);
      const { members: list, statuses, hashes, hashRevision } = await healthy;
      const [status] = statuses;
      const [hash] = hashes;
      return {
        ...about,
        outcome: 'proved',
        detail:
          `${list.length} voters, leader ${status?.leaderId}, cluster ${status?.clusterId}, no alarm, ` +
          `hash ${hash?.hash} at revision ${hashRevision} on all${bumped(work, memory)}`,
      };
    },
  };
}

function bumped(work: HostsWork, memory: RestoreMemory): string {
  if (work.remedy !== 'restore-all') return '';
  return ` (snapshot ${sourceOf(work, memory).revision} + ${work.bumpRevision})`;
}

function oldData(work: HostsWork, { before }: RestoreMemory): Check {
  const hosts = work.remedy === 'restore-all' ? work.hosts : work.broken;
  const target = hosts.map(({ host }) => host).join(', ');
  const about = { claim: 'restored', target, source: 'rename' } as const;
  return {
    ...about,
    run: async () => ({
      ...about,
      outcome: hosts.every(({ host }) => before[host] !== undefined) ? 'proved' : 'unknown',
      detail: hosts.map(({ host }) => `${host}: old data at ${before[host] ?? 'nowhere: it had none'}`).join('; '),
    }),
  };
}

function apiServers({ cluster, hosts }: HostsWork): Check {
  const about = { claim: 'ready', target: `the API servers of ${cluster}`, source: 'GET /readyz?verbose' } as const;
  return {
    ...about,
    run: async () => {
      const ready = await onEveryHost(hosts, ({ host }) =>
        onHost(cluster, host, awaiting(limits.apiServer)).waitApiServerReady({ limitSeconds: 60 }),
      );
      return { ...about, outcome: 'proved', detail: ready.join('; ') };
    },
  };
}

/** Tokens that were signed before the failure are accepted as long as the key is the same. */
function serviceAccountKey(work: SnapshotWork, memory: RestoreMemory): Check {
  const { cluster, hosts } = work;
  const about = { claim: 'consistent', target: `service-account tokens of ${cluster}`, source: 'sa.pub' } as const;
  return {
    ...about,
    run: async () => {
      const facts = await onEveryHost(hosts, ({ host }) => onHost(cluster, host, reading).readHostFacts());
      const same = facts.every((seen) => seen.serviceAccountKey === sourceOf(work, memory).serviceAccountKey);
      const detail = same ? 'every host has the key of the snapshot' : 'a host has another key than the snapshot';
      return { ...about, outcome: same ? 'proved' : 'disproved', detail };
    },
  };
}

/** One call looks at several things; each is told as a claim of its own. */
function api(work: HostsWork, memory: RestoreMemory, { recoveryId, workflowId }: ScenarioContext): readonly Check[] {
  let looked: ReturnType<typeof checkClusterApi> | null = null;
  const { cluster } = work;
  const targets = [
    'a canary',
    'every kind',
    'the Secrets of every namespace',
    'tokens from before',
    'watchers from before',
  ];
  return targets.map((target): Check => {
    const about = { claim: 'consistent', target } as const;
    return {
      ...about,
      run: async (): Promise<Evidence> => {
        const staleRevision = work.remedy === 'restore-all' ? sourceOf(work, memory).revision : null;
        looked ??= checkClusterApi({ cluster, recoveryId, workflowId, staleRevision });
        const found = (await looked).find((finding) => finding.target === target);
        if (found === undefined) return { ...about, outcome: 'unknown', detail: 'not looked at', source: 'none' };
        return { ...about, outcome: found.outcome, detail: found.detail, source: found.source };
      },
    };
  });
}
