import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort, portIsFree } from '../../../sandbox/processes/free-port.ts';
import { PortClaims } from '../../../sandbox/processes/port-claims.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rekindle-ports-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const claimsDirectory = (): string => join(dir, 'claims');

/** Another process's view of the same claims. */
const claims = (): PortClaims => new PortClaims(claimsDirectory());

/** The state file of a sandbox in which those ports stand. */
function sandboxWith(name: string, ports: readonly number[]): string {
  mkdirSync(join(dir, name));
  const file = join(dir, name, 'state.json');
  writeFileSync(file, JSON.stringify({ ports: Object.fromEntries(ports.map((port) => [`part-${port}`, port])) }));
  return file;
}

/** As if the claim had been made two minutes ago. */
function age(port: number): void {
  const then = Date.now() / 1_000 - 120;
  utimesSync(join(claimsDirectory(), `${port}`), then, then);
}

describe('PortClaims', () => {
  test('a port that another sandbox chose is not given, although nothing listens there', async () => {
    expect(await claims().claim(20_000, '/one/state.json')).toBe(true);
    expect(await claims().claim(20_000, '/two/state.json')).toBe(false);
    expect(await claims().keep(20_000, '/two/state.json')).toBe(false);
    expect(await claims().keep(20_000, '/one/state.json')).toBe(true);
  });

  test('one sandbox gets no port twice for two of its parts', async () => {
    const one = claims();
    expect(await one.claim(20_000, '/one/state.json')).toBe(true);
    expect(await one.claim(20_000, '/one/state.json')).toBe(false);
  });

  test('only its owner lets go of a port', async () => {
    const one = claims();
    await one.claim(20_000, '/one/state.json');
    one.release(20_000, '/two/state.json');
    expect(await one.claim(20_000, '/two/state.json')).toBe(false);
    one.release(20_000, '/one/state.json');
    expect(await one.claim(20_000, '/two/state.json')).toBe(true);
  });

  test('claims of sandboxes that are gone, or that chose another port, are forgotten; those of the others stay', async () => {
    const stopped = sandboxWith('stopped', [20_001]);
    const first = claims();
    for (const [port, owner] of [
      [20_000, join(dir, 'gone', 'state.json')],
      [20_001, stopped],
      [20_002, stopped],
    ] as const) {
      await first.claim(port, owner);
      age(port);
    }
    const other = claims();
    expect(await other.claim(20_000, '/other/state.json')).toBe(true);
    expect(await other.claim(20_001, '/other/state.json')).toBe(false);
    expect(await other.claim(20_002, '/other/state.json')).toBe(true);
  });

  test('a claim that was just made holds, although its port stands in no file yet', async () => {
    await claims().claim(20_000, join(dir, 'new', 'state.json'));
    expect(await claims().claim(20_000, '/other/state.json')).toBe(false);
  });

  test('of many that want one port at once, one gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => claims().claim(20_000, `/${n}/state.json`)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });
});

describe('freePort', () => {
  test('each is another one, free, and claimed', async () => {
    const chosen = await Promise.all(Array.from({ length: 50 }, (_, n) => freePort(claims(), `/${n}/state.json`)));
    expect(new Set(chosen).size).toBe(50);
    expect(readdirSync(claimsDirectory()).filter((entry) => entry !== 'lock')).toHaveLength(50);
    for (const port of chosen) expect(await portIsFree(port)).toBe(true);
  });

  test('a port where something listens is not free', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      expect(await portIsFree((server.address() as AddressInfo).port)).toBe(false);
    } finally {
      server.close();
    }
  });
});
