import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { createVeleroActivities, type VeleroActivities } from '../../../activities/velero/activities.ts';
import { downloadKnown } from '../../../activities/velero/download.ts';
import { veleroKinds } from '../../../activities/velero/kinds.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

const place = { cluster: 'prod', veleroNamespace: 'velero' };
const holder = { recoveryId: 'r-1', workflowId: 'namespace-restore/prod' };
const ref = { namespace: 'velero', name: 'run-1' };
const named = { ...place, name: 'run-1' };

let cluster: FakeKubernetes;
let pace: TestPace;
let stored: Record<string, Buffer>;
let velero: VeleroActivities;

/** A server that signs and answers as soon as time passes. */
async function serve(): Promise<void> {
  for (const request of await cluster.list<KubernetesObject>(veleroKinds.downloadRequest)) {
    const { target } = request.spec as { target: { kind: string } };
    const status = { phase: 'Processed', downloadURL: target.kind };
    cluster.edit(veleroKinds.downloadRequest, request.metadata, { status });
  }
  for (const request of await cluster.list(veleroKinds.serverStatusRequest)) {
    const status = {
      phase: 'Processed',
      serverVersion: 'v1',
      plugins: ['b', 'a', 'a'].map((name) => ({ name, kind: 'K' })),
    };
    cluster.edit(veleroKinds.serverStatusRequest, request.metadata, { status });
  }
}

const files = { fetch: async (url: string) => stored[url] ?? null };

beforeEach(() => {
  cluster = new FakeKubernetes();
  pace = new TestPace();
  pace.onSleep = () => void serve();
  stored = {};
  velero = createVeleroActivities({ clusters: cluster.clusters, pace });
});

describe('the health', () => {
  it('is what the server itself answers, and leaves nothing behind', async () => {
    const { server } = await velero.readVeleroHealth({ ...place, ...holder, limitSeconds: 10 });
    expect(server).toEqual({ version: 'v1', plugins: ['K a', 'K b'] });
    expect(await cluster.list(veleroKinds.serverStatusRequest)).toEqual([]);
  });

  it('has no server when none answers, and leaves nothing behind', async () => {
    pace.onSleep = () => {};
    const { server } = await velero.readVeleroHealth({ ...place, ...holder, limitSeconds: 10 });
    expect(server).toBeNull();
    expect(await cluster.list(veleroKinds.serverStatusRequest)).toEqual([]);
  });
});

describe('the creation of a restore', () => {
  const input = { ...named, ...holder, spec: { backupName: 'b' } };

  it('finds its own work when it is repeated', async () => {
    const first = await velero.createRestore(input);
    const second = await velero.createRestore(input);
    expect([first.alreadyThere, second.alreadyThere, second.uid]).toEqual([false, true, first.uid]);
    expect(cluster.effects).toHaveLength(1);
  });

  it('finds its own work after a lost reply', async () => {
    cluster.loseCreationReply = true;
    await expect(velero.createRestore(input)).rejects.toMatchObject({ code: 'reply-lost' });
    expect(await velero.createRestore(input)).toMatchObject({ alreadyThere: true });
  });

  it('does not take that of somebody else for its own', async () => {
    cluster.add(veleroKinds.restore, { metadata: ref });
    await expect(velero.createRestore(input)).rejects.toMatchObject({ code: 'already-exists' });
  });
});

describe('the wait for a backup', () => {
  it('outlasts phases that it does not know', async () => {
    cluster.add(veleroKinds.backup, { metadata: ref, spec: {}, status: { phase: 'Polishing' } });
    pace.onSleep = (elapsed) => {
      if (elapsed > 5_000) cluster.edit(veleroKinds.backup, ref, { status: { phase: 'PartiallyFailed', errors: 2 } });
    };
    const ended = await velero.waitBackup({ ...named, limitSeconds: 60 });
    expect(ended).toMatchObject({ phase: 'PartiallyFailed', errors: 2 });
    expect(pace.reports[0]).toBe('Backup run-1: Polishing, 0 of ? items');
  });

  it('does not take one that never began for ended', async () => {
    cluster.add(veleroKinds.backup, { metadata: ref, spec: {} });
    await expect(velero.waitBackup({ ...named, limitSeconds: 5 })).rejects.toMatchObject({ code: 'not-yet' });
  });

  it('ends when the backup is gone', async () => {
    await expect(velero.waitBackup({ ...named, limitSeconds: 5 })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a file of the store', () => {
  const target = { veleroNamespace: 'velero', name: 'run-1', kind: 'RestoreResults', holder } as const;
  const read = () => downloadKnown({ cluster, files, pace }, target);

  afterEach(async () => {
    expect(await cluster.list(veleroKinds.downloadRequest)).toEqual([]);
  });

  it('is read, and no request stays', async () => {
    stored.RestoreResults = gzipSync('{}');
    expect(await read()).toBe('{}');
  });

  it('is missing where an address was signed, but nothing is stored there', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'velero-file-missing' });
  });

  it('is damaged where it is no gzip', async () => {
    stored.RestoreResults = Buffer.from('<html>');
    await expect(read()).rejects.toMatchObject({ code: 'velero-file-damaged' });
  });

  it('is not known while no server signs an address', async () => {
    pace.onSleep = () => {};
    await expect(read()).rejects.toMatchObject({ code: 'velero-silent' });
  });
});
