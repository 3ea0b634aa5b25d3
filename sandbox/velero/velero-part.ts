/** The real Velero server of a cluster, with its AWS plugin, as a process beside the control plane. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { ensureKubeconfig, setUpKubeconfig } from '../cluster/cluster-directory.ts';
import { workerRightsInVelero } from '../cluster/worker-rights.ts';
import type { SandboxContext } from '../context.ts';
import { sandboxCredentials } from '../environment-file.ts';
import { binariesDirectory, linkParts, replaceLink } from '../parts/binaries-directory.ts';
import { partVersions } from '../parts/catalogue.ts';
import { ensurePart } from '../parts/ensure-part.ts';
import { runTool } from '../parts/run-tool.ts';
import { deathNotice, ensureProcess, runningProcess, stopProcess } from '../processes/detached-process.ts';
import { listens } from '../processes/listens.ts';
import { type ManagedPart, PartState } from '../processes/managed-part.ts';
import { waitFor } from '../processes/wait-for.ts';
import { clustersOf, findCluster } from '../topology.ts';
import { writeIfChanged } from '../write-if-changed.ts';
import { credentialsFile, readerSecret, veleroDeployment, veleroLocations, veleroNamespace } from './velero-objects.ts';

const region = 'us-east-1';

export function veleroPartName(cluster: string): string {
  return `${cluster}-velero`;
}

/** The plugins that the server finds; a fault takes one away. */
export function pluginDirectory(context: SandboxContext, cluster: string): string {
  return context.path('velero', cluster, 'plugins');
}

function endpointOf(context: SandboxContext): string {
  return `http://127.0.0.1:${context.state.knownPort('aws-front')}`;
}

async function installedKinds(program: string): Promise<KubernetesObject[]> {
  const output = await runTool(program, ['install', '--crds-only', '--dry-run', '-o', 'yaml']);
  return (parse(output) as { items: KubernetesObject[] }).items;
}

/** Kinds, locations and the Deployment. Repeating it puts back what a fault has changed. */
export async function installVelero(context: SandboxContext, cluster: string, kubeconfig: string): Promise<void> {
  const { applyObjects } = await import('../cluster/apply-objects.ts');
  await applyObjects(kubeconfig, cluster, await installedKinds(join(binariesDirectory(context), 'velero')));
  const locations = veleroLocations({
    bucket: findCluster(context, cluster).veleroBucket,
    endpoint: endpointOf(context),
    region,
  });
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: veleroNamespace } },
    ...workerRightsInVelero(),
    veleroDeployment(partVersions.velero),
    ...clustersOf(context)
      .filter(({ name }) => name !== cluster)
      .map(({ name }) => readerSecret(name)),
    ...locations,
  ];
  // A kind that was only just defined is served a moment later.
  await waitFor(
    'the kinds of Velero',
    async () => {
      await applyObjects(kubeconfig, cluster, objects);
      return true;
    },
    { timeoutMs: 90_000, intervalMs: 250 },
  );
}

/** Starts the server alone, on what is installed; returns once it answers for its metrics. `features` as its flag takes them. */
export async function startVeleroServer(context: SandboxContext, cluster: string, features = ''): Promise<void> {
  const name = veleroPartName(cluster);
  const metrics = await context.state.port(`${cluster}-velero-metrics`);
  const profiler = await context.state.port(`${cluster}-velero-profiler`);
  const kubeconfig = await ensureKubeconfig(context, cluster, 'velero', {
    commonName: 'velero',
    organizations: ['system:masters'],
  });
  const endpoint = endpointOf(context);
  const credentials = context.path('velero', cluster, 'credentials');
  mkdirSync(dirname(credentials), { recursive: true });
  writeIfChanged(credentials, credentialsFile(sandboxCredentials.accessKeyId));
  await ensureProcess(context, {
    name,
    command: join(binariesDirectory(context), 'velero'),
    args: [
      'server',
      `--kubeconfig=${kubeconfig}`,
      `--namespace=${veleroNamespace}`,
      `--plugin-dir=${pluginDirectory(context, cluster)}`,
      `--metrics-address=127.0.0.1:${metrics}`,
      `--profiler-address=127.0.0.1:${profiler}`,
      '--item-operation-sync-frequency=2s',
      '--terminating-resource-timeout=30s',
      ...(features === '' ? [] : [`--features=${features}`]),
    ],
    // The plugin inherits these; its EC2 client knows no other way to another endpoint. Keys in the environment would win over the
    // credential of a storage location.
    env: {
      AWS_ENDPOINT_URL_EC2: endpoint,
      AWS_REGION: region,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  await waitFor(name, () => listens(metrics), { timeoutMs: 90_000, giveUp: () => deathNotice(context, name) });
}

/** Takes the plugin of AWS out of the server's reach, or puts it there. The server looks when it starts. */
export async function placePlugin(context: SandboxContext, cluster: string, present: boolean): Promise<void> {
  const directory = pluginDirectory(context, cluster);
  mkdirSync(directory, { recursive: true });
  const link = join(directory, 'velero-plugin-for-aws');
  if (present) replaceLink(link, (await ensurePart('velero-plugin-for-aws', context.report)).path);
  else rmSync(link, { force: true });
}

export function veleroPart(cluster: string): ManagedPart {
  const name = veleroPartName(cluster);
  const mend = 'npm run sandbox -- up';
  return {
    name,
    dependsOn: [`${cluster}-control-plane`, `${cluster}-kwok`, `${cluster}-seed`, 'aws-seed'],

    async start(context) {
      const port = context.state.read().ports[`${cluster}-velero-metrics`];
      if (runningProcess(context, name) && port !== undefined && (await listens(port))) return;
      await linkParts(context, ['velero']);
      await placePlugin(context, cluster, true);
      const admin = await setUpKubeconfig(context, cluster);
      await installVelero(context, cluster, admin);
      await startVeleroServer(context, cluster);
    },

    async health(context) {
      const port = context.state.read().ports[`${cluster}-velero-metrics`];
      const ports = port === undefined ? {} : { metrics: port };
      const record = runningProcess(context, name);
      if (!record) return { state: PartState.stopped, ports, mend };
      if (port === undefined || !(await listens(port))) {
        return { state: PartState.degraded, pid: record.pid, ports, detail: 'does not answer', mend };
      }
      return { state: PartState.running, pid: record.pid, ports };
    },

    stop: (context) => stopProcess(context, name, 3_000),

    async wipe(context) {
      rmSync(context.path('velero', cluster), { recursive: true, force: true });
    },
  };
}
