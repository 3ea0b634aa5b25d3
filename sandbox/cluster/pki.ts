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
/** The authority of everything that talks to etcd. */
export const etcdAuthority = 'etcd/ca';
/** What the members show each other. */
export const etcdPeerCertificate = 'etcd/peer';

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
    writeKeyed(base, await make());
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
  for (const { name, by, options } of ownCertificates(host)) {
    await ensureKeyed(join(host.pki, name), () => makeLeaf(readKeyed(join(host.pki, by)), options));
  }
}

export interface OwnCertificate {
  /** Its file and that of its authority below `pki/`, without the ending. */
  readonly name: string;
  readonly by: string;
  readonly options: LeafOptions;
}

/**
 * Signs new ones in the place of the host's own certificates, each with what `change` says of it; those that it says nothing of stay.
 * Those of before are in what is returned.
 */
export async function renewHostCertificates(
  host: HostDirectory,
  change: (own: Pick<OwnCertificate, 'name' | 'by'>) => Partial<LeafOptions> | undefined,
): Promise<ReadonlyMap<string, KeyedCertificate>> {
  const before = new Map<string, KeyedCertificate>();
  for (const { name, by, options } of ownCertificates(host)) {
    const changed = change({ name, by });
    if (changed === undefined) continue;
    const base = join(host.pki, name);
    before.set(name, readKeyed(base));
    writeKeyed(base, await makeLeaf(readKeyed(join(host.pki, by)), { ...options, ...changed }));
  }
  return before;
}

export function writeKeyed(base: string, { certificate, key }: KeyedCertificate): void {
  writeSecret(`${base}.key`, key);
  writeSecret(`${base}.crt`, certificate);
}

function ownCertificates(host: HostDirectory): readonly OwnCertificate[] {
  const addresses = ['127.0.0.1'];
  const dnsNames = ['localhost', host.name];
  const both = ['server', 'client'] as const;
  const member = { commonName: host.name, usages: both, dnsNames, addresses };
  const client = (commonName: string): LeafOptions => ({ commonName, usages: ['client'] });
  const services = ['', '.default', '.default.svc', '.default.svc.cluster.local'].map((end) => `kubernetes${end}`);
  const server: LeafOptions = {
    commonName: 'kube-apiserver',
    usages: ['server'],
    dnsNames: [...dnsNames, ...services],
    addresses: [...addresses, serviceAddress],
  };
  const kubelets = { ...client('kube-apiserver-kubelet-client'), organizations: ['kubeadm:cluster-admins'] };
  return [
    { name: 'apiserver', by: 'ca', options: server },
    { name: 'apiserver-kubelet-client', by: 'ca', options: kubelets },
    { name: 'front-proxy-client', by: 'front-proxy-ca', options: client('front-proxy-client') },
    { name: 'apiserver-etcd-client', by: etcdAuthority, options: client('kube-apiserver-etcd-client') },
    { name: 'etcd/server', by: etcdAuthority, options: member },
    { name: etcdPeerCertificate, by: etcdAuthority, options: member },
    { name: 'etcd/healthcheck-client', by: etcdAuthority, options: client('kube-etcd-healthcheck-client') },
  ];
}
