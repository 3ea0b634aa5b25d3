/** Whether the members agree, and the wait until they do. */
import { poll } from '../kubernetes/polling.ts';
import type { Pace } from '../pace.ts';
import { clearAlarms, leftAlarms } from './alarms.ts';
import { greets } from './answers.ts';
import { etcdClusterFacts } from './etcd-members.ts';
import type { Host } from './host.ts';
import { onThisHost } from './pauses.ts';
import type { EtcdAlarm, EtcdClusterFacts, HealthyEtcd, HealthyEtcdInput } from './types.ts';

/** How long a member may take to answer one question while it is waited for. Not for the hash, which one with much data has to compute. */
const waitedForSeconds = 3;

/** What is wrong with the cluster, first thing first; null when all members agree. Pure. */
export function etcdComplaint(
  facts: EtcdClusterFacts,
  expected: readonly string[],
  minimumRevision: number,
): string | null {
  const { members, statuses, silent, alarms, hashes } = facts;
  if (silent.length > 0) return `no answer from ${silent.join(', ')}`;
  const names = members.map(({ name }) => name).sort();
  if (names.join() !== [...expected].sort().join()) return `the members are ${names.join(', ') || 'not known'}`;
  const learner = members.find((member) => member.learner);
  if (learner !== undefined) return `${learner.name} is a learner`;
  const distinct = <T>(values: readonly T[]) => new Set(values).size;
  if (distinct(statuses.map(({ clusterId }) => clusterId)) !== 1) return 'the members are of different clusters';
  if (distinct(statuses.map(({ leaderId }) => leaderId)) !== 1) return 'the members name different leaders';
  if (statuses.some(({ leaderId }) => leaderId === '0')) return 'there is no leader';
  const [alarm] = alarms;
  if (alarm !== undefined) return `alarm ${alarm.alarm} of member ${alarm.memberId}`;
  const complaint = statuses.flatMap(({ errors }) => errors)[0];
  if (complaint !== undefined) return complaint;
  const behind = statuses.find(({ revision }) => revision < minimumRevision);
  if (behind !== undefined) return `${behind.endpoint} is at revision ${behind.revision}, wanted ${minimumRevision}`;
  if (hashes.length !== expected.length) return 'not every member told its hash';
  if (distinct(hashes.map(({ hash, compactRevision }) => `${hash}/${compactRevision}`)) !== 1) {
    return `the hashes at revision ${facts.hashRevision} differ`;
  }
  return null;
}

/**
 * Waits until the members agree, beyond the given revision. A repeat clears no alarm twice; what an attempt before it cleared is not told
 * again.
 */
export async function waitEtcdHealthy(
  host: Host,
  { endpoints, members, minimumRevision, limitSeconds: limit, clearLeftAlarms = false }: HealthyEtcdInput,
  pace: Pace,
): Promise<HealthyEtcd> {
  const clearedAlarms: EtcdAlarm[] = [];
  const look = async () => {
    const served = await Promise.all(endpoints.map((endpoint) => greets(endpoint, waitedForSeconds * 1000)));
    const waiting = endpoints.filter((_endpoint, index) => !served[index]);
    if (waiting.length > 0) return { missing: `${waiting.join(', ')} does not serve yet` };
    const facts = await etcdClusterFacts(host, endpoints, pace.signal(), waitedForSeconds);
    const left = clearLeftAlarms ? leftAlarms(facts, members) : [];
    if (left.length > 0) {
      await clearAlarms(host, endpoints, pace);
      clearedAlarms.push(...left);
      return { missing: `alarms that came with the data were cleared: ${left.map(({ alarm }) => alarm).join(', ')}` };
    }
    const complaint = etcdComplaint(facts, members, minimumRevision);
    return complaint === null ? { done: { ...facts, clearedAlarms } } : { missing: complaint };
  };
  return poll(pace, limit, 'etcd-not-healthy', look, pace.now(), onThisHost);
}
