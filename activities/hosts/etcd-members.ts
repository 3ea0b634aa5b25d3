import { idText, parseExactJson } from '../etcd/exact-json.ts';
import { greets } from './answers.ts';
import { etcdctl, type Host } from './host.ts';
import { listens } from './listens.ts';
import { addressOfUrl } from './static-pod.ts';
import type { EtcdClusterFacts, EtcdMember, MemberStatus } from './types.ts';

/** How long a member may take to answer one question. */
const limitSeconds = 8;

interface Header {
  readonly cluster_id?: unknown;
  readonly member_id?: unknown;
  readonly revision?: number;
}

interface StatusAnswer {
  readonly Endpoint: string;
  readonly Status?: {
    readonly header?: Header;
    readonly version?: string;
    readonly dbSize?: number;
    readonly dbSizeInUse?: number;
    readonly leader?: unknown;
    readonly raftIndex?: number;
    readonly raftTerm?: number;
    readonly raftAppliedIndex?: number;
    readonly isLearner?: boolean;
    readonly errors?: readonly string[];
  };
}

async function ask<T>(
  host: Host,
  endpoints: readonly string[],
  args: readonly string[],
  signal?: AbortSignal,
  limit = limitSeconds,
): Promise<T | null> {
  const { exitCode, stdout } = await etcdctl(host, endpoints, [...args, '--write-out=json'], limit, signal);
  if (exitCode !== 0 || stdout.trim() === '') return null;
  try {
    return parseExactJson(stdout) as T;
  } catch {
    return null;
  }
}

/**
 * Null when the member does not answer. A port that is closed, or on which nobody greets before the member dies again, is known at once;
 * etcdctl would try for as long as it may.
 */
export async function memberStatus(
  host: Host,
  endpoint: string,
  signal?: AbortSignal,
  limit = limitSeconds,
): Promise<MemberStatus | null> {
  for (const address of addressOfUrl(endpoint)) if (!(await listens(address))) return null;
  if (!(await greets(endpoint, limit * 1000))) return null;
  const answer = await ask<StatusAnswer[]>(host, [endpoint], ['endpoint', 'status'], signal, limit);
  const status = answer?.[0]?.Status;
  if (!status?.header) return null;
  return {
    endpoint,
    memberId: idText(status.header.member_id),
    clusterId: idText(status.header.cluster_id),
    leaderId: idText(status.leader ?? 0),
    version: status.version ?? '',
    revision: status.header.revision ?? 0,
    raftTerm: status.raftTerm ?? 0,
    raftIndex: status.raftIndex ?? 0,
    raftAppliedIndex: status.raftAppliedIndex ?? 0,
    dbBytes: status.dbSize ?? 0,
    dbBytesInUse: status.dbSizeInUse ?? 0,
    learner: status.isLearner ?? false,
    errors: status.errors ?? [],
  };
}

interface MembersAnswer {
  readonly members?: readonly {
    readonly ID?: unknown;
    readonly name?: string;
    readonly peerURLs?: readonly string[];
    readonly clientURLs?: readonly string[];
    readonly isLearner?: boolean;
  }[];
}

const alarmNames: Readonly<Record<string, string>> = { '1': 'NOSPACE', '2': 'CORRUPT' };

/** Members, statuses, alarms, and the hashes at one revision that all answering members have. */
export async function etcdClusterFacts(
  host: Host,
  endpoints: readonly string[],
  signal?: AbortSignal,
  limit = limitSeconds,
): Promise<EtcdClusterFacts> {
  const found = await Promise.all(endpoints.map((endpoint) => memberStatus(host, endpoint, signal, limit)));
  const statuses = found.filter((status) => status !== null);
  const silent = endpoints.filter((_endpoint, index) => found[index] === null);
  const alive = statuses.map(({ endpoint }) => endpoint);
  const withLeader = statuses.filter(({ leaderId }) => leaderId !== '0').map(({ endpoint }) => endpoint);
  // One without a leader may be of a cluster that is no more: what it lists counts only where nobody else can be asked.
  const telling = withLeader.length > 0 ? withLeader : alive;
  if (alive.length === 0) return { members: [], statuses, silent, alarms: [], hashes: [], hashRevision: null };
  const [members, alarms] = await Promise.all([
    ask<MembersAnswer>(host, telling, ['member', 'list', '--consistency=s'], signal, limit),
    // Only a leader tells alarms; without one the question would run out of its time.
    withLeader.length === 0
      ? null
      : ask<{ alarms?: { memberID?: unknown; alarm?: unknown }[] }>(host, withLeader, ['alarm', 'list'], signal, limit),
  ]);
  const hashRevision = Math.min(...statuses.map(({ revision }) => revision));
  const hashes = await Promise.all(
    alive.map(async (endpoint) => {
      const answer = await ask<{ HashKV?: { hash?: number; compact_revision?: number } }[]>(
        host,
        [endpoint],
        ['endpoint', 'hashkv', `--rev=${hashRevision}`],
        signal,
      );
      const hash = answer?.[0]?.HashKV;
      return hash?.hash === undefined
        ? []
        : [{ endpoint, hash: hash.hash, compactRevision: hash.compact_revision ?? 0 }];
    }),
  );
  return {
    members: (members?.members ?? []).map(
      ({ ID, name = '', peerURLs = [], clientURLs = [], isLearner = false }): EtcdMember => ({
        id: idText(ID),
        name,
        peerUrl: peerURLs[0] ?? '',
        clientUrls: clientURLs,
        learner: isLearner,
      }),
    ),
    statuses,
    silent,
    alarms: (alarms?.alarms ?? []).map(({ memberID, alarm }) => ({
      memberId: idText(memberID),
      alarm: alarmNames[String(alarm)] ?? String(alarm),
    })),
    hashes: hashes.flat(),
    hashRevision,
    unanswered: [
      ...(members === null ? (['members'] as const) : []),
      ...(alarms === null && withLeader.length > 0 ? (['alarms'] as const) : []),
    ],
  };
}
