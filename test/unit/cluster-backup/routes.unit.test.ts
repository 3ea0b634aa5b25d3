import { describe, expect, it } from 'vitest';
import { volumePolicy } from '../../../workflows/cluster-backup/objects.ts';
import { claimsInScope, routeOf } from '../../../workflows/cluster-backup/routes.ts';
import { claim, csi, installation, policy } from './facts.ts';

const agent = { nodeAgent: { wanted: 3, ready: 3 } };
const ceph = csi('rbd.csi.ceph.com');
const local = { name: 'pv', backedBy: { kind: 'other', plugin: 'local' } } as const;
const intree = { name: 'pv', backedBy: { kind: 'in-tree-ebs', handle: 'aws://us-east-1a/vol-1' } } as const;

it.each([
  ['EBS by the plugin of AWS', claim('a'), {}, 'native-snapshot', null],
  ['EBS by CSI where the feature is on', claim('a'), { csiFeature: true }, 'csi-snapshot', null],
  ['in-tree EBS by the plugin of AWS', claim('a', { volume: intree }), { csiFeature: true }, 'native-snapshot', null],
  [
    'in-tree EBS without a place',
    claim('a', { volume: intree }),
    { volumeLocations: [] },
    'none',
    /no VolumeSnapshotLo/,
  ],
  ['Ceph by CSI', claim('a', { volume: ceph }), { csiFeature: true }, 'csi-snapshot', null],
  ['Ceph without the feature', claim('a', { volume: ceph }), {}, 'none', /without the feature EnableCSI/],
  [
    'Ceph without a class',
    claim('a', { volume: ceph }),
    { csiFeature: true, snapshotDrivers: [] },
    'none',
    /no VolumeSnapshotClass/,
  ],
  ['Ceph by its files', claim('a', { volume: ceph }), agent, 'file-system', null],
  ['a local volume by its files', claim('a', { volume: local }), agent, 'file-system', null],
  [
    'a local volume without a node agent',
    claim('a', { volume: local }),
    {},
    'none',
    /a local volume has no snapshots; no node agent/,
  ],
  ['a local volume that nobody mounts', claim('a', { volume: local, mounted: false }), agent, 'none', /no running pod/],
  [
    'a node agent that misses nodes',
    claim('a', { volume: local }),
    { nodeAgent: { wanted: 3, ready: 2 } },
    'none',
    /2 of 3/,
  ],
  ['a claim without a volume', claim('a', { volume: null, phase: 'Pending' }), {}, 'none', /it is Pending/],
])('%s', (_title, wanted, changes, route, why) => {
  const found = routeOf(wanted, { ...installation, ...changes }, true);
  expect(found).toMatchObject({ route, why: why === null ? null : expect.stringMatching(why) });
});

it('saves nothing by its files where the policy does not want it', () => {
  expect(routeOf(claim('a', { volume: local }), { ...installation, ...agent }, false)).toMatchObject({ route: 'none' });
});

it('leaves components out that the policy leaves out', () => {
  const claims = [claim('a'), claim('b', { component: 'monitoring' }), claim('c', { component: 'cart' })];
  expect(claimsInScope(policy, claims).map(({ name }) => name)).toEqual(['a', 'c']);
});

describe('the volume policy', () => {
  const actions = (changes: object) =>
    (
      JSON.parse(volumePolicy(policy, { ...installation, ...changes })) as {
        volumePolicies: { conditions: object; action: { type: string } }[];
      }
    ).volumePolicies.map(({ conditions, action }) => `${JSON.stringify(conditions)} ${action.type}`);

  it('snapshots EBS and skips what nobody can save', () => {
    expect(actions({})).toEqual([
      '{"csi":{"driver":"ebs.csi.aws.com"}} snapshot',
      '{"volumeTypes":["awsElasticBlockStore"]} snapshot',
      '{"volumeTypes":["csi"]} skip',
      '{"volumeTypes":["local","hostPath","nfs","cephfs","glusterfs"]} skip',
    ]);
  });

  it('snapshots every driver with a class, and saves the rest by its files', () => {
    const found = actions({ csiFeature: true, ...agent });
    expect(found).toContain('{"csi":{"driver":"rbd.csi.ceph.com"}} snapshot');
    expect(found.filter((line) => line.endsWith('fs-backup'))).toHaveLength(2);
  });
});
