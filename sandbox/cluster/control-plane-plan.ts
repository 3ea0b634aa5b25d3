/** Addresses and versions of a cluster's control plane, before any of it is written or started. */
import type { SandboxContext } from '../context.ts';
import { etcdFsyncs } from '../environment.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { partVersions } from '../parts/catalogue.ts';
import { apiServerPortName } from './api-server-health.ts';

export interface HostPorts {
  readonly apiServer: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly etcdMetrics: number;
  readonly controllerManager: number;
  readonly scheduler: number;
}

export interface HostAddresses {
  readonly ports: HostPorts;
  readonly endpoints: { readonly etcdClient: string; readonly etcdPeer: string; readonly apiServer: string };
}

export interface ControlPlanePlan {
  readonly etcdVersion: string;
  readonly kubernetesVersion: string;
  readonly fsync: boolean;
  /** `<host>=https://127.0.0.1:<peer port>,...` */
  readonly initialCluster: string;
  of(host: HostDirectory): HostAddresses;
  /** The etcd members that a host's API server talks to: its own, as kubeadm's stacked hosts do. */
  etcdServersFor(host: HostDirectory): string;
}

async function addressesOf(context: SandboxContext, host: HostDirectory): Promise<HostAddresses> {
  const port = (name: string) => context.state.port(`${host.name}-${name}`);
  const ports: HostPorts = {
    apiServer: await context.state.port(apiServerPortName(host)),
    etcdClient: await port('etcd-client'),
    etcdPeer: await port('etcd-peer'),
    etcdMetrics: await port('etcd-metrics'),
    controllerManager: await port('controller-manager'),
    scheduler: await port('scheduler'),
  };
  const url = (number: number) => `https://127.0.0.1:${number}`;
  return {
    ports,
    endpoints: { etcdClient: url(ports.etcdClient), etcdPeer: url(ports.etcdPeer), apiServer: url(ports.apiServer) },
  };
}

export async function planControlPlane(
  context: SandboxContext,
  hosts: readonly HostDirectory[],
): Promise<ControlPlanePlan> {
  const known = new Map<string, HostAddresses>();
  for (const host of hosts) known.set(host.name, await addressesOf(context, host));
  const of = (host: HostDirectory): HostAddresses => {
    const addresses = known.get(host.name);
    if (!addresses) throw new Error(`${host.name} is not a host of this plan`);
    return addresses;
  };
  return {
    etcdVersion: partVersions.etcd,
    kubernetesVersion: partVersions['kube-apiserver'],
    fsync: etcdFsyncs(),
    initialCluster: hosts.map((host) => `${host.name}=${of(host).endpoints.etcdPeer}`).join(','),
    of,
    etcdServersFor: (host) => of(host).endpoints.etcdClient,
  };
}
