import { describe, expect, it } from 'vitest';
import { decide, needsSnapshot } from '../../../workflows/etcd-restore/decide.ts';
import type { RestoreFacts } from '../../../workflows/etcd-restore/facts.ts';
import { diskOf } from '../etcd/disk-world.ts';
import { controlPlane, etcdCompacting, etcdOf, hostOf, names, record, settings } from '../etcd/members-world.ts';

const now = Date.parse('2026-01-01T01:00:00.000Z');

function factsOf(change: Partial<RestoreFacts> = {}): RestoreFacts {
  return {
    controlPlane,
    machines: [],
    hosts: names.map((name) => ({ host: `host-${name}`, facts: hostOf(name) })),
    etcd: etcdOf([...names]),
    disks: [],
    snapshots: { records: [record], unusable: [] },
    snapshot: { kind: 'good', bucket: 'etcd-bucket', record },
    rewind: null,
    survivors: [],
    backups: [],
    ...change,
  };
}

function verdict(facts: RestoreFacts, options: { force?: boolean; fence?: boolean } = {}) {
  return decide({ input: { cluster: 'prod', dryRun: false, approval: 'automatic', ...options }, settings }, facts, now);
}

const good = (changed: Partial<typeof record>) => ({
  kind: 'good' as const,
  bucket: 'etcd-bucket',
  record: { ...record, ...changed },
});

describe('etcd is restored', () => {
  it('when no member answers, on every host, with a bump beyond every known revision', () => {
    const found = verdict(factsOf());
    expect(found).toMatchObject({ kind: 'proceed', work: { bumpRevision: 1_000_000_000 } });
    if (found.kind !== 'proceed') return;
    expect('hosts' in found.work && found.work.hosts.map(({ member }) => member)).toEqual([...names]);
    expect(found.draft.recoveryPoint.seconds).toBe(3600);
  });

  it('when the quorum is lost', () => {
    expect(verdict(factsOf({ etcd: etcdOf(['two', 'three']) })).kind).toBe('proceed');
  });

  it('when the operator insists although a minority is broken', () => {
    expect(verdict(factsOf({ etcd: etcdOf(['two']) }), { force: true })).toMatchObject({
      work: { remedy: 'restore-all' },
    });
  });

  it('when it is healthy and the operator insists', () => {
    expect(verdict(factsOf({ etcd: etcdOf() }), { force: true }).kind).toBe('proceed');
  });

  it('by the same plan for the same facts at another time', () => {
    const plans = [0, 5_000].map((later) =>
      decide({ input: { cluster: 'prod', dryRun: false, approval: 'required' }, settings }, factsOf(), now + later),
    );
    expect(plans.map((plan) => (plan.kind === 'proceed' ? plan.work : null))[0]).toEqual(
      plans.map((plan) => (plan.kind === 'proceed' ? plan.work : null))[1],
    );
  });
});

describe('a minority joins anew, and the cluster is not restored', () => {
  const silent = etcdOf(['two']);
  const alarm = { ...etcdOf(), alarms: [{ memberId: etcdOf().members[0]?.id ?? '', alarm: 'CORRUPT' }] };
  const told = etcdOf();
  const errors = [`memberID:${told.members[2]?.id} alarm:CORRUPT `];
  const onlyTold = { ...told, statuses: told.statuses.map((status) => ({ ...status, errors })) };
  const foreign = etcdOf();
  const other = foreign.statuses.map((status, index) =>
    index === 0 ? { ...status, clusterId: '7', leaderId: '0' } : status,
  );
  const learner = etcdOf();
  it.each([
    ['does not answer', silent, 'two'],
    ['has other data than the others', etcdOf([], { three: 8 }), 'three'],
    ['has the alarm CORRUPT', alarm, 'one'],
    ['has the alarm CORRUPT by the word of the others alone', onlyTold, 'three'],
    ['has the data of another cluster', { ...foreign, statuses: other }, 'one'],
    [
      'is a learner',
      { ...learner, members: learner.members.map((one) => ({ ...one, learner: one.name === 'two' })) },
      'two',
    ],
  ] as const)('a member that %s', (_complaint, etcd, broken) => {
    const found = verdict(factsOf({ etcd, snapshot: null }));
    expect(found).toMatchObject({
      kind: 'proceed',
      work: { remedy: 'replace-members', broken: [{ member: broken, memberId: expect.stringMatching(/^\d+$/) }] },
    });
  });

  it('no member because the list of the members was not answered', () => {
    const found = verdict(factsOf({ etcd: { ...etcdOf(), members: [], unanswered: ['members'] } }));
    expect(found).toMatchObject({ kind: 'refuse', code: 'etcd-healthy' });
  });

  it('a member that the cluster does not list any more', () => {
    const members = etcdOf().members.filter(({ name }) => name !== 'three');
    const found = verdict(factsOf({ etcd: { ...etcdOf(['three']), members } }));
    expect(found).toMatchObject({ work: { broken: [{ member: 'three', memberId: null }] } });
  });

  it('also where the cluster has but one voter, the others having left it', () => {
    const one = { ...etcdOf(['two', 'three'], {}, true), members: etcdOf().members.slice(0, 1) };
    expect(verdict(factsOf({ etcd: one }))).toMatchObject({
      work: { broken: [{ member: 'two' }, { member: 'three' }] },
    });
  });
});

describe('without a snapshot', () => {
  const survivors = names.slice(1).map((name, index) => ({
    host: `host-${name}`,
    member: name,
    term: 9 - index,
    lastIndex: 500,
    commitIndex: 400 + index,
  }));
  const nothing = { snapshot: null, snapshots: { records: [], unusable: [] } };

  it('etcd is built anew from the host that has committed most, after an approval, whatever its term', () => {
    const found = verdict(factsOf({ ...nothing, survivors }));
    expect(found).toMatchObject({
      kind: 'proceed',
      work: { remedy: 'restore-all', snapshot: null, survivor: { host: 'host-three', commitIndex: 401 } },
      draft: { approvalBecause: expect.any(String), recoveryPoint: { seconds: null } },
    });
  });

  it('is refused when a snapshot was named, or no data can be opened', () => {
    for (const facts of [factsOf({ ...nothing, survivors: [] }), factsOf(nothing)]) {
      expect(verdict(facts)).toMatchObject({ code: 'no-etcd-snapshot' });
    }
    const named = { cluster: 'prod', dryRun: false, approval: 'automatic', snapshot: 's3://b/k' } as const;
    expect(decide({ input: named, settings }, factsOf({ ...nothing, survivors }), now)).toMatchObject({
      code: 'no-etcd-snapshot',
    });
  });
});

describe('hosts that do not answer', () => {
  const silent = (...lost: string[]) =>
    names.map((name) =>
      lost.includes(name)
        ? { host: `host-${name}`, facts: null, why: 'unavailable: no answer' }
        : { host: `host-${name}`, facts: hostOf(name) },
    );
  const machine = (instanceId: string, state: 'running' | 'missing' | 'stopped' = 'running') =>
    ({ instanceId, state, zone: 'us-east-1a', group: null, checks: 'ok', fencedBy: null }) as const;
  const twoGone = {
    hosts: silent('two', 'three'),
    etcd: etcdOf(['two', 'three']),
    machines: [machine('i-00000002'), machine('i-00000003')],
  };

  it('are fenced where that was asked for, and the others are restored without them, after an approval', () => {
    const found = verdict(factsOf(twoGone), { fence: true });
    expect(found).toMatchObject({
      kind: 'proceed',
      work: {
        hosts: [{ host: 'host-one' }],
        fenced: [
          { host: 'host-two', instanceId: 'i-00000002', off: false },
          { host: 'host-three', instanceId: 'i-00000003', off: false },
        ],
      },
      draft: { approvalBecause: expect.any(String) },
    });
  });

  it('that EC2 proves to be stopped need no fence and no approval', () => {
    const machines = [machine('i-00000002', 'stopped'), machine('i-00000003', 'stopped')];
    const found = verdict(factsOf({ ...twoGone, machines }));
    expect(found).toMatchObject({
      kind: 'proceed',
      work: { remedy: 'restore-all', fenced: [{ off: true }, { off: true }] },
    });
    expect(found.kind === 'proceed' && found.draft.approvalBecause).toBeUndefined();
  });

  it('do not keep another one from joining anew once EC2 proves that they are stopped', () => {
    const etcd = { ...etcdOf(['two', 'three'], {}, true), members: etcdOf().members.slice(0, 1) };
    const machines = [machine('i-00000003', 'stopped')];
    const found = verdict(factsOf({ hosts: silent('three'), etcd, machines }));
    expect(found).toMatchObject({ work: { remedy: 'replace-members', broken: [{ member: 'two', memberId: null }] } });
  });

  it.each([
    ['no fence was asked for', factsOf(twoGone), false],
    ['EC2 does not know the machine', factsOf({ ...twoGone, machines: [machine('i-00000002', 'missing')] }), true],
    ['the inventory names no machine', factsOf({ ...twoGone, controlPlane: { ...controlPlane, instances: {} } }), true],
    ['nobody is left', factsOf({ ...twoGone, hosts: silent(...names), etcd: null }), true],
    [
      'the others hold the quorum',
      factsOf({ hosts: silent('two'), etcd: etcdOf(['two']), machines: [machine('i-00000002')] }),
      true,
    ],
  ] as const)('are a refusal when %s', (_reason, facts, fence) => {
    expect(verdict(facts, { fence })).toMatchObject({ kind: 'refuse', code: 'host-unreachable' });
  });
});

describe('a disk that is slow', () => {
  const disks = [
    { host: 'host-one', disk: diskOf([1, 1, 1, 1, 1, 1]) },
    { host: 'host-two', disk: diskOf([300, 310, 320, 290, 280, 300]) },
  ];
  const leaderless = etcdOf([], {}, false);
  const silentHash = { ...etcdOf(), hashes: etcdOf().hashes.filter(({ endpoint }) => !endpoint.includes('two')) };

  it.each([
    ['all members agree', etcdOf()],
    ['its member has not told its hash in time', silentHash],
    ['all answer, and have no leader', leaderless],
    ['the quorum answers, and has no leader', etcdOf(['three'], {}, false)],
  ] as const)('is no reason for a recovery when %s', (_state, etcd) => {
    const facts = factsOf({ etcd, disks, snapshot: null });
    expect(needsSnapshot({ cluster: 'prod' }, facts)).toBe(false);
    const found = verdict(facts);
    expect(found).toMatchObject({ kind: 'refuse', code: 'etcd-disk-slow' });
    expect(found.kind === 'refuse' && found.message).toMatch(
      /slow on host-two \(99th percentile of the log's fsync \d+ ms of 6/,
    );
    expect(found.kind === 'refuse' && found.message).not.toContain('host-one');
  });

  it.each([
    ['another member has other data', etcdOf([], { three: 8 }), {}, 'replace-members'],
    ['its member does not answer', etcdOf(['two']), {}, 'replace-members'],
    ['the quorum does not answer', etcdOf(['two', 'three']), {}, 'restore-all'],
    ['members without a leader have different data', etcdOf(['three'], { one: 8 }, false), {}, 'restore-all'],
    ['the operator insists', leaderless, { force: true }, 'restore-all'],
  ] as const)('keeps nothing from its recovery, and is named in the plan, when %s', (_state, etcd, options, remedy) => {
    const facts = factsOf({ etcd, disks });
    const found = verdict(facts, options);
    expect(found).toMatchObject({ kind: 'proceed', work: { remedy } });
    if (found.kind !== 'proceed') return;
    const [precondition] = found.draft.preconditions.filter(({ name }) => name === 'the disks of etcd are fast enough');
    expect(precondition).toMatchObject({
      met: false,
      blocking: false,
      detail: expect.stringMatching(/^slow on host-two: /),
    });
    const fine = verdict(factsOf({ etcd, disks: disks.slice(0, 1) }), options);
    if (fine.kind !== 'proceed') throw new Error(fine.kind);
    expect(fine.draft.preconditions).toContainEqual({
      ...precondition,
      met: true,
      detail: expect.stringMatching(/^host-one: /),
    });
    // A disk at the limit, which is slow at one look and not at the next, asks nobody for another approval.
    expect(fine.draft.warnings).toEqual(found.draft.warnings);
  });

  it('is another reason to look at a member without a hash only where it is the disk of that member', () => {
    const elsewhere = disks.map(({ disk }, index) => ({ host: ['host-one', 'host-three'][index] ?? '', disk }));
    expect(verdict(factsOf({ etcd: silentHash, disks: elsewhere }))).toMatchObject({
      work: { remedy: 'replace-members', broken: [{ member: 'two' }] },
      draft: { approvalBecause: expect.stringContaining('the member on host-two answers') },
    });
    const otherData = verdict(factsOf({ etcd: etcdOf([], { three: 8 }) }));
    expect(otherData.kind === 'proceed' && otherData.draft.approvalBecause).toBeUndefined();
  });

  it('can be why a member compacts later than the others: its hash is then no sign of other data', () => {
    expect(verdict(factsOf({ etcd: etcdCompacting('two'), disks }))).toMatchObject({ code: 'etcd-disk-slow' });
    const fine = verdict(factsOf({ etcd: etcdCompacting('two'), disks: [] }));
    expect(fine).toMatchObject({ reason: expect.stringContaining('two has compacted up to 1, not to 50') });
  });

  it('is not made up where nobody could measure it', () => {
    const unknown = names.map((name) => ({ host: `host-${name}`, disk: null }));
    expect(verdict(factsOf({ etcd: etcdOf(), disks: unknown }))).toMatchObject({ code: 'etcd-healthy' });
    expect(verdict(factsOf({ etcd: leaderless, disks: unknown }))).toMatchObject({ code: 'etcd-leaderless' });
  });
});

it.each([
  ['1.36.0', false],
  ['1.35.9', false],
  ['1.34.9', true],
  [null, false],
] as const)('a snapshot of Kubernetes %s is warned of: %s', (kubernetesVersion, warned) => {
  const found = verdict(factsOf({ snapshot: good({ kubernetesVersion }) }));
  expect(found.kind).toBe('proceed');
  expect(found.kind === 'proceed' && found.draft.warnings.join().includes('not served any more')).toBe(warned);
});

describe('data that is there', () => {
  const data = (...hosts: string[]) =>
    hosts.map((host) => ({ host, member: host.replace('host-', ''), term: 2, commitIndex: 5, lastIndex: 5 }));
  const because = (facts: RestoreFacts, force = false) => {
    const found = verdict(facts, { force });
    return found.kind === 'proceed' ? found.draft.approvalBecause : found.code;
  };

  it('of a quorum that answers and only lacks a leader is not given up for an older snapshot', () => {
    const leaderless = factsOf({ etcd: etcdOf(['three'], {}, false) });
    expect(needsSnapshot({ cluster: 'prod' }, leaderless)).toBe(false);
    expect(because(leaderless)).toBe('etcd-leaderless');
    expect(because(leaderless, true)).toBeUndefined();
  });

  it('of one member that does not answer is set aside only by a person: its host may just have booted', () => {
    const etcd = etcdOf(['two']);
    expect(because(factsOf({ etcd, survivors: data('host-two') }))).toContain('data on host-two can be opened');
    expect(because(factsOf({ etcd }))).toBeUndefined();
    const taken = { ...etcd, members: etcd.members.filter(({ name }) => name !== 'two') };
    expect(because(factsOf({ etcd: taken, survivors: data('host-two') }))).toBeUndefined();
  });

  it('of a quorum that does not answer is given up only by a person: it may be that nobody starts etcd', () => {
    expect(because(factsOf({ survivors: data('host-two', 'host-one') }))).toContain(
      'data on host-one, host-two can be opened',
    );
    expect(because(factsOf({ survivors: data('host-one') }))).toBeUndefined();
    expect(because(factsOf({ survivors: data('host-one', 'host-two', 'host-three') }), true)).toBeUndefined();
  });
});

describe('an alarm', () => {
  const [one] = etcdOf().members;
  it.each([
    ['NOSPACE of a member', [{ memberId: one?.id ?? '', alarm: 'NOSPACE' }], 'NOSPACE of one'],
    [
      'CORRUPT that etcd could pin on nobody',
      [{ memberId: '0', alarm: 'CORRUPT' }],
      'CORRUPT of 0, which is no member',
    ],
  ] as const)('%s is neither health nor a reason for a restore', (_alarm, alarms, told) => {
    for (const etcd of [etcdOf(), etcdOf(['three'])]) {
      const found = verdict(factsOf({ etcd: { ...etcd, alarms } }));
      expect(found).toMatchObject({ kind: 'refuse', code: 'etcd-alarm', message: expect.stringContaining(told) });
    }
    expect(verdict(factsOf({ etcd: { ...etcdOf(), alarms } }), { force: true }).kind).toBe('proceed');
    // Where the question was not answered, the members' own words count.
    const errors = alarms.map(({ memberId, alarm }) => `memberID:${memberId} alarm:${alarm} `);
    const statuses = etcdOf().statuses.map((status) => ({ ...status, errors }));
    const mute = { ...etcdOf(), statuses, unanswered: ['alarms'] as const };
    expect(verdict(factsOf({ etcd: mute }))).toMatchObject({ kind: 'refuse', code: 'etcd-alarm' });
    // Without a quorum it matters no more: what comes back is another cluster.
    expect(verdict(factsOf({ etcd: { ...etcdOf(['two', 'three']), alarms } })).kind).toBe('proceed');
  });
});

describe('a restore is refused', () => {
  const split = etcdOf();
  const twoClusters = {
    ...split,
    statuses: split.statuses.map((status, index) =>
      index === 0 ? { ...status, clusterId: '7', leaderId: status.memberId } : status,
    ),
  };
  // A member that joined later: only the list of the members knows it.
  const fourth = { id: '9', name: 'four', peerUrl: 'https://four:2380', clientUrls: [], learner: false };
  const withFourth = { ...etcdOf(['two', 'three']), members: [...etcdOf().members, fourth] };
  const file = { file: 'peer.crt', expiresAt: '2025-12-31T00:00:00.000Z', daysLeft: -1, problem: 'ran out' };
  const expired = names.map((name) => ({ host: `host-${name}`, facts: hostOf(name, { certificates: [file] }) }));
  const absent = { host: 'host-two', facts: null, why: 'unavailable: no answer' };
  it.each([
    ['etcd-out-of-reach', factsOf({ controlPlane: { ...controlPlane, kind: 'eks' } })],
    ['host-unreachable', factsOf({ hosts: [{ host: 'host-one', facts: hostOf('one') }, absent] })],
    ['hosts-missing', factsOf({ hosts: [{ host: 'host-one', facts: hostOf('one') }] })],
    ['etcd-healthy', factsOf({ etcd: etcdOf() })],
    ['hosts-missing', factsOf({ etcd: withFourth })],
    ['certificates-invalid', factsOf({ hosts: expired })],
    ['certificates-invalid', factsOf({ hosts: expired, etcd: etcdOf() })],
    ['etcd-two-clusters', factsOf({ etcd: twoClusters })],
    ['no-etcd-snapshot', factsOf({ snapshot: null, snapshots: { records: [], unusable: [] } })],
    ['snapshot-tampered', factsOf({ snapshot: { kind: 'bad', code: 'snapshot-tampered', message: 'other bytes' } })],
    ['snapshot-version-skew', factsOf({ snapshot: good({ etcdVersion: '3.5.21' }) })],
    ['snapshot-version-skew', factsOf({ snapshot: good({ kubernetesVersion: '1.37.0' }) })],
    ['encryption-key-missing', factsOf({ snapshot: good({ encryptionKeys: ['secretbox/key2/ffff'] }) })],
    ['no-etcd-snapshot', factsOf({ snapshot: good({ cluster: 'other' }) })],
    ['hosts-missing', factsOf({ snapshot: good({ members: [...record.members, ...record.members] }) })],
  ] as const)('as %s', (code, facts) => {
    expect(verdict(facts)).toMatchObject({ kind: 'refuse', code });
  });

  it('when a host has another etcdutl than its member, or cannot read its encryption keys', () => {
    const other = hostOf('one');
    const tool = { ...other, etcd: { ...other.etcd, toolVersion: '3.5.9' } };
    const keys = hostOf('one', { problems: ['the EncryptionConfiguration cannot be read'] });
    for (const facts of [tool, keys]) {
      expect(verdict(factsOf({ hosts: [{ host: 'host-one', facts }] }))).toMatchObject({ code: 'host-not-ready' });
    }
  });

  it('before execution when a host has no room', () => {
    const small = hostOf('one');
    const facts = { ...small, etcd: { ...small.etcd, freeBytes: 1_000 } };
    const others = names.slice(1).map((name) => ({ host: `host-${name}`, facts: hostOf(name) }));
    const found = verdict(factsOf({ hosts: [{ host: 'host-one', facts }, ...others] }));
    expect(
      found.kind === 'proceed' && found.draft.preconditions.filter(({ met, blocking }) => blocking && !met),
    ).toEqual([expect.objectContaining({ name: 'room on host-one' })]);
  });
});
