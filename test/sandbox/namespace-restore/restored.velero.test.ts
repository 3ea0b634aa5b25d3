import { beforeAll, describe, expect, it } from 'vitest';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import type { PersistentVolumeClaim } from '../../../activities/kubernetes/objects.ts';
import type { PlannedObject } from '../../../activities/restores/types.ts';
import { readOrders } from '../../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../../sandbox/seed/pod-database.ts';
import { productionDatabase } from '../../../sandbox/seed/production.ts';
import { objectContent } from '../../worlds/object-content.ts';
import {
  configMapKind,
  deleteNamespace,
  everything,
  restoresOf,
  takeBackup,
  webNamespace,
} from '../../worlds/restore-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';
import { claimsOf, restoreGround } from './restore-ground.ts';

const sandbox = sharedSandbox();
const ground = restoreGround(sandbox, 'restored');
let backup = '';
let first = '';
let second = '';

beforeAll(async () => {
  [first, second, backup] = [ground.named('shop'), ground.named('blog'), ground.named('night')];
  await Promise.all([webNamespace(ground.port, first), webNamespace(ground.port, second)]);
  expect(await takeBackup(ground.port, backup, ['production', first, second])).toMatchObject({ phase: 'Completed' });
});

describe('a deleted namespace', () => {
  it('comes back from the latest backup with its database, and nothing else is done than the dry run listed', async () => {
    const database = podDatabase(sandbox.context, {
      cluster: 'prod',
      namespace: 'production',
      name: productionDatabase.pod,
    });
    const before = await readOrders(database);
    await sandbox.break('namespace-deleted');
    const input = { backup: 'latest', namespaces: ['production'] };
    const dry = await ground.restore({ ...input, dryRun: true });
    expect(dry.result).toMatchObject({ status: 'planned' });
    expect((await everything(ground.port, 'production')).size).toBe(0);

    const run = await ground.restore(input);
    expect(run.result).toMatchObject({ status: 'recovered' });
    expect(claimsOf(run)).toEqual(['restored proved', 'bound proved', 'ready proved', 'consistent proved']);
    expect(run.report.plan?.summary).toContain(backup);
    expect(await restoresOf(ground.port, run.recoveryId)).toHaveLength(1);
    const pod = { cluster: 'prod', namespace: 'production', name: productionDatabase.pod };
    expect(await readOrders(podDatabase(sandbox.context, pod))).toEqual(before);

    const planned = await ground.plannedOf(dry);
    expect(await ground.plannedOf(run)).toEqual(planned);
    const there = await everything(ground.port, 'production');
    const created = planned.filter(({ action, namespace }) => action === 'create' && namespace !== null);
    expect(created.filter((one) => !there.has(keyOf(one)))).toEqual([]);
    // What was made by Velero and is not in the list would be labelled by it all the same.
    const byVelero = [...there].flatMap(([key, { metadata }]) =>
      metadata.labels?.['velero.io/restore-name'] === undefined ? [] : key,
    );
    expect(
      byVelero.filter(
        (key) => !created.some((one) => keyOf(one) === key) && !/^(pods|replicasets|endpoint|controllerrev)/.test(key),
      ),
    ).toEqual([]);
    expect(created.map(keyOf)).toEqual(
      expect.arrayContaining(['deployments.apps web', 'statefulsets.apps db', 'persistentvolumeclaims data-db-0']),
    );

    const again = await ground.restore(input);
    expect(again.result).toMatchObject({ status: 'refused', reason: 'nothing-to-restore' });

    // Velero's own update would write the uid of the lost claim into the volume object.
    const bound = { namespace: 'production', name: productionDatabase.claim };
    const claim = await ground.port.read<PersistentVolumeClaim>(kinds.claim, bound);
    const volume = { name: claim?.spec.volumeName ?? '' };
    const settings = { namespace: 'production', name: 'web-settings' };
    await ground.port.patch(configMapKind, settings, { data: { changed: 'by somebody' } });
    expect((await ground.restore({ ...input, existing: 'update' })).result).toMatchObject({ status: 'recovered' });
    expect(await ground.port.read(kinds.volume, volume)).toMatchObject({
      spec: { claimRef: { uid: claim?.metadata.uid } },
      status: { phase: 'Bound' },
    });
    expect((await ground.port.read(configMapKind, settings))?.data).not.toHaveProperty('changed');
  });
});

describe('a part of two namespaces', () => {
  it('comes back by kinds and selector, and nothing else is touched', async () => {
    for (const namespace of [first, second]) {
      await ground.port.remove(kinds.deployment, { namespace, name: 'web' });
      await ground.port.remove({ ...configMapKind, kind: 'Service', plural: 'services' }, { namespace, name: 'web' });
      await ground.port.remove(configMapKind, { namespace, name: 'web-settings' });
    }
    const before = new Map([...(await everything(ground.port, first)), ...(await everything(ground.port, 'staging'))]);
    const run = await ground.restore({
      backup,
      namespaces: [first, second],
      resources: ['deployments', 'statefulsets', 'services'],
      selector: 'app.kubernetes.io/tier=frontend',
    });
    expect(run.result).toMatchObject({ status: 'recovered' });
    const planned = (await ground.plannedOf(run)).filter(({ action }) => action === 'create');
    expect(planned.map(({ namespace, resource }) => `${namespace} ${resource}`).sort()).toEqual(
      [first, second].flatMap((namespace) => [`${namespace} deployments.apps`, `${namespace} services`]).sort(),
    );
    expect(await ground.port.read(configMapKind, { namespace: first, name: 'web-settings' })).toBeNull();
    const after = new Map([...(await everything(ground.port, first)), ...(await everything(ground.port, 'staging'))]);
    const changed = [...before].filter(
      ([key, object]) =>
        !/^(pods|replicasets|endpoint)/.test(key) && objectContent(after.get(key) ?? {}) !== objectContent(object),
    );
    expect(changed.map(([key]) => key)).toEqual([]);
  });

  it('comes back under another name, with a modifier, in a namespace that was never there', async () => {
    const copy = ground.named('copy');
    const run = await ground.restore({
      backup,
      namespaces: [first],
      namespaceMapping: { [first]: copy },
      modifiers: [
        {
          conditions: { groupResource: 'deployments.apps', namespaces: [first] },
          patches: [{ operation: 'replace', path: '/spec/replicas', value: '0' }],
        },
      ],
    });
    expect(run.result).toMatchObject({ status: 'recovered' });
    expect(await ground.port.read(kinds.deployment, { namespace: copy, name: 'web' })).toMatchObject({
      spec: { replicas: 0 },
    });
    const left = await ground.port.list(configMapKind, { namespace: 'velero' });
    expect(left.filter(({ metadata }) => metadata.name.includes(run.recoveryId))).toEqual([]);
    await deleteNamespace(ground.port, copy);
  });
});

describe('a namespace that was changed', () => {
  it('is kept, changed or made anew, by the policy, and what is not as saved is named', async () => {
    const settings = { namespace: second, name: 'web-settings' };
    await ground.restore({ backup, namespaces: [second] });
    await ground.port.patch(configMapKind, settings, { data: { changed: 'by somebody' } });
    // A selector cannot be changed.
    const web = await ground.port.read(kinds.deployment, { namespace: second, name: 'web' });
    await ground.port.remove(kinds.deployment, { namespace: second, name: 'web' });
    const labels = { app: 'web', other: 'yes' };
    const spec = { ...(web?.spec as { template: { metadata: object } }), selector: { matchLabels: labels } };
    const template = { ...spec.template, metadata: { labels } };
    await ground.port.create(kinds.deployment, {
      metadata: { namespace: second, name: 'web', labels: { app: 'web' } },
      spec: { ...spec, template },
    });

    const nothing = await ground.restore({ backup, namespaces: [second], existing: 'keep' });
    expect(nothing.result).toMatchObject({ status: 'refused', reason: 'nothing-to-restore' });
    await ground.port.remove(
      { ...configMapKind, kind: 'Service', plural: 'services' },
      { namespace: second, name: 'web' },
    );
    const kept = await ground.restore({ backup, namespaces: [second], existing: 'keep' });
    expect(kept.result).toMatchObject({ status: 'partial' });
    expect(problemsOf(kept.result)).toEqual(
      expect.arrayContaining([`ConfigMap ${second}/web-settings`, `Deployment ${second}/web`]),
    );
    expect(await ground.port.read(configMapKind, settings)).toMatchObject({ data: { changed: 'by somebody' } });

    const updated = await ground.restore({ backup, namespaces: [second], existing: 'update' });
    expect(updated.result).toMatchObject({ status: 'partial' });
    expect(problemsOf(updated.result)).toEqual([
      expect.stringContaining('objects of backup'),
      `Deployment ${second}/web`,
    ]);
    expect((await ground.port.read(configMapKind, settings))?.data).not.toHaveProperty('changed');

    const anew = await ground.restore({ backup, namespaces: [second], existing: 'recreate' });
    expect(anew.result).toMatchObject({ status: 'recovered' });
    expect(await ground.port.read(kinds.deployment, { namespace: second, name: 'web' })).toMatchObject({
      spec: { selector: { matchLabels: { app: 'web' } } },
    });
  });
});

function keyOf({ resource, name }: PlannedObject): string {
  return `${resource} ${name}`;
}

function problemsOf(result: { status: string }): string[] {
  return 'problems' in result ? (result.problems as { target: string }[]).map(({ target }) => target) : [];
}
