import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Host } from '../../../activities/hosts/host.ts';
import { stopPods } from '../../../activities/hosts/pods.ts';
import { loadAgentSettings } from '../../../config/agent.ts';
import { TestPace } from '../../adapters/test-pace.ts';

/** A runtime with one container, which hangs until it is told to stop. */
const crictl = `#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >> asked
[ "$1" = stop ] && echo CONTAINER_EXITED > state
echo '{"containers": [{"id": "abc", "state": "'$(cat state)'", "metadata": {"name": "kube-scheduler"}}]}'
`;
const pods = ['kube-scheduler'] as const;
let folder: string;
let host: Host;
let server: Server | null;

/** The manifest of a pod that listens on that port. */
function place(port: number): void {
  const flags = `[kube-scheduler, --bind-address=127.0.0.1, --secure-port=${port}]`;
  writeFileSync(
    join(folder, 'manifests', 'kube-scheduler.yaml'),
    `{metadata: {name: kube-scheduler}, spec: {containers: [{image: 'x:v1.36.3', command: ${flags}}]}}`,
  );
}

/** A port on which somebody listens until the test is over. */
async function openPort(): Promise<number> {
  server = createServer();
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeEach(() => {
  server = null;
  folder = mkdtempSync(join(tmpdir(), 'rekindle-pods-'));
  mkdirSync(join(folder, 'manifests'));
  writeFileSync(join(folder, 'state'), 'CONTAINER_RUNNING');
  writeFileSync(join(folder, 'crictl'), crictl, { mode: 0o755 });
  writeFileSync(
    join(folder, 'agent.yaml'),
    `{cluster: prod, host: prod-1, manifests: manifests, parked: parked, tools: {crictl: ${join(folder, 'crictl')}}}`,
  );
  host = { settings: loadAgentSettings(join(folder, 'agent.yaml')), environment: { PATH: process.env.PATH ?? '' } };
});
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

const asked = () => (existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : '');

it('a pod that hangs beyond its grace is ended by the runtime, and proved stopped', async () => {
  place(1);
  const pace = new TestPace();
  const [proof] = await stopPods(host, { pods, limitSeconds: 30, graceSeconds: 1 }, pace);
  expect(proof).toMatchObject({ pod: 'kube-scheduler', exitedContainers: ['abc'], closedPorts: ['127.0.0.1:1'] });
  expect(asked()).toContain('stop --timeout=0 abc');
  expect(pace.now() - pace.began()).toBeGreaterThanOrEqual(1_000);
  expect(pace.now() - pace.began()).toBeLessThan(3_000);
  expect(existsSync(join(folder, 'parked', 'kube-scheduler.yaml'))).toBe(true);
});

it('a pod without such a grace has the time that the kubelet gives it', async () => {
  place(1);
  await expect(stopPods(host, { pods, limitSeconds: 5 }, new TestPace())).rejects.toMatchObject({
    code: 'static-pod-running',
  });
  expect(asked()).not.toContain('stop');
});

it('while a port is open the runtime is not asked for a proof', async () => {
  const port = await openPort();
  place(port);
  const stopping = stopPods(host, { pods, limitSeconds: 2 }, new TestPace());
  await expect(stopping).rejects.toThrow(`127.0.0.1:${port} of kube-scheduler is open`);
  expect(asked()).toBe('');
});
