/** Alarms that have no cause any more. An alarm keeps everybody from writing, and no member takes one back by itself. */
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import type { Host } from './host.ts';
import { changeEtcd, ledFacts } from './led-etcd.ts';
import type { DisarmInput, EtcdAlarm, EtcdClusterFacts } from './types.ts';

/** etcdctl clears all alarms or none: so it is asked only when there is no other than CORRUPT of the given members. */
export async function disarmCorrupt(host: Host, { endpoints, memberIds }: DisarmInput, pace: Pace): Promise<string> {
  const { alarms } = await ledFacts(host, endpoints, pace, 'alarms');
  if (alarms.length === 0) return 'no alarm';
  const other = alarms.find(({ alarm, memberId }) => alarm !== 'CORRUPT' || !memberIds.includes(memberId));
  if (other !== undefined) {
    throw new RekindleError('other-etcd-alarm', `the alarm ${other.alarm} of member ${other.memberId} is not ours`);
  }
  await clearAlarms(host, endpoints, pace);
  return `${alarms.length} alarms CORRUPT cleared`;
}

/**
 * The alarms of a cluster that was made anew from a snapshot and has all its members, where each names a member of the cluster that the
 * snapshot is of: alarms are kept in the data, and come with it. None where a member of this cluster has one, since all would be cleared.
 * Pure.
 */
export function leftAlarms({ members, alarms }: EtcdClusterFacts, expected: readonly string[]): readonly EtcdAlarm[] {
  const names = members.map(({ name }) => name);
  if (expected.some((name) => !names.includes(name))) return [];
  return alarms.some(({ memberId }) => members.some(({ id }) => id === memberId)) ? [] : alarms;
}

export async function clearAlarms(host: Host, endpoints: readonly string[], pace: Pace): Promise<void> {
  await changeEtcd(host, endpoints, ['alarm', 'disarm'], pace);
  const after = await ledFacts(host, endpoints, pace, 'alarms');
  if (after.alarms.length > 0) throw new RekindleError('etcd-not-healthy', 'the alarm is still there');
}
