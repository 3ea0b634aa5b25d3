import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyedCertificate } from '../cluster/certificates.ts';
import { etcdAuthority, renewHostCertificates, writeKeyed } from '../cluster/pki.ts';
import { runningContainer } from '../hosts/containers.ts';
import { etcdctl } from '../hosts/etcdctl.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { waitFor } from '../processes/wait-for.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';

const hourMs = 60 * 60 * 1000;
const limits = { timeoutMs: 90_000, intervalMs: 250 };

export const fault: Fault = {
  name: 'etcd-certificates-expired',
  summary: 'the certificates of etcd and its clients ran out an hour ago, and etcd was started again since',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'the host, several with commas, or all', default: 'all' },
  ],

  async break(sandbox, { cluster = 'prod', host: wanted = '' }) {
    const hosts = chosenHosts(sandbox, cluster, wanted).filter((host) => !existsSync(keptOf(host)));
    for (const host of hosts) {
      const before = await renewHostCertificates(host, etcdAuthority, new Date(Date.now() - hourMs));
      writeFileSync(keptOf(host), JSON.stringify([...before]), { mode: 0o600 });
    }
    // Connections that stand outlive their certificates.
    for (const host of hosts) await startAgain(host);
    return `the certificates of etcd on ${wanted} ran out an hour ago`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all').filter((host) => existsSync(keptOf(host)));
    for (const host of hosts) {
      const before = JSON.parse(readFileSync(keptOf(host), 'utf8')) as [string, KeyedCertificate][];
      for (const [name, keyed] of before) writeKeyed(join(host.pki, name), keyed);
      rmSync(keptOf(host));
    }
    for (const host of hosts) {
      await waitFor(
        `etcd on ${host.name}`,
        async () => (await etcdctl(sandbox.context, host, 'endpoint', 'health')) !== null,
        limits,
      );
    }
    return hosts.length === 0 ? 'no certificate had run out' : 'the certificates of before are back, and etcd answers';
  },
};

function keptOf(host: HostDirectory): string {
  return join(host.dir, 'certificates-of-before.json');
}

/** The supervisor starts a pod again that ends. */
async function startAgain(host: HostDirectory): Promise<void> {
  const before = runningContainer(host, 'etcd');
  if (before === undefined) return;
  process.kill(before.pid, 'SIGKILL');
  await waitFor(
    `etcd on ${host.name} again`,
    () => {
      const now = runningContainer(host, 'etcd');
      return now !== undefined && now.pid !== before.pid;
    },
    limits,
  );
}
