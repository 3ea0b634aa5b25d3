import { join } from 'node:path';
import type { SandboxContext } from '../context.ts';

/** A control-plane host: a directory that holds what /etc/kubernetes and /var/lib/etcd hold on a kubeadm host. */
export interface HostDirectory {
  readonly cluster: string;
  /** `<cluster>-<n>`, n from 1. */
  readonly name: string;
  readonly dir: string;
  /** Static-pod manifests: the supervisor runs what is in here, and nothing else. */
  readonly manifests: string;
  /** etcd's data directory; `member/` is below it. */
  readonly etcd: string;
  readonly pki: string;
  /** Logs of the static pods, `<pod>.log`. */
  readonly logs: string;
  /** Executables that stand in for those of a host: `crictl`. */
  readonly bin: string;
  /** What the supervisor runs just now. */
  readonly containersFile: string;
}

export function hostDirectory(context: SandboxContext, cluster: string, index: number): HostDirectory {
  return hostDirectoryAt(context.path('hosts', `${cluster}-${index}`), cluster, `${cluster}-${index}`);
}

export function hostDirectoryAt(dir: string, cluster: string, name: string): HostDirectory {
  return {
    cluster,
    name,
    dir,
    manifests: join(dir, 'manifests'),
    etcd: join(dir, 'etcd'),
    pki: join(dir, 'pki'),
    logs: join(dir, 'logs'),
    bin: join(dir, 'bin'),
    containersFile: join(dir, 'containers.json'),
  };
}
