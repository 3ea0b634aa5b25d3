import { describe, expect, it } from 'vitest';
import { mergeRules } from '../../../activities/backup-stores/merge-rules.ts';
import { movedVolumes } from '../../../activities/backup-stores/moved-volumes.ts';
import { zoneChanges, zonesAskedFor } from '../../../activities/backup-stores/zones.ts';
import type { SavedObject } from '../../../activities/restores/saved-objects.ts';
import { parseNativeSnapshots } from '../../../activities/restores/volume-infos.ts';

const zone = 'topology.kubernetes.io/zone';
const mapping = { 'us-east-1a': 'us-west-2a', 'us-east-1b': 'us-west-2a' };

function saved(resource: string, name: string, spec: object, namespace: string | null = 'shop'): SavedObject {
  return { resource, namespace, name, object: { kind: resource, metadata: { name }, spec } };
}

const inZones = (values: readonly string[], key: string = zone) => ({
  matchExpressions: [{ key, operator: 'In', values }],
});
const required = (...terms: object[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
});
const deployment = (name: string, spec: object) => saved('deployments.apps', name, { template: { spec } });

describe('workloads of another zone', () => {
  it('are sent where the mapping says, by node selector and affinity, each with its old and new labels', () => {
    const changes = zoneChanges(
      [
        deployment('web', { nodeSelector: { [zone]: 'us-east-1a', disk: 'ssd' } }),
        saved('cronjobs.batch', 'mail', {
          jobTemplate: { spec: { template: { spec: { nodeSelector: { [zone]: 'us-east-1a' } } } } },
        }),
        saved('statefulsets.apps', 'db', {
          template: {
            spec: {
              affinity: required(
                inZones(['us-east-1a', 'us-east-1b', 'us-east-1c']),
                inZones(['x'], 'kubernetes.io/arch'),
              ),
            },
          },
        }),
        saved('pods', 'one', {
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 1, preference: inZones(['us-east-1b'], 'failure-domain.beta.kubernetes.io/zone') },
              ],
            },
          },
        }),
      ],
      mapping,
    );
    expect(changes.map(({ patch }) => patch)).toEqual([
      { spec: { template: { spec: { nodeSelector: { [zone]: 'us-west-2a' } } } } },
      { spec: { jobTemplate: { spec: { template: { spec: { nodeSelector: { [zone]: 'us-west-2a' } } } } } } },
      {
        spec: {
          template: {
            spec: { affinity: required(inZones(['us-west-2a', 'us-east-1c']), inZones(['x'], 'kubernetes.io/arch')) },
          },
        },
      },
      {
        spec: {
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 1, preference: inZones(['us-west-2a'], 'failure-domain.beta.kubernetes.io/zone') },
              ],
            },
          },
        },
      },
    ]);
    expect(mergeRules(changes)[0]?.conditions).toEqual({
      groupResource: 'deployments.apps',
      namespaces: ['shop'],
      resourceNameRegex: '^(web)$',
    });
  });

  it('are left as they are where they name no zone of the mapping', () => {
    const objects = [
      deployment('anywhere', {}),
      deployment('elsewhere', { nodeSelector: { [zone]: 'us-east-1c' }, affinity: required(inZones(['us-east-1c'])) }),
      saved('services', 'front', { nodeSelector: { [zone]: 'us-east-1a' } }),
    ];
    expect(zoneChanges(objects, mapping)).toEqual([]);
    expect(zonesAskedFor(objects[0] as SavedObject)).toEqual([]);
    expect(zonesAskedFor(objects[1] as SavedObject)).toEqual(['us-east-1c']);
  });
});

describe('volumes of another zone', () => {
  const infos = [
    {
      pvName: 'pv-1',
      backupMethod: 'NativeSnapshot',
      result: 'succeeded',
      nativeSnapshotInfo: { snapshotHandle: 'snap-1', volumeType: 'io2', volumeAZ: 'us-east-1a', iops: '400' },
    },
    {
      pvName: 'pv-2',
      backupMethod: 'NativeSnapshot',
      result: 'failed',
      nativeSnapshotInfo: { snapshotHandle: 'snap-2' },
    },
    { pvName: 'pv-3', backupMethod: 'CSISnapshot', result: 'succeeded' },
  ];
  const snapshots = parseNativeSnapshots(JSON.stringify(infos), 'volumeinfo');
  const claim = (name: string, volumeName: string) =>
    saved('persistentvolumeclaims', name, { volumeName, storageClassName: 'gp3' });
  const volume = (name: string) => saved('persistentvolumes', name, { storageClassName: 'gp3' }, null);
  const objects = [
    ...[claim('a', 'pv-1'), claim('b', 'pv-2'), claim('c', 'pv-3'), claim('d', 'pv-none')],
    ...[volume('pv-1'), volume('pv-2'), volume('pv-3')],
    { ...saved('namespaces', 'shop', {}, null), object: { metadata: { name: 'shop', labels: { team: 'x' } } } },
  ];

  it('are made by the recovery where Velero would make them in the zone of its own file', () => {
    const moved = movedVolumes(objects, snapshots, { zones: mapping, storageClasses: { gp3: 'fast' } });
    expect(moved).toMatchObject([
      {
        ...{ snapshotId: 'snap-1', type: 'io2', iops: 400, fromZone: 'us-east-1a', zone: 'us-west-2a' },
        volume: { metadata: { name: 'pv-1' }, spec: { storageClassName: 'fast' } },
        claim: { metadata: { name: 'a' }, spec: { storageClassName: 'fast' } },
        namespace: { name: 'shop', labels: { team: 'x' } },
      },
    ]);
  });

  it('are left to Velero where the mapping has nothing of their zone', () => {
    expect(movedVolumes(objects, snapshots, { zones: { 'us-east-1b': 'x' }, storageClasses: {} })).toEqual([]);
    expect(movedVolumes(objects, snapshots, { zones: {}, storageClasses: {} })).toEqual([]);
  });
});
