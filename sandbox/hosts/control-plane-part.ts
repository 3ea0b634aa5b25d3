import { rmSync } from 'node:fs';
import { apiServerAnswers } from '../cluster/api-server-health.ts';
import { writeControlPlaneFiles } from '../cluster/control-plane-files.ts';
import { planControlPlane } from '../cluster/control-plane-plan.ts';
import { ensureClusterPki } from '../cluster/pki.ts';
import type { SandboxContext } from '../context.ts';
import { binariesDirectory, linkParts } from '../parts/binaries-directory.ts';
import { deathNotice, ensureProcess, nodeProgram, runningProcess, stopProcess } from '../processes/detached-process.ts';
import { listens } from '../processes/listens.ts';
import { type ManagedPart, type PartHealth, PartState } from '../processes/managed-part.ts';
import { waitFor } from '../processes/wait-for.ts';
import { clusterHosts } from '../topology.ts';
import { startBalancer, stopBalancer, untilBalanced } from './balancer.ts';
import { endContainer } from './container-process.ts';
import { readContainers, runningContainer } from './containers.ts';
import type { HostDirectory } from './host-directory.ts';
import { setSlowDisk } from './slow-disk.ts';

interface NamedCluster {
  readonly name: string;
}

const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
const tools = ['etcdctl', 'etcdutl'] as const;
const program = new URL('./supervisor-main.ts', import.meta.url).pathname;

function hostsOf(context: SandboxContext, cluster: NamedCluster): HostDirectory[] {
  return clusterHosts(context, cluster.name);
}

function supervisorName(host: HostDirectory): string {
  return `${host.name}-host`;
}

/** Starts what a kubelet does on the host; does not wait for what it runs. */
export async function startSupervisor(context: SandboxContext, host: HostDirectory): Promise<string> {
  const name = supervisorName(host);
  await ensureProcess(context, {
    name,
    ...nodeProgram(program, [host.dir, host.cluster, host.name, binariesDirectory(context)]),
  });
  return name;
}

async function startHost(context: SandboxContext, host: HostDirectory): Promise<void> {
  const name = await startSupervisor(context, host);
  const ports = context.state.read().ports;
  const answering = async (): Promise<boolean> =>
    components.every((component) => runningContainer(host, component)) &&
    (await apiServerAnswers(context, host)) &&
    (await listens(ports[`${host.name}-controller-manager`])) &&
    (await listens(ports[`${host.name}-scheduler`]));
  await waitFor(`the control plane on ${host.name}`, answering, {
    timeoutMs: 90_000,
    intervalMs: 100,
    giveUp: () => deathNotice(context, name),
  });
}

async function hostHealth(context: SandboxContext, host: HostDirectory): Promise<PartHealth> {
  const supervisor = runningProcess(context, supervisorName(host));
  const missing = components.filter((component) => !runningContainer(host, component));
  const ports = Object.fromEntries(
    Object.entries(context.state.read().ports).filter(([name]) => name.startsWith(`${host.name}-`)),
  );
  const mend = 'npm run sandbox -- up';
  if (!supervisor && missing.length === components.length) return { state: PartState.stopped, ports, mend };
  if (!supervisor) return { state: PartState.degraded, ports, detail: 'the host supervisor is gone', mend };
  const found = { pid: supervisor.pid, ports };
  if (missing.length > 0) {
    return { state: PartState.degraded, ...found, detail: `${host.name}: not running: ${missing.join(', ')}`, mend };
  }
  if (!(await apiServerAnswers(context, host))) {
    return { state: PartState.degraded, ...found, detail: `${host.name}: kube-apiserver is not ready`, mend };
  }
  return { state: PartState.running, ...found };
}

async function stopHost(context: SandboxContext, host: HostDirectory): Promise<void> {
  await stopProcess(context, supervisorName(host), 20_000);
  // A supervisor that was killed left its pods running.
  for (const container of readContainers(host)) await endContainer(container, 3);
}

/** The control-plane hosts of one cluster: their files, their supervisors, and what those run. */
export function controlPlanePart(cluster: NamedCluster): ManagedPart {
  return {
    name: `${cluster.name}-control-plane`,
    dependsOn: [],
    async start(context) {
      await linkParts(context, [...components, ...tools]);
      const hosts = hostsOf(context, cluster);
      const pki = await ensureClusterPki(context, cluster.name);
      const plan = await planControlPlane(context, hosts);
      for (const host of hosts) await writeControlPlaneFiles(plan, pki, host);
      if (hosts.length > 1) await startBalancer(context, hosts);
      await Promise.all(hosts.map((host) => startHost(context, host)));
      if (hosts.length > 1) await untilBalanced(context, hosts);
    },
    async health(context) {
      const all = await Promise.all(hostsOf(context, cluster).map((host) => hostHealth(context, host)));
      const worst =
        all.find((health) => health.state === PartState.degraded) ??
        all.find((health) => health.state === PartState.stopped);
      return {
        ...(worst ?? all[0] ?? { state: PartState.stopped }),
        ports: Object.assign({}, ...all.map((h) => h.ports)),
      };
    },
    async stop(context) {
      await stopBalancer(context, cluster.name);
      await Promise.all(hostsOf(context, cluster).map((host) => stopHost(context, host)));
    },
    async wipe(context) {
      for (const host of hostsOf(context, cluster)) {
        for (const dir of [host.etcd, host.manifests, host.logs]) rmSync(dir, { recursive: true, force: true });
        rmSync(host.containersFile, { force: true });
        setSlowDisk(host, null);
      }
    },
  };
}
