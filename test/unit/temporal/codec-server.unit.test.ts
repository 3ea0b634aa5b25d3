import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Access, sessionCookie } from '../../../temporal/codec-server/access.ts';
import { type CodecServer, type CodecServerOptions, startCodecServer } from '../../../temporal/codec-server/server.ts';

const token = randomBytes(24).toString('hex');
const uiOrigin = 'http://127.0.0.1:8233';
const bearer = { authorization: `Bearer ${token}` };
const plain = {
  payloads: [
    {
      metadata: { encoding: Buffer.from('json/plain').toString('base64') },
      data: Buffer.from('{"pvc":"data-db-0"}').toString('base64'),
    },
  ],
};

let folder: string;
let server: CodecServer;
let options: CodecServerOptions;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekindle-codec-server-'));
  const keys = { keys: [{ id: 'k1', key: randomBytes(32).toString('base64') }] };
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  options = {
    keyFile: join(folder, 'keys.json'),
    tokenFile: join(folder, 'token'),
    uiOrigins: [`${uiOrigin}/`],
    port: 0,
  };
  server = await startCodecServer(options);
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function login(value: string): Promise<Response> {
  return fetch(`${server.url}/login`, { method: 'POST', body: new URLSearchParams({ token: value }) });
}

describe('the codec server', () => {
  it('encodes and decodes for whoever shows the token', async () => {
    const encoded = await (await post('/encode', plain, bearer)).json();
    expect(JSON.stringify(encoded)).not.toContain(plain.payloads[0]?.data);
    const answer = await post('/decode', encoded, bearer);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(plain);
  });

  it.each([
    ['no credential', {}],
    ['a wrong token', { authorization: `Bearer ${token}x` }],
    ['the token under another scheme', { authorization: `Basic ${token}` }],
    ['an unknown session', { cookie: `${sessionCookie}=guess` }],
  ] as const)('refuses %s and decodes nothing', async (_what, headers) => {
    for (const path of ['/encode', '/decode']) {
      const answer = await post(path, plain, headers);
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain('payloads');
    }
  });

  it('logs a browser in by a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await login(token);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(cookie).not.toContain(token);
    const session = cookie.split(';')[0] ?? '';
    expect((await post('/decode', plain, { cookie: session, origin: uiOrigin })).status).toBe(200);
  });

  it('gives no cookie for a wrong token', async () => {
    const answer = await login('wrong');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('lets pages of the UI’s origin read its answers with credentials, preflight included', async () => {
    const preflight = await fetch(`${server.url}/decode`, {
      method: 'OPTIONS',
      headers: { origin: uiOrigin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    for (const { headers } of [preflight, await post('/decode', plain, { ...bearer, origin: uiOrigin })]) {
      expect(headers.get('access-control-allow-origin')).toBe(uiOrigin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
    }
  });

  it('refuses pages of any other origin, also with a valid credential', async () => {
    const answer = await post('/decode', plain, { ...bearer, origin: 'http://127.0.0.1:8234' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('names the missing key of a payload that it cannot open', async () => {
    const foreign = {
      payloads: [
        {
          metadata: {
            encoding: Buffer.from('binary/encrypted').toString('base64'),
            'encryption-key-id': Buffer.from('k0').toString('base64'),
          },
          data: 'AAAA',
        },
      ],
    };
    const answer = await post('/decode', foreign, bearer);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'codec-key-missing', message: expect.stringContaining('"k0"') });
  });

  it.each([
    ['no payloads', {}],
    ['data that is not base64', { payloads: [{ data: '!' }] }],
  ])('refuses a body with %s', async (_what, body) => {
    expect((await post('/decode', body, bearer)).status).toBe(400);
  });

  it.each([
    ['readable by others', 'open-token', token, 0o644, /mode is 0644/],
    ['too short to be one', 'short-token', 'abc', 0o600, /3 characters, expected at least 16/],
  ])('does not start with a token file %s', async (_what, name, content, mode, message) => {
    const tokenFile = join(folder, name);
    writeFileSync(tokenFile, content, { mode });
    await expect(startCodecServer({ ...options, tokenFile })).rejects.toThrow(message);
  });
});

describe('a session', () => {
  it('ends after twelve hours', () => {
    let now = 0;
    const access = new Access(token, () => now);
    const cookie = access.login(true).split(';')[0];
    expect(access.allows(undefined, cookie)).toBe(true);
    now = 12 * 3_600_000 + 1;
    expect(access.allows(undefined, cookie)).toBe(false);
  });
});
