import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answersPeers, greets } from '../../../activities/hosts/answers.ts';
import type { Host } from '../../../activities/hosts/host.ts';
import { loadAgentSettings } from '../../../config/agent.ts';
import { type KeyedCertificate, makeAuthority, makeLeaf } from '../../../sandbox/cluster/certificates.ts';

const soonMs = 300;
const patientMs = 5_000;
let folder: string;
let host: Host;
let pair: { cert: string; key: string; ca: string };
const open: Server[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekindle-answers-'));
  const authority: KeyedCertificate = await makeAuthority('etcd-ca');
  const leaf = await makeLeaf(authority, {
    commonName: 'member',
    usages: ['server', 'client'],
    addresses: ['127.0.0.1'],
  });
  pair = { cert: leaf.certificate, key: leaf.key, ca: authority.certificate };
  mkdirSync(join(folder, 'pki', 'etcd'), { recursive: true });
  writeFileSync(join(folder, 'pki', 'etcd', 'healthcheck-client.crt'), leaf.certificate);
  writeFileSync(join(folder, 'pki', 'etcd', 'healthcheck-client.key'), leaf.key);
  writeFileSync(join(folder, 'agent.yaml'), '{cluster: prod, host: prod-1, pki: pki}');
  host = { settings: loadAgentSettings(join(folder, 'agent.yaml')), environment: {} };
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function urlOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As a member of etcd that still starts: it takes connections and says nothing. */
const mute = () => createServer((socket) => socket.on('error', () => {}));
const member = (answers: boolean) =>
  createHttps({ ...pair, requestCert: true, rejectUnauthorized: true }, (_question, answer) => {
    if (answers) answer.end('{}');
  });

describe('a member', () => {
  it('greets once it serves, and not while it only takes connections', async () => {
    expect(await greets(await urlOf(mute()), soonMs)).toBe(false);
    expect(await greets(await urlOf(member(false)), patientMs)).toBe(true);
  });

  it('that dies before it greets is known at once', async () => {
    const dying = createServer((socket) => socket.destroy());
    expect(await greets(await urlOf(dying), 60_000)).toBe(false);
  });

  it('answers its peers only when it says something', async () => {
    expect(await answersPeers(host, await urlOf(mute()), soonMs)).toBe(false);
    expect(await answersPeers(host, await urlOf(member(false)), soonMs)).toBe(false);
    expect(await answersPeers(host, await urlOf(member(true)), patientMs)).toBe(true);
  });

  it('without TLS has nothing to greet with', async () => {
    expect(await greets('http://127.0.0.1:1', soonMs)).toBe(true);
    expect(await answersPeers(host, '', soonMs)).toBe(true);
  });
});
