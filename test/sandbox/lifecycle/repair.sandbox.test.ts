import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runningContainer } from '../../../sandbox/hosts/containers.ts';
import { runningProcess } from '../../../sandbox/processes/detached-process.ts';
import { isRunning, listProcesses } from '../../../sandbox/processes/process-identity.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { type OwnSandbox, ownSandbox } from '../own-sandbox.ts';
import { configMaps } from './config-maps.ts';

/** Every process whose environment, command line or working directory names the directory. */
function processesOf(dir: string): number[] {
  const mentions = (pid: number, file: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(dir);
    } catch {
      return false;
    }
  };
  return listProcesses()
    .filter((row) => row.pid !== process.pid && !row.zombie)
    .filter((row) => mentions(row.pid, 'environ') || mentions(row.pid, 'cmdline'))
    .map((row) => row.pid);
}

describe('a sandbox of its own, beside the shared one', () => {
  let own: OwnSandbox;

  beforeAll(async () => {
    own = ownSandbox();
    await own.sandbox.up();
    await configMaps(own.sandbox).write('survivor', 'still here');
  });

  afterAll(() => own.dispose());

  test('up again leaves every process as it is, within 3 seconds', async () => {
    const before = own.sandbox.context.state.read().processes;
    const began = Date.now();
    await own.sandbox.up();
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(own.sandbox.context.state.read().processes).toEqual(before);
  });

  test('status names every part as running, with its process', async () => {
    const parts = await own.sandbox.status();
    expect(parts.filter((part) => part.state !== 'running')).toEqual([]);
    expect(parts.map((part) => part.name)).toEqual(
      expect.arrayContaining(['temporal', 'prod-control-plane', 'prod-kwok']),
    );
    for (const part of parts.filter((candidate) => candidate.pid !== undefined)) {
      expect(() => process.kill(part.pid ?? -1, 0)).not.toThrow();
    }
  });

  test.each(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])(
    'the host supervisor starts %s again after a SIGKILL, and nothing is lost',
    async (name) => {
      const [host] = own.sandbox.hosts('prod');
      if (!host) throw new Error('no host');
      const victim = runningContainer(host, name);
      if (!victim) throw new Error(`${name} does not run`);
      process.kill(victim.pid, 'SIGKILL');
      await waitFor(`another ${name}`, () => (runningContainer(host, name)?.pid ?? victim.pid) !== victim.pid, {
        timeoutMs: 90_000,
      });
      await own.sandbox.up();
      expect(await configMaps(own.sandbox).read('survivor')).toBe('still here');
    },
  );

  test('up after the SIGKILL of a supervisor adopts the control plane that still runs', async () => {
    const [host] = own.sandbox.hosts('prod');
    const supervisor = runningProcess(own.sandbox.context, 'prod-1-host');
    if (!host || !supervisor) throw new Error('no supervisor');
    const etcd = runningContainer(host, 'etcd');
    process.kill(supervisor.pid, 'SIGKILL');
    await waitFor('the end of the supervisor', () => !isRunning(supervisor), { timeoutMs: 5_000 });
    expect((await own.sandbox.status()).find((part) => part.name === 'prod-control-plane')?.state).toBe('degraded');
    await own.sandbox.up();
    expect(runningContainer(host, 'etcd')?.pid).toBe(etcd?.pid);
    expect((await own.sandbox.status()).every((part) => part.state === 'running')).toBe(true);
  });

  test.each(['temporal', 'aws-front', 'prod-kwok', 'prod-controllers'])(
    'up starts %s again after a SIGKILL',
    async (name) => {
      const victim = runningProcess(own.sandbox.context, name);
      if (!victim) throw new Error(`${name} does not run`);
      process.kill(victim.pid, 'SIGKILL');
      await waitFor(`the end of ${name}`, () => !isRunning(victim), { timeoutMs: 5_000 });
      await own.sandbox.up();
      expect(runningProcess(own.sandbox.context, name)?.pid).not.toBe(victim.pid);
      expect(await configMaps(own.sandbox).read('survivor')).toBe('still here');
    },
  );

  test('api-server-down stops the API and heal brings it back', async () => {
    await own.sandbox.break('api-server-down');
    await expect(configMaps(own.sandbox).read('survivor')).rejects.toThrow();
    await own.sandbox.heal('api-server-down');
    expect(await configMaps(own.sandbox).read('survivor')).toBe('still here');
  });

  test('temporal-down stops Temporal and heal brings it back', async () => {
    const stateOf = async () => (await own.sandbox.status()).find((part) => part.name === 'temporal')?.state;
    await own.sandbox.break('temporal-down');
    expect(await stateOf()).toBe('stopped');
    await own.sandbox.heal('temporal-down');
    expect(await stateOf()).toBe('running');
  });

  test('an unknown fault, an unknown parameter: the error lists what there is', async () => {
    await expect(own.sandbox.break('volcano')).rejects.toThrow(/unknown fault volcano; known: .*api-server-down/);
    await expect(own.sandbox.break('api-server-down', { colour: 'red' })).rejects.toThrow(
      /it takes: --cluster, --host/,
    );
  });

  test('reset forgets what was added', async () => {
    await own.sandbox.reset();
    expect(await configMaps(own.sandbox).read('survivor')).toBeUndefined();
    expect((await own.sandbox.status()).every((part) => part.state === 'running')).toBe(true);
  });

  test('up after the SIGKILL of the emulator says that the cloud is lost and seeds the world anew', async () => {
    await configMaps(own.sandbox).write('survivor', 'of the old world');
    const emulator = runningProcess(own.sandbox.context, 'moto');
    if (!emulator) throw new Error('moto does not run');
    process.kill(emulator.pid, 'SIGKILL');
    await waitFor('the end of the emulator', () => !isRunning(emulator), { timeoutMs: 5_000 });
    own.lines.length = 0;
    await own.sandbox.up();
    expect(own.lines[0]).toMatch(/^moto ended .* seeding the world anew/);
    expect(await configMaps(own.sandbox).read('survivor')).toBeUndefined();
  });

  test('down leaves no process, though one of its leaders was killed before', async () => {
    const supervisor = runningProcess(own.sandbox.context, 'prod-1-host');
    process.kill(supervisor?.pid ?? -1, 'SIGKILL');
    expect(processesOf(own.sandbox.dir).length).toBeGreaterThan(3);
    await own.sandbox.down();
    expect(processesOf(own.sandbox.dir)).toEqual([]);
    expect(readdirSync(own.sandbox.dir)).toContain('state.json');
  });
});
