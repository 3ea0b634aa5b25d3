import { readFileSync } from 'node:fs';
import { etcdPeerCertificate } from '../cluster/pki.ts';
import type { SandboxContext } from '../context.ts';
import { etcdctl } from '../hosts/etcdctl.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { findOnPath } from '../parts/installed-program.ts';
import { runTool } from '../parts/run-tool.ts';
import { waitFor } from '../processes/wait-for.ts';
import { changeCertificates, haveChanged, putCertificatesBack } from './changed-certificates.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';

/** Of the Debian package iproute2. */
const closer = 'ss';
const limits = { timeoutMs: 90_000, intervalMs: 250 };

/** etcd reads its certificates at each handshake, so members that run are cut off from each other without a restart. */
export const fault: Fault = {
  name: 'etcd-peers-cut',
  summary:
    'peer certificates that name other hosts: the members run on and answer, reach each other no more, and elect nobody',
  parameters: [{ name: 'cluster', summary: 'the cluster', default: 'prod' }],

  async break(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all');
    if (hosts.length < 2) throw new Error(`${cluster} has one member, and no peers; start the sandbox with --hosts 3`);
    if (findOnPath(closer) === undefined) {
      throw new Error(`${closer} is not on PATH: install the package iproute2 (apt-get install), then again`);
    }
    if (!mayAdministerNetwork()) {
      throw new Error(`${closer} closes the connections of etcd only as root, or with the capability CAP_NET_ADMIN`);
    }
    const elsewhere = { dnsNames: ['elsewhere.invalid'], addresses: [] };
    for (const host of hosts) {
      await changeCertificates(host, ({ name }) => (name === etcdPeerCertificate ? elsewhere : undefined));
    }
    await waitFor(
      `the members of ${cluster} to be without a leader`,
      async () => {
        // Connections that stand outlive their certificates.
        for (const host of hosts) await closePeerConnections(sandbox.context, host);
        const leaders = await Promise.all(hosts.map((host) => seesLeader(sandbox.context, host)));
        return leaders.every((sees) => sees === false);
      },
      limits,
    );
    return `the members of ${cluster} answer, and have no leader`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all').filter(haveChanged);
    for (const host of hosts) putCertificatesBack(host);
    for (const host of hosts) {
      await waitFor(`etcd on ${host.name}`, () => etcdctl(sandbox.context, host, 'endpoint', 'health'), limits);
    }
    return hosts.length === 0 ? 'no member was cut off' : `the members of ${cluster} reach each other`;
  },
};

/** By the kernel, which asks nobody at either end. */
async function closePeerConnections(context: SandboxContext, host: HostDirectory): Promise<void> {
  const port = context.state.read().ports[`${host.name}-etcd-peer`];
  await runTool(
    closer,
    ['-K', '-H', '-n', '-t', 'state', 'established', `( sport = :${port} or dport = :${port} )`],
    limits,
  );
}

/** Whether this process has the capability, by its number in capabilities(7): `ss` says nothing where it closes nothing for want of it. */
function mayAdministerNetwork(): boolean {
  const netAdmin = 12n;
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return ((BigInt(`0x${effective}`) >> netAdmin) & 1n) === 1n;
}

/** Null where etcd does not answer. */
async function seesLeader(context: SandboxContext, host: HostDirectory): Promise<boolean | null> {
  const port = context.state.read().ports[`${host.name}-etcd-metrics`];
  const text = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(5_000) }).then(
    (answer) => answer.text(),
    () => '',
  );
  const [, value] = /^etcd_server_has_leader (\d)$/m.exec(text) ?? [];
  return value === undefined ? null : value === '1';
}
