import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { etcdctlEnvironment } from '../../sandbox/hosts/etcdctl.ts';
import type { HostDirectory } from '../../sandbox/hosts/host-directory.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';

/** What the static pods of a host say of themselves. */
export interface HostAddresses {
  readonly peerUrl: string;
  readonly clientUrl: string;
  readonly initialCluster: string;
  /** `host:port` */
  readonly apiServer: string;
}

export function addressesOf(host: HostDirectory): HostAddresses {
  const etcd = flagsOf(host, 'etcd');
  const api = flagsOf(host, 'kube-apiserver');
  return {
    peerUrl: etcd['initial-advertise-peer-urls'] ?? '',
    clientUrl: etcd['advertise-client-urls'] ?? '',
    initialCluster: etcd['initial-cluster'] ?? '',
    apiServer: `127.0.0.1:${api['secure-port']}`,
  };
}

function flagsOf(host: HostDirectory, pod: string): Record<string, string | undefined> {
  const manifest = parse(readFileSync(join(host.manifests, `${pod}.yaml`), 'utf8')) as {
    spec: { containers: { command: string[] }[] };
  };
  const command = manifest.spec.containers[0]?.command ?? [];
  return Object.fromEntries(command.slice(1).map((flag) => flag.replace(/^--/, '').split(/=(.*)/s).slice(0, 2)));
}

const valueBytes = 1024 * 1024;

/** Writes so many bytes of noise through a member, beside the keys of Kubernetes, so that no API server caches them. */
export async function fillEtcd(host: HostDirectory, etcdctl: string, bytes: number): Promise<void> {
  const count = Math.ceil(bytes / valueBytes);
  let next = 0;
  await Promise.all(
    [1, 2, 3].map(async () => {
      while (next < count) {
        const key = `/noise/${next}`;
        next += 1;
        await run(etcdctl, ['put', key], etcdctlEnvironment(host), randomBytes(valueBytes));
      }
    }),
  );
}

/** Resolves when the program ends with 0. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input?: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args[0] ?? ''} ended with ${code}: ${said}`));
    });
    child.stdin.on('error', () => {}); // it ended before it read everything; the exit code tells
    child.stdin.end(input);
  });
}

/** Removes what earlier restores keep beside the data, and what the fault keeps. */
export function dropOldData(hosts: readonly HostDirectory[]): void {
  for (const host of hosts) {
    for (const name of readdirSync(host.etcd).filter((entry) => entry.startsWith('rekindle-'))) {
      rmSync(join(host.etcd, name), { recursive: true, force: true });
    }
    for (const name of ['member-before', 'etcd-before-damage']) {
      rmSync(join(host.dir, name), { recursive: true, force: true });
    }
  }
}

/** Waits until every member answers a write. */
export async function etcdWrites(hosts: readonly HostDirectory[], etcdctl: string): Promise<void> {
  for (const host of hosts) {
    await waitFor(
      `a write through etcd on ${host.name}`,
      async () => {
        await run(etcdctl, ['put', '/noise/probe'], etcdctlEnvironment(host), Buffer.from('x'));
        return true;
      },
      { timeoutMs: 120_000, intervalMs: 500 },
    );
  }
}
