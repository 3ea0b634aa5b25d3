import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentSettings } from '../../config/agent.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { runTool, type ToolResult } from './run-tool.ts';
import { parseStaticPod, type StaticPodFacts, type StaticPodName } from './static-pod.ts';

/** The host on which the agent runs. */
export interface Host {
  readonly settings: AgentSettings;
  /** PATH and HOME for child processes. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface FoundManifest {
  readonly file: string;
  readonly place: 'in-place' | 'parked';
  readonly pod: StaticPodFacts;
}

/** The manifest of a static pod, where the kubelet reads it or where it was parked. In place wins when both are there. */
export function findManifest({ settings }: Host, name: StaticPodName): FoundManifest | null {
  for (const place of ['in-place', 'parked'] as const) {
    const folder = place === 'in-place' ? settings.manifests : settings.parked;
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).filter((entry) => /^[^.].*\.ya?ml$/.test(entry))) {
      const pod = parseStaticPod(readFileSync(join(folder, file), 'utf8'));
      if (pod?.name === name) return { file, place, pod };
    }
  }
  return null;
}

export function manifestOf(host: Host, name: StaticPodName): FoundManifest {
  const found = findManifest(host, name);
  if (found !== null) return found;
  throw new RekindleError(
    'host-not-ready',
    `${host.settings.host}: no manifest of ${name} in ${host.settings.manifests}`,
  );
}

/** The member's data directory; its keys are below `member/`. */
export function dataDirectory(host: Host): string {
  const directory = manifestOf(host, 'etcd').pod.flags['data-dir'];
  if (directory?.startsWith('/')) return directory;
  throw new RekindleError('host-not-ready', `${host.settings.host}: the manifest of etcd names no absolute --data-dir`);
}

export function firstUrl(text: string | undefined): string {
  return (text ?? '').split(',')[0]?.trim() ?? '';
}

/** etcdctl against these endpoints, with the client certificate that kubeadm keeps for health checks. */
export function etcdctl(
  host: Host,
  endpoints: readonly string[],
  args: readonly string[],
  limitSeconds: number,
  signal?: AbortSignal,
): Promise<ToolResult> {
  const { pki, tools } = host.settings;
  return runTool({
    program: tools.etcdctl,
    args: [...args, '--dial-timeout=2s', `--command-timeout=${limitSeconds}s`],
    env: {
      ...host.environment,
      ETCDCTL_ENDPOINTS: endpoints.join(','),
      ETCDCTL_CACERT: join(pki, 'etcd', 'ca.crt'),
      ETCDCTL_CERT: join(pki, 'etcd', 'healthcheck-client.crt'),
      ETCDCTL_KEY: join(pki, 'etcd', 'healthcheck-client.key'),
    },
    limitSeconds: limitSeconds + 5,
    ...(signal && { signal }),
  });
}

export function etcdutl(
  host: Host,
  args: readonly string[],
  limitSeconds: number,
  signal?: AbortSignal,
): Promise<ToolResult> {
  const { tools } = host.settings;
  return runTool({ program: tools.etcdutl, args, env: host.environment, limitSeconds, ...(signal && { signal }) });
}
