import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectKubernetes } from '../../../activities/kubernetes/client.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';

let directory: string;
let server: Server;
let asked: string[];
/** How the server answers, by path. */
let answers: (path: string, times: number) => { status: number; body: object };

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rekindle-denial-'));
  asked = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push(path);
    const { status, body } = answers(path, asked.filter((one) => one === path).length);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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
