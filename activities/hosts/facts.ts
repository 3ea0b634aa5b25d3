import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encryptionKeyIds } from '../etcd/encryption-keys.ts';
import { readCertificates } from './certificates.ts';
import { memberStatus } from './etcd-members.ts';
import { dataDirectory, etcdutl, findManifest, firstUrl, type Host, manifestOf } from './host.ts';
import { readContainers } from './pods.ts';
import { parseInitialCluster, staticPods, versionOfImage } from './static-pod.ts';
import type { HostEtcdFacts, HostFacts, PodFacts } from './types.ts';

/** Everything that a plan needs to know of the host. Changes nothing. */
export async function readHostFacts(host: Host, signal?: AbortSignal): Promise<HostFacts> {
  const problems: string[] = [];
  const pods: PodFacts[] = [];
  const containers = await readContainers(host);
  for (const name of staticPods) {
    const manifest = findManifest(host, name)?.place ?? 'missing';
    pods.push({ name, manifest, running: containers(name).running.length > 0 });
  }
  const apiServer = findManifest(host, 'kube-apiserver');
  return {
    host: host.settings.host,
    pods,
    etcd: await etcdFacts(host, signal),
    kubernetesVersion: apiServer === null ? null : versionOfImage(apiServer.pod.image),
    encryptionKeys: encryptionKeys(apiServer?.pod.flags['encryption-provider-config'], problems),
    serviceAccountKey: digestOf(join(host.settings.pki, 'sa.pub')),
    certificates: readCertificates(host, Date.now()),
    problems,
  };
}

async function etcdFacts(host: Host, signal?: AbortSignal): Promise<HostEtcdFacts> {
  const { flags, image } = manifestOf(host, 'etcd').pod;
  const directory = dataDirectory(host);
  const clientUrl = firstUrl(flags['advertise-client-urls']);
  const { stdout } = await etcdutl(host, ['version'], 10, signal);
  const { bavail, bsize } = statfsSync(existsSync(directory) ? directory : dirname(directory));
  return {
    name: flags.name ?? '',
    peerUrl: firstUrl(flags['initial-advertise-peer-urls']),
    clientUrl,
    initialCluster: parseInitialCluster(flags['initial-cluster'] ?? ''),
    version: versionOfImage(image),
    toolVersion: /etcdutl version: (\S+)/.exec(stdout)?.[1] ?? '',
    dataFound: existsSync(join(directory, 'member')),
    freeBytes: bavail * bsize,
    status: await memberStatus(host, clientUrl, signal),
  };
}

function encryptionKeys(file: string | undefined, problems: string[]): string[] {
  if (file === undefined) return [];
  try {
    return encryptionKeyIds(readFileSync(file, 'utf8'));
  } catch {
    problems.push('the EncryptionConfiguration that the API server names cannot be read');
    return [];
  }
}

function digestOf(file: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return null;
  }
}
