/** Putting the old data back, also where an attempt before died between two of its renames. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../../activities/hosts/host.ts';
import { putBackData } from '../../../activities/hosts/restore-data.ts';
import { loadAgentSettings } from '../../../config/agent.ts';
import { TestPace } from '../../adapters/test-pace.ts';

const crictl = `#!/bin/sh
echo '{"containers": []}'
`;
let folder: string;
let host: Host;
const member = () => join(folder, 'etcd', 'member');
const beside = (...path: string[]) => join(folder, 'etcd', 'rekindle-r1', ...path);

function data(at: string, content: string): void {
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'db'), content);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekindle-data-'));
  for (const name of ['manifests', 'parked', 'etcd']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'crictl'), crictl, { mode: 0o755 });
  const command = `[etcd, --name=prod-1, --data-dir=${join(folder, 'etcd')}, '--listen-client-urls=https://127.0.0.1:1']`;
  writeFileSync(
    join(folder, 'parked', 'etcd.yaml'),
    `{metadata: {name: etcd}, spec: {containers: [{image: 'x:3.6.16', command: ${command}}]}}`,
  );
  writeFileSync(
    join(folder, 'agent.yaml'),
    `{cluster: prod, host: prod-1, manifests: manifests, parked: parked, tools: {crictl: ${join(folder, 'crictl')}}}`,
  );
  host = { settings: loadAgentSettings(join(folder, 'agent.yaml')), environment: { PATH: process.env.PATH ?? '' } };
});
afterEach(() => rmSync(folder, { recursive: true }));

const putBack = () => putBackData(host, 'r1', new TestPace());
const inPlace = () => readFileSync(join(member(), 'db'), 'utf8');

it('the data that a replacement moved aside is in its place again', async () => {
  data(beside('before-2026', 'member'), 'old');
  expect(await putBack()).toContain('the old data is in place');
  expect(inPlace()).toBe('old');
});

it('is left in its place by a repeat, where the attempt before died right after it had put it there', async () => {
  data(member(), 'old');
  mkdirSync(beside('before-2026'), { recursive: true });
  expect(await putBack()).toContain('the old data is in place');
  expect(inPlace()).toBe('old');
  expect(existsSync(beside('restored', 'member'))).toBe(false);
});

it('restored data goes where there was none before', async () => {
  data(member(), 'restored');
  mkdirSync(beside('before-2026'), { recursive: true });
  writeFileSync(beside('prepared.json'), '{}');
  expect(await putBack()).toContain('without data, as before');
  expect(existsSync(member())).toBe(false);
});
