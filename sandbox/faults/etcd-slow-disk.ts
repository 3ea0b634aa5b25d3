import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runningContainer } from '../hosts/containers.ts';
import { untilEtcdFollows } from '../hosts/etcd-flags.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { delayOf, setSlowDisk, slowDiskOf, tracerProgram } from '../hosts/slow-disk.ts';
import { findOnPath } from '../parts/installed-program.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { Sandbox } from '../sandbox.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'etcd-slow-disk',
  summary: 'each fsync of a member takes longer; its etcd is made to call fsync first',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'the host of the member, several with commas, or all', default: 'prod-2' },
    { name: 'delay', summary: 'milliseconds that each fsync takes longer, 1 to 10000', default: '300' },
  ],

  async break(sandbox, { cluster = 'prod', host: wanted = '', delay = '' }) {
    if (!/^[1-9]\d{0,4}$/.test(delay) || Number(delay) > 10_000) {
      throw new Error(`--delay: got ${delay}, expected 1 to 10000 milliseconds`);
    }
    if (findOnPath(tracerProgram) === undefined) {
      throw new Error(
        `${tracerProgram} is not on PATH: install the package ${tracerProgram} (apt-get install), then again`,
      );
    }
    const hosts = chosenHosts(sandbox, cluster, wanted);
    for (const host of hosts) {
      setSlowDisk(host, Number(delay));
      switchFsync(host, { from: true, to: false });
      await settled(sandbox, host, Number(delay));
    }
    return `each fsync of etcd on ${hosts.map(({ name }) => name).join(', ')} takes ${delay} ms longer`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const slow = chosenHosts(sandbox, cluster, 'all').filter((host) => slowDiskOf(host) !== null);
    for (const host of slow) {
      setSlowDisk(host, null);
      switchFsync(host, { from: false, to: true });
      await settled(sandbox, host, null);
    }
    return slow.length === 0 ? 'no disk was slow' : `as fast as before: ${slow.map(({ name }) => name).join(', ')}`;
  },
};

/** Where the sandbox runs etcd without fsync, the manifest says so; the supervisor restarts a member whose manifest changes. */
function switchFsync({ manifests }: HostDirectory, skip: { readonly from: boolean; readonly to: boolean }): void {
  const file = join(manifests, 'etcd.yaml');
  const flag = (value: boolean) => `--unsafe-no-fsync=${value}`;
  const before = readFileSync(file, 'utf8');
  const after = before.replace(flag(skip.from), flag(skip.to));
  if (after !== before) writeFileSync(file, after);
}

/** Until the member that the manifest asks for serves, and its fsyncs take as long as they should. */
async function settled({ context }: Sandbox, host: HostDirectory, delayMs: number | null): Promise<void> {
  await untilEtcdFollows(context, host);
  await waitFor(
    `the disk of etcd on ${host.name}`,
    () => {
      const member = runningContainer(host, 'etcd');
      return member !== undefined && delayOf(member.pid) === delayMs;
    },
    { timeoutMs: 60_000, intervalMs: 100 },
  );
}
