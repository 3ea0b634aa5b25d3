import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { SandboxContext } from '../context.ts';
import { inheritedEnvironment } from '../environment.ts';
import { binariesDirectory, linkParts } from '../parts/binaries-directory.ts';
import { ensurePart } from '../parts/ensure-part.ts';
import { deathNotice, ensureProcess, runningProcess, stopProcess } from '../processes/detached-process.ts';
import { listens } from '../processes/listens.ts';
import { type ManagedPart, PartState } from '../processes/managed-part.ts';
import { waitFor } from '../processes/wait-for.ts';
import { writeIfChanged } from '../write-if-changed.ts';
import { clusterDirectory, ensureKubeconfig, setUpKubeconfig } from './cluster-directory.ts';
import { kwokUser } from './kwok-objects.ts';
import { kubeletLabel, kwokConfiguration } from './kwok-stages.ts';
import { ensureClusterPki } from './pki.ts';

async function writeFiles(context: SandboxContext, cluster: string): Promise<{ config: string; tls: string }> {
  const dir = clusterDirectory(context, cluster);
  const workDir = join(dir, 'exec');
  mkdirSync(workDir, { recursive: true });
  const config = join(dir, 'kwok.yaml');
  writeIfChanged(
    config,
    kwokConfiguration(workDir)
      .map((part) => stringify(part, { lineWidth: 0 }))
      .join('---\n'),
  );
  const pki = await ensureClusterPki(context, cluster);
  await pki.client('kwok-kubelet', { commonName: 'kwok', usages: ['server'], addresses: ['127.0.0.1'] });
  return { config, tls: join(pki.dir, 'clients', 'kwok-kubelet') };
}

/** The kubelet of every node of the cluster that carries `kubeletLabel`. */
export function kwokPart(cluster: string): ManagedPart {
  const name = `${cluster}-kwok`;
  return {
    name,
    dependsOn: [`${cluster}-control-plane`],

    async start(context) {
      const port = await context.state.port(`${cluster}-kubelet`);
      if (runningProcess(context, name) && (await listens(port))) return;
      await linkParts(context, ['kwok']);
      const { config, tls } = await writeFiles(context, cluster);
      const kubeconfig = await ensureKubeconfig(context, cluster, 'kwok', { commonName: kwokUser });
      const admin = await setUpKubeconfig(context, cluster);
      const { applyObjects } = await import('./apply-objects.ts');
      const { execDefinition, kwokPermissions } = await import('./kwok-objects.ts');
      await applyObjects(admin, cluster, [...kwokPermissions, execDefinition]);
      const { path: postgresql } = await ensurePart('postgresql', context.report);
      await ensureProcess(context, {
        name,
        command: join(binariesDirectory(context), 'kwok'),
        args: [
          `--kubeconfig=${kubeconfig}`,
          `--config=${config}`,
          `--manage-nodes-with-label-selector=${kubeletLabel.name}=${kubeletLabel.value}`,
          '--node-ip=127.0.0.1',
          `--node-port=${port}`,
          `--server-address=127.0.0.1:${port}`,
          `--tls-cert-file=${tls}.crt`,
          `--tls-private-key-file=${tls}.key`,
          '--node-lease-duration-seconds=40',
          '--enable-crds=Exec',
        ],
        // Commands that are run by `exec` into a pod find the database's tools.
        env: { PATH: `${postgresql}:${inheritedEnvironment().PATH ?? ''}` },
      });
      await waitFor(name, () => listens(port), { timeoutMs: 60_000, giveUp: () => deathNotice(context, name) });
    },

    async health(context) {
      const port = context.state.read().ports[`${cluster}-kubelet`];
      const record = runningProcess(context, name);
      const mend = 'npm run sandbox -- up';
      const ports = port === undefined ? {} : { kubelet: port };
      if (!record) return { state: PartState.stopped, ports, mend };
      if (!(await listens(port))) {
        return { state: PartState.degraded, pid: record.pid, ports, detail: 'does not answer', mend };
      }
      return { state: PartState.running, pid: record.pid, ports };
    },

    stop: (context) => stopProcess(context, name, 3_000),
  };
}
