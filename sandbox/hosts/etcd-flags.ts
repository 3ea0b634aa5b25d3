import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { SandboxContext } from '../context.ts';
import { listens } from '../processes/listens.ts';
import { waitFor } from '../processes/wait-for.ts';
import { runningContainer } from './containers.ts';
import type { HostDirectory } from './host-directory.ts';
import { parseStaticPod } from './static-pod.ts';

const limits = { timeoutMs: 60_000, intervalMs: 100 };

/** Gives a flag of the host's etcd another value, or takes it away; the supervisor restarts a member whose manifest changes. */
export function setEtcdFlag({ manifests }: HostDirectory, flag: string, value: string | null): void {
  const file = join(manifests, 'etcd.yaml');
  const manifest = parse(readFileSync(file, 'utf8')) as { spec: { containers: [{ command: string[] }] } };
  const [container] = manifest.spec.containers;
  const others = container.command.filter((word) => !word.startsWith(`--${flag}=`));
  const command = value === null ? others : [...others, `--${flag}=${value}`];
  if (command.join() === container.command.join()) return;
  container.command = command;
  writeFileSync(file, stringify(manifest, { lineWidth: 0 }));
}

/** Until a member runs whose flags are those of the manifest. It may not serve yet. */
export async function untilEtcdRuns(host: HostDirectory): Promise<void> {
  await waitFor(
    `etcd on ${host.name}`,
    () => {
      const member = runningContainer(host, 'etcd');
      if (member === undefined) return false;
      const runs = readFileSync(`/proc/${member.pid}/cmdline`, 'utf8').split('\0').slice(1, -1);
      const { command } = parseStaticPod(readFileSync(join(host.manifests, 'etcd.yaml'), 'utf8'));
      return runs.join() === command.slice(1).join();
    },
    limits,
  );
}

/** Until that member is also ready. */
export async function untilEtcdFollows(context: SandboxContext, host: HostDirectory): Promise<void> {
  await untilEtcdRuns(host);
  const port = context.state.read().ports[`${host.name}-etcd-metrics`];
  await waitFor(`etcd on ${host.name} to serve`, () => listens(port), limits);
}
