import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { leftAlarms } from '../../../activities/hosts/alarms.ts';
import { withFlags } from '../../../activities/hosts/join-manifest.ts';
import { notInSync, quorumWithout } from '../../../activities/hosts/quorum.ts';
import { parseStaticPod } from '../../../activities/hosts/static-pod.ts';
import { etcdOf, names } from './members-world.ts';

const idOf = (index: number) => etcdOf().members[index]?.id ?? '';

describe('the quorum without a member', () => {
  it('holds when the others are healthy', () => {
    expect(quorumWithout(etcdOf(['two']), idOf(1))).toBeNull();
  });

  it('is lost when another one is silent', () => {
    expect(quorumWithout(etcdOf(['two']), idOf(0))).toContain('2 voters, of which 1 are healthy; 2 are needed');
  });

  it('is lost when another one complains, but not by an alarm that it merely tells', () => {
    const told = (errors: string[]) => {
      const facts = etcdOf(['two']);
      return { ...facts, statuses: facts.statuses.map((status) => ({ ...status, errors })) };
    };
    expect(quorumWithout(told(['memberID:1 alarm:CORRUPT']), idOf(1))).toBeNull();
    expect(quorumWithout(told(['etcdserver: no leader']), idOf(1))).not.toBeNull();
  });

  it('counts no learner', () => {
    const facts = etcdOf(['two']);
    const members = facts.members.map((member, index) => ({ ...member, learner: index === 2 }));
    expect(quorumWithout({ ...facts, members }, idOf(1))).toBeNull();
    expect(quorumWithout({ ...facts, members }, idOf(0))).not.toBeNull();
  });
});

describe('a learner', () => {
  const facts = etcdOf();
  const leaderId = idOf(2);
  const statuses = (applied: number) =>
    facts.statuses.map((status, index) => ({
      ...status,
      leaderId,
      raftAppliedIndex: index === 0 ? applied : 1_000,
      learner: index === 0,
    }));

  it('is in sync when it has applied what the leader has, but for what is on its way', () => {
    expect(notInSync({ ...facts, statuses: statuses(990) }, idOf(0))).toBeNull();
    expect(notInSync({ ...facts, statuses: statuses(10) }, idOf(0))).toBe(
      'the learner is 990 entries behind the leader',
    );
  });

  it('is not before it answers', () => {
    expect(notInSync({ ...facts, statuses: [] }, idOf(0))).toBe('the learner does not answer yet');
  });
});

describe('alarms in a cluster that was made anew', () => {
  const of = (...memberIds: string[]) => ({
    ...etcdOf(),
    alarms: memberIds.map((memberId) => ({ memberId, alarm: 'CORRUPT' })),
  });

  it('came with the data where they name members of the former cluster, or nobody', () => {
    expect(leftAlarms(of('77', '0'), names)).toHaveLength(2);
    expect(leftAlarms(of(), names)).toEqual([]);
  });

  it('stay, all of them, where one is of a member of this cluster: etcdctl clears all or none', () => {
    expect(leftAlarms(of('77', idOf(1)), names)).toEqual([]);
  });

  it('stay as long as not every member is listed', () => {
    expect(leftAlarms(of('77'), [...names, 'four'])).toEqual([]);
  });
});

describe('the manifest of a member that joins', () => {
  const manifest = [
    '# written by kubeadm',
    'metadata: {name: etcd}',
    'spec:',
    '  containers:',
    '    - name: etcd',
    '      image: registry.k8s.io/etcd:3.6.16-0',
    '      command:',
    '        - etcd',
    '        - --name=one',
    '        - --initial-cluster=one=https://one:2380',
    '  hostNetwork: true',
  ].join('\n');

  it('has the flags set, those that were missing added, and everything else as it was', () => {
    const text = withFlags(manifest, { 'initial-cluster': 'one=a,two=b', 'initial-cluster-state': 'existing' });
    expect(parseStaticPod(text)?.flags).toEqual({
      name: 'one',
      'initial-cluster': 'one=a,two=b',
      'initial-cluster-state': 'existing',
    });
    expect(text).toContain('# written by kubeadm');
    expect(parse(text)).toMatchObject({ spec: { hostNetwork: true } });
  });
});
