/**
 * The keys of a cluster, in the places where kubeadm puts them. What the hosts of one cluster share is made once below
 * `<dir>/pki/<cluster>` and copied to each host; what is a host's own is made in its `pki/`. Nothing that exists is replaced,
 * so tokens and kubeconfigs survive every `up`.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import type { KeyedCertificate, LeafOptions } from './certificates.ts';
import { encryptionConfiguration } from './encryption-configuration.ts';

const serviceAddress = '10.96.0.1';

// The X.509 library is loaded only when a certificate is made, which is at the first `up`.
async function makeAuthority(commonName: string): Promise<KeyedCertificate> {
  return (await import('./certificates.ts')).makeAuthority(commonName);
}

async function makeLeaf(authority: KeyedCertificate, options: LeafOptions): Promise<KeyedCertificate> {
  return (await import('./certificates.ts')).makeLeaf(authority, options);
}

function writeSecret(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
}

function readKeyed(base: string): KeyedCertificate {
  return { certificate: readFileSync(`${base}.crt`, 'utf8'), key: readFileSync(`${base}.key`, 'utf8') };
}

async function ensureKeyed(base: string, make: () => Promise<KeyedCertificate>): Promise<KeyedCertificate> {
  if (!existsSync(`${base}.crt`) || !existsSync(`${base}.key`)) {
    const made = await make();
    writeSecret(`${base}.key`, made.key);
    writeSecret(`${base}.crt`, made.certificate);
  }
  return readKeyed(base);
}

export interface ClusterPki {
  readonly dir: string;
  readonly ca: KeyedCertificate;
  /** Signs a client or server certificate with the cluster's authority, once; `name` is the file's name below `clients/`. */
  client(name: string, options: LeafOptions): Promise<KeyedCertificate>;
}

const sharedFiles = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
  'encryption-config.yaml',
];

/** The authorities, the service-account key pair and the key that encrypts Secrets at rest. */
export async function ensureClusterPki(context: SandboxContext, cluster: string): Promise<ClusterPki> {
  const dir = context.path('pki', cluster);
  const ca = await ensureKeyed(join(dir, 'ca'), () => makeAuthority(`kubernetes-${cluster}`));
  await ensureKeyed(join(dir, 'front-proxy-ca'), () => makeAuthority(`front-proxy-${cluster}`));
  await ensureKeyed(join(dir, 'etcd', 'ca'), () => makeAuthority(`etcd-${cluster}`));
  if (!existsSync(join(dir, 'sa.key')) || !existsSync(join(dir, 'sa.pub'))) {
    const pair = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    writeSecret(join(dir, 'sa.key'), pair.privateKey);
    writeSecret(join(dir, 'sa.pub'), pair.publicKey);
  }
  if (!existsSync(join(dir, 'encryption-config.yaml'))) {
    writeSecret(join(dir, 'encryption-config.yaml'), encryptionConfiguration(randomBytes(32)));
  }
  return {
    dir,
    ca,
    client: (name, options) => ensureKeyed(join(dir, 'clients', name), () => makeLeaf(ca, options)),
  };
}

/** A control-plane host's copies of what its cluster shares, and its own certificates. */
export async function ensureHostPki(pki: ClusterPki, host: HostDirectory): Promise<void> {
  for (const file of sharedFiles) {
    const target = join(host.pki, file);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) copyFileSync(join(pki.dir, file), target);
  }
  const authority = (name: string) => readKeyed(join(host.pki, name));
  const own = (name: string, by: string, options: LeafOptions) =>
    ensureKeyed(join(host.pki, name), () => makeLeaf(authority(by), options));
  const addresses = ['127.0.0.1'];
  const dnsNames = ['localhost', host.name];
  const both = ['server', 'client'] as const;
  await own('apiserver', 'ca', {
    commonName: 'kube-apiserver',
    usages: ['server'],
    dnsNames: [
      ...dnsNames,
      ...['', '.default', '.default.svc', '.default.svc.cluster.local'].map((s) => `kubernetes${s}`),
    ],
    addresses: [...addresses, serviceAddress],
  });
  await own('apiserver-kubelet-client', 'ca', {
    commonName: 'kube-apiserver-kubelet-client',
    organizations: ['kubeadm:cluster-admins'],
    usages: ['client'],
  });
  await own('front-proxy-client', 'front-proxy-ca', { commonName: 'front-proxy-client', usages: ['client'] });
  await own('apiserver-etcd-client', 'etcd/ca', { commonName: 'kube-apiserver-etcd-client', usages: ['client'] });
  await own('etcd/server', 'etcd/ca', { commonName: host.name, usages: both, dnsNames, addresses });
  await own('etcd/peer', 'etcd/ca', { commonName: host.name, usages: both, dnsNames, addresses });
  await own('etcd/healthcheck-client', 'etcd/ca', { commonName: 'kube-etcd-healthcheck-client', usages: ['client'] });
}
