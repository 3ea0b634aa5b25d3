/** Writes what a control-plane host needs before its supervisor can run it. Files that are right already are left alone. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { repositoryRoot } from '../environment.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { launcher } from '../processes/launcher.ts';
import { writeIfChanged } from '../write-if-changed.ts';
import { auditPolicy, authenticationConfiguration } from './api-server-configuration.ts';
import type { ControlPlanePlan } from './control-plane-plan.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { type ClusterPki, ensureHostPki } from './pki.ts';
import { staticPodManifests } from './static-pods.ts';

const componentUsers = {
  'controller-manager': { commonName: 'system:kube-controller-manager' },
  scheduler: { commonName: 'system:kube-scheduler' },
} as const;

async function writeKubeconfigs(plan: ControlPlanePlan, pki: ClusterPki, host: HostDirectory): Promise<void> {
  const server = plan.of(host).endpoints.apiServer;
  for (const [name, subject] of Object.entries(componentUsers)) {
    const client = await pki.client(name, { ...subject, usages: ['client'] });
    const context = { name: host.cluster, server, authority: pki.ca.certificate, client };
    writeIfChanged(join(host.dir, `${name}.conf`), renderKubeconfig([context]));
  }
  const client = await pki.client('super-admin', {
    commonName: 'kubernetes-super-admin',
    organizations: ['system:masters'],
    usages: ['client'],
  });
  const admin = { name: host.cluster, server, authority: pki.ca.certificate, client };
  writeIfChanged(join(host.dir, 'admin.conf'), renderKubeconfig([admin]));
}

/** What `rekindle agent --config` needs to work on this host. */
function writeAgentSettings(host: HostDirectory): void {
  const { cluster, name, manifests, pki, dir, bin } = host;
  const programs = join(dir, '..', '..', 'bin');
  const settings = {
    cluster,
    host: name,
    manifests,
    pki,
    parked: join(dir, 'rekindle', 'parked'),
    scratch: join(dir, 'rekindle', 'scratch'),
    tools: {
      crictl: join(bin, 'crictl'),
      etcdctl: join(programs, 'etcdctl'),
      etcdutl: join(programs, 'etcdutl'),
    },
  };
  writeIfChanged(join(dir, 'agent.yaml'), stringify(settings, { lineWidth: 0 }));
}

function writeCrictl(host: HostDirectory): void {
  const program = join(repositoryRoot, 'sandbox', 'hosts', 'crictl-main.ts');
  const script = `#!/bin/sh\nexec '${process.execPath}' '${launcher}' '${program}' '${host.dir}' "$@"\n`;
  writeIfChanged(join(host.bin, 'crictl'), script, 0o755);
}

export async function writeControlPlaneFiles(
  plan: ControlPlanePlan,
  pki: ClusterPki,
  host: HostDirectory,
): Promise<void> {
  for (const dir of [host.manifests, host.etcd, host.pki, host.logs, host.bin]) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
  await ensureHostPki(pki, host);
  writeIfChanged(join(host.pki, 'authentication-config.yaml'), authenticationConfiguration());
  writeIfChanged(join(host.pki, 'audit-policy.yaml'), auditPolicy());
  await writeKubeconfigs(plan, pki, host);
  writeCrictl(host);
  writeAgentSettings(host);
  rmSync(join(host.dir, 'parked-manifests'), { recursive: true, force: true });
  for (const [file, content] of Object.entries(staticPodManifests(plan, host))) {
    writeIfChanged(join(host.manifests, file), content);
  }
}
