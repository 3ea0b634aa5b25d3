/** The files at the top of the state directory, written before any part starts. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { ensureAgeIdentity } from './age-identity.ts';
import { apiServerPortName } from './cluster/api-server-health.ts';
import { balancerPortName, clusterServer } from './cluster/cluster-directory.ts';
import { renderKubeconfig } from './cluster/kubeconfig.ts';
import { ensureClusterPki } from './cluster/pki.ts';
import type { SandboxContext } from './context.ts';
import { renderEnvironmentFile } from './environment-file.ts';
import { renderInventory } from './inventory.ts';
import { clusterHosts, clustersOf } from './topology.ts';
import { writeIfChanged } from './write-if-changed.ts';

const standardPorts = ['aws-front', 'temporal', 'temporal-ui', 'codec-server'] as const;

async function chooseStandardPorts(context: SandboxContext): Promise<void> {
  for (const port of standardPorts) await context.state.port(port);
  for (const cluster of clustersOf(context)) {
    const hosts = clusterHosts(context, cluster.name);
    for (const host of hosts) await context.state.port(apiServerPortName(host));
    if (hosts.length > 1) await context.state.port(balancerPortName(cluster.name));
  }
}

/** One context a cluster, each with the rights of a cluster admin. */
async function userKubeconfig(context: SandboxContext): Promise<string> {
  const contexts = [];
  for (const { name } of clustersOf(context)) {
    const pki = await ensureClusterPki(context, name);
    const client = await pki.client('kubernetes-admin', {
      commonName: 'kubernetes-admin',
      organizations: ['kubeadm:cluster-admins'],
      usages: ['client'],
    });
    contexts.push({ name, server: clusterServer(context, name), authority: pki.ca.certificate, client });
  }
  return renderKubeconfig(contexts);
}

function codecKeys(): string {
  return `${JSON.stringify({ keys: [{ id: 'k1', key: randomBytes(32).toString('base64') }] })}\n`;
}

export async function writeSandboxFiles(context: SandboxContext): Promise<void> {
  await chooseStandardPorts(context);
  mkdirSync(context.path('secrets'), { recursive: true, mode: 0o700 });
  const keys = context.path('secrets', 'codec-keys.json');
  if (!existsSync(keys)) writeIfChanged(keys, codecKeys());
  await ensureAgeIdentity(context);
  writeIfChanged(context.path('kubeconfig'), await userKubeconfig(context));
  writeIfChanged(context.path('rekindle.yaml'), await renderInventory(context), 0o644);
  writeIfChanged(context.path('env'), renderEnvironmentFile(context));
}
