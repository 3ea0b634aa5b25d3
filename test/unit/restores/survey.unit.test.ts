import { describe, expect, it } from 'vitest';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { claimFindings } from '../../../activities/restores/claim-findings.ts';
import { tarArchives } from '../../../activities/restores/client.ts';
import { findBackup } from '../../../activities/restores/find-backup.ts';
import { readSavedObjects, type SavedObject } from '../../../activities/restores/saved-objects.ts';
import type { PlannedObject } from '../../../activities/restores/types.ts';
import type { VolumeData } from '../../../activities/restores/volume-infos.ts';
import { deadWebhooks } from '../../../activities/restores/webhooks.ts';
import { veleroKinds } from '../../../activities/velero/kinds.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';

const { signal } = new AbortController();

describe('the backup that is taken', () => {
  const cluster = new FakeKubernetes();
  const add = (name: string, phase: string, startTimestamp: string, spec: object = {}) =>
    cluster.add(veleroKinds.backup, {
      metadata: { namespace: 'velero', name },
      spec,
      status: { phase, startTimestamp },
    });
  add('monday', 'Completed', '2026-01-05T00:00:00Z');
  add('tuesday', 'Completed', '2026-01-06T00:00:00Z', {
    includedNamespaces: ['prod-*'],
    excludedNamespaces: ['prod-b'],
  });
  add('wednesday', 'PartiallyFailed', '2026-01-07T00:00:00Z');
  const find = (backup: string, namespaces: string[] | null) =>
    findBackup(cluster, { cluster: 'prod', veleroNamespace: 'velero', backup, namespaces }, signal);

  it.each([
    [['prod-a'], 'tuesday', ['wednesday: PartiallyFailed']],
    [['prod-b'], 'monday', ['wednesday: PartiallyFailed', 'tuesday: without prod-b']],
    [null, 'tuesday', ['wednesday: PartiallyFailed']],
  ])('for %s is %s', async (namespaces, name, others) => {
    expect(await find('latest', namespaces)).toMatchObject({ backup: { name }, others });
  });

  it('is the named one, or none, with those that are there', async () => {
    expect(await find('wednesday', ['x'])).toMatchObject({ backup: { phase: 'PartiallyFailed' }, others: [] });
    expect(await find('sunday', null)).toMatchObject({ backup: null, others: ['wednesday', 'tuesday', 'monday'] });
  });
});

describe('what stands in the way of a claim', () => {
  const claim = (spec: object): SavedObject => ({
    resource: 'persistentvolumeclaims',
    namespace: 'a',
    name: 'data',
    object: { metadata: { namespace: 'a', name: 'data' }, spec } as KubernetesObject,
  });
  const volume = (policy: string): SavedObject => ({
    resource: 'persistentvolumes',
    namespace: null,
    name: 'pv-1',
    object: {
      metadata: { name: 'pv-1', labels: { 'topology.kubernetes.io/zone': 'us-east-1d' } },
      spec: { persistentVolumeReclaimPolicy: policy },
    } as KubernetesObject,
  });
  const planned: PlannedObject = {
    resource: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    from: 'a',
    namespace: 'a',
    name: 'data',
    action: 'create',
  };

  async function findings(data: VolumeData, policy: string, released = false) {
    const cluster = new FakeKubernetes();
    cluster.add(kinds.node, { metadata: { name: 'n', labels: { 'topology.kubernetes.io/zone': 'us-east-1a' } } });
    const spec = { persistentVolumeReclaimPolicy: policy };
    if (released) cluster.add(kinds.volume, { metadata: { name: 'pv-1' }, spec, status: { phase: 'Released' } });
    const saved = [claim({ storageClassName: 'gp3', volumeName: 'pv-1' }), volume(policy)];
    const options = { remapped: false, signal };
    return claimFindings(cluster, saved, [planned], new Map([['pv-1', data]]), options);
  }

  it.each([
    ['native-snapshot', 'Delete', false, ['zone-without-nodes', 1]],
    ['native-snapshot', 'Retain', true, ['zone-without-nodes', 'volume-released', 1]],
    ['csi-snapshot', 'Delete', false, ['no-storage-class', 1]],
    ['none', 'Delete', false, ['no-data', 'no-storage-class', 0]],
    ['none', 'Retain', false, ['no-storage-class', 1]],
  ] as const)('with %s and %s', async (data, policy, released, expected) => {
    const { findings: found, withData } = await findings(data, policy, released);
    expect([...found.map(({ code }) => code), withData]).toEqual(expected);
  });

  it.each([
    ['Delete', true],
    ['Retain', undefined],
  ])('a released volume object with the policy %s goes by itself: %s', async (policy, leaving) => {
    const { findings: found } = await findings('native-snapshot', policy, true);
    expect(found.find(({ code }) => code === 'volume-released')?.leaving).toBe(leaving);
  });
});

describe('a webhook whose backend is away', () => {
  const object: PlannedObject = {
    resource: 'deployments.apps',
    kind: 'Deployment',
    from: 'a',
    namespace: 'a',
    name: 'web',
    action: 'create',
  };
  const webhook = (more: object = {}) => ({
    name: 'w',
    failurePolicy: 'Fail',
    clientConfig: { service: { namespace: 'policy', name: 'hook' } },
    rules: [{ apiGroups: ['apps'], resources: ['deployments'], operations: ['CREATE'] }],
    ...more,
  });

  it.each([
    ['is found', {}, 1],
    ['does not matter when it may fail', { failurePolicy: 'Ignore' }, 0],
    ['does not matter for other kinds', { rules: [{ apiGroups: [''], resources: ['*'], operations: ['*'] }] }, 0],
    ['does not matter for other namespaces', { namespaceSelector: { matchLabels: { team: 'x' } } }, 0],
    ['is not asked behind an address', { clientConfig: { url: 'https://example.com' } }, 0],
  ])('%s', async (_title, more, count) => {
    const cluster = new FakeKubernetes();
    const kind = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'V',
      plural: 'validatingwebhookconfigurations',
      namespaced: false,
    };
    cluster.add(kind, { metadata: { name: 'policy' }, webhooks: [webhook(more)] });
    const labels = new Map([['a', { team: 'y' }]]);
    expect(await deadWebhooks(cluster, [object], labels, signal)).toHaveLength(count);
  });
});

describe('a tarball', () => {
  it('that is none is named as damaged', async () => {
    await expect(readSavedObjects(tarArchives, Buffer.from('<html>'), 'BackupContents of b')).rejects.toMatchObject({
      code: 'velero-file-damaged',
    });
  });
});
