import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectKubernetes } from '../../../activities/kubernetes/client.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { SettledServer } from '../../../activities/kubernetes/settled-server.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';

let directory: string;
let server: Server;
let asked: string[];
/** How the server answers, by path. */
let answers: (path: string, times: number) => { status: number; body: object | string };

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rekindle-denial-'));
  asked = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push(path);
    const { status, body } = answers(path, asked.filter((one) => one === path).length);
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

function cluster() {
  const kubeconfig = join(directory, 'kubeconfig');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 'not-a-secret' } }],
    contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return connectKubernetes({ prod: { context: 'prod', kubeconfig } }).cluster('prod');
}

const volumePath = '/api/v1/persistentvolumes/pv-1';
const denied = { status: 403, body: { kind: 'Status', reason: 'Forbidden', message: 'pv-1 is forbidden' } };
const volume = { status: 200, body: { metadata: { name: 'pv-1' } } };
const read = () => cluster().read(kinds.volume, { name: 'pv-1' });

describe('a denial of the API server', () => {
  it('is retried later while the server is not ready: it has not read its roles yet', async () => {
    answers = (path) => (path === '/readyz' ? { status: 500, body: {} } : denied);
    await expect(read()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('not ready') });
  });

  it('is asked for again when the server became ready meanwhile', async () => {
    answers = (path, times) => {
      if (path === '/readyz') return { status: 200, body: {} };
      return times === 1 ? denied : volume;
    };
    expect(await read()).toMatchObject({ metadata: { name: 'pv-1' } });
    expect(asked).toEqual([volumePath, '/readyz', volumePath]);
  });

  it('is final when a ready server repeats it', async () => {
    answers = (path) => (path === '/readyz' ? { status: 200, body: {} } : denied);
    await expect(read()).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toEqual([volumePath, '/readyz', volumePath]);
  });
});

describe('a kind that the API server does not know', () => {
  const path = '/apis/snapshot.storage.k8s.io/v1/volumesnapshots';
  const unknown = { status: 404, body: '404 page not found\n' };
  const ready = { status: 200, body: {} };

  it('is looked for later while the server is not ready: it has not read the definitions yet', async () => {
    answers = (asked) => (asked === '/readyz' ? { status: 500, body: {} } : unknown);
    await expect(cluster().list(kinds.volumeSnapshot)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(cluster().serves(kinds.volumeSnapshot)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is looked for again by a ready server that may have answered before it was', async () => {
    answers = (asked, times) => {
      if (asked === '/readyz') return ready;
      return times === 1 ? unknown : { status: 200, body: { items: [{ metadata: { name: 's' } }] } };
    };
    expect(await cluster().list(kinds.volumeSnapshot)).toMatchObject([{ metadata: { name: 's' } }]);
    expect(asked).toEqual([path, '/readyz', path]);
  });

  it('is not there when a ready server says so twice', async () => {
    answers = (asked) => (asked === '/readyz' ? ready : unknown);
    expect(await cluster().serves(kinds.volumeSnapshot)).toBe(false);
    expect(asked).toEqual([path, '/readyz', path]);
  });

  it('is believed not to be there at once as long as the connections live', async () => {
    const no = new RekindleError('not-found', 'no such kind', { details: { reason: null } });
    let slept = 0;
    const settled = new SettledServer({
      isReady: async () => true,
      sleep: async () => {
        slept += 1;
      },
    });
    settled.answered(true);
    expect(settled.doubts(no)).toBe(true);
    await settled.settle(no.message);
    settled.answered(false);
    expect(settled.doubts(no)).toBe(false);
    settled.answered(true);
    expect(settled.doubts(no)).toBe(true);
    expect(slept).toBe(1);
  });

  it('is another thing than an object that is not there, which is believed at once', async () => {
    answers = () => ({ status: 404, body: { kind: 'Status', reason: 'NotFound', message: 'pv-1 not found' } });
    expect(await read()).toBeNull();
    expect(asked).toEqual([volumePath]);
  });

  it('is missing from no discovery: the groups are read only of a server that has been ready for a while', async () => {
    const groups = { groups: [{ preferredVersion: { groupVersion: 'snapshot.storage.k8s.io/v1' } }] };
    const served = [{ name: 'volumesnapshots', kind: 'VolumeSnapshot', namespaced: true, verbs: ['list'] }];
    answers = (asked, times) => {
      if (asked === '/readyz') return ready;
      if (asked === '/apis') return { status: 200, body: times === 1 ? { groups: [] } : groups };
      return { status: 200, body: { resources: asked === '/api/v1' ? [] : served } };
    };
    expect(await cluster().discover()).toMatchObject([{ kind: 'VolumeSnapshot' }]);
  });
});
