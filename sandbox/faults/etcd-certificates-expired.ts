import { etcdAuthority } from '../cluster/pki.ts';
import { runningContainer } from '../hosts/containers.ts';
import { etcdctl } from '../hosts/etcdctl.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { waitFor } from '../processes/wait-for.ts';
import { changeCertificates, haveChanged, putCertificatesBack } from './changed-certificates.ts';
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
    const hosts = chosenHosts(sandbox, cluster, wanted).filter((host) => !haveChanged(host));
    const notAfter = new Date(Date.now() - hourMs);
    for (const host of hosts)
      await changeCertificates(host, ({ by }) => (by === etcdAuthority ? { notAfter } : undefined));
    // Connections that stand outlive their certificates.
    for (const host of hosts) await startAgain(host);
    return `the certificates of etcd on ${wanted} ran out an hour ago`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all').filter(haveChanged);
    for (const host of hosts) putCertificatesBack(host);
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
