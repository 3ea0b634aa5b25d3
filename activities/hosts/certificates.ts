/**
 * The certificates without which members, API server and agent do not talk to each other. When they run out, every member looks dead
 * although its data is whole: a restore would throw away what was written since, and end where it began. Judged by the host's own clock,
 * as TLS does it.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { findManifest, firstUrl, type Host } from './host.ts';
import type { CertificateFacts } from './types.ts';

interface Files {
  readonly certificate: string;
  readonly key?: string | undefined;
  /** The file of the authorities by which the other side checks it. */
  readonly authority?: string | undefined;
  /** By which others reach who shows it. */
  readonly url?: string | undefined;
}

/** As PEM; null: there is no such file, or it is not for the agent to read. */
export interface CertificateTexts {
  readonly certificate: string | null;
  readonly key?: string | null | undefined;
  readonly authority?: string | null | undefined;
  /** A name or an address that the certificate should have. */
  readonly name?: string | undefined;
}

const dayMs = 24 * 60 * 60 * 1000;

export function readCertificates(host: Host, now: number): CertificateFacts[] {
  const etcd = findManifest(host, 'etcd')?.pod.flags ?? {};
  const api = findManifest(host, 'kube-apiserver')?.pod.flags ?? {};
  const pki = (file: string) => join(host.settings.pki, 'etcd', file);
  const used: (Files | null)[] = [
    pair(etcd['cert-file'], etcd['key-file'], pki('ca.crt'), firstUrl(etcd['advertise-client-urls'])),
    pair(
      etcd['peer-cert-file'],
      etcd['peer-key-file'],
      etcd['peer-trusted-ca-file'],
      firstUrl(etcd['initial-advertise-peer-urls']),
    ),
    pair(etcd['trusted-ca-file']),
    pair(etcd['peer-trusted-ca-file']),
    etcd['cert-file'] === undefined
      ? null
      : pair(pki('healthcheck-client.crt'), pki('healthcheck-client.key'), etcd['trusted-ca-file']),
    pair(api['etcd-certfile'], api['etcd-keyfile'], etcd['trusted-ca-file']),
    pair(api['tls-cert-file'], api['tls-private-key-file']),
  ];
  const files = used.filter((one) => one !== null);
  const unique = files.filter(
    ({ certificate }, index) => files.findIndex((other) => other.certificate === certificate) === index,
  );
  return unique.map(({ certificate, key, authority, url }) => ({
    file: certificate,
    ...judgeCertificate(
      {
        certificate: textOf(certificate),
        name: nameIn(url),
        ...(key !== undefined && { key: textOf(key) }),
        ...(authority !== undefined && { authority: textOf(authority) }),
      },
      now,
    ),
  }));
}

/** A file without an authority may be one: of several certificates in it, the one that lasts longest counts. Pure. */
export function judgeCertificate(
  { certificate, key, authority, name }: CertificateTexts,
  now: number,
): Omit<CertificateFacts, 'file'> {
  const chain = certificatesIn(certificate);
  const [leaf] = authority === undefined && key === undefined ? [...chain].sort(longestFirst) : chain;
  if (leaf === undefined) return { expiresAt: null, daysLeft: null, problem: 'cannot be read' };
  const [from, until] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  return {
    expiresAt: new Date(until).toISOString(),
    daysLeft: Math.floor((until - now) / dayMs),
    problem: problemOf(leaf, chain, { key, authority }, { from, until, now }),
    ...(name !== undefined && !hasName(leaf, name) && { unnamed: name }),
  };
}

/** As Go's TLS looks for it: never in the subject. */
function hasName(leaf: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? leaf.checkHost(name, { subject: 'never' }) : leaf.checkIP(name);
  return found !== undefined;
}

function nameIn(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') || undefined;
}

function problemOf(
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
  { key, authority }: Omit<CertificateTexts, 'certificate'>,
  { from, until, now }: { readonly from: number; readonly until: number; readonly now: number },
): string | null {
  if (now > until) return `ran out at ${new Date(until).toISOString()}`;
  if (now < from)
    return `is not valid before ${new Date(from).toISOString()}, and the clock of the host says ${new Date(now).toISOString()}`;
  // What the agent may not read says nothing against the certificate.
  const signers = [...certificatesIn(authority ?? null), ...chain.filter((other) => other !== leaf)];
  if (
    typeof authority === 'string' &&
    !signers.some((signer) => leaf.checkIssued(signer) && leaf.verify(signer.publicKey))
  ) {
    return 'is signed by none of the authorities by which it is checked';
  }
  if (typeof key === 'string' && !belongs(leaf, key)) return 'does not belong to its key';
  return null;
}

function belongs(leaf: X509Certificate, key: string): boolean {
  try {
    return leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function certificatesIn(text: string | null): X509Certificate[] {
  const blocks = text?.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

function longestFirst(left: X509Certificate, right: X509Certificate): number {
  return Date.parse(right.validTo) - Date.parse(left.validTo);
}

function pair(certificate: string | undefined, key?: string, authority?: string, url?: string): Files | null {
  return certificate === undefined ? null : { certificate, key, authority, url };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
