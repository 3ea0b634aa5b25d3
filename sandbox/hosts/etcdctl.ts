import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SandboxContext } from '../context.ts';
import type { HostDirectory } from './host-directory.ts';
import { parseStaticPod } from './static-pod.ts';

/** What makes etcdctl a client of this host's member. */
export function etcdctlEnvironment(host: HostDirectory): Record<string, string> {
  const { command } = parseStaticPod(readFileSync(join(host.manifests, 'etcd.yaml'), 'utf8'));
  const flag = '--advertise-client-urls=';
  return {
    ETCDCTL_ENDPOINTS: command.find((word) => word.startsWith(flag))?.slice(flag.length) ?? '',
    ETCDCTL_CACERT: join(host.pki, 'etcd', 'ca.crt'),
    ETCDCTL_CERT: join(host.pki, 'etcd', 'healthcheck-client.crt'),
    ETCDCTL_KEY: join(host.pki, 'etcd', 'healthcheck-client.key'),
    // The first write after a member was restored waits for the leader.
    ETCDCTL_COMMAND_TIMEOUT: '60s',
  };
}

/** What etcdctl prints; rejects where it does not end with 0. */
export async function etcdctl(context: SandboxContext, host: HostDirectory, ...args: string[]): Promise<string> {
  const env = etcdctlEnvironment(host);
  return (await promisify(execFile)(context.path('bin', 'etcdctl'), args, { env })).stdout;
}
