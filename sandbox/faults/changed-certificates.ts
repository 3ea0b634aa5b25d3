/** Certificates of a host in the place of its own, and the way back. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyedCertificate } from '../cluster/certificates.ts';
import { renewHostCertificates, writeKeyed } from '../cluster/pki.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';

function keptOf(host: HostDirectory): string {
  return join(host.dir, 'certificates-of-before.json');
}

export function haveChanged(host: HostDirectory): boolean {
  return existsSync(keptOf(host));
}

/** Leaves a host alone whose certificates have been changed before. */
export async function changeCertificates(
  host: HostDirectory,
  change: Parameters<typeof renewHostCertificates>[1],
): Promise<void> {
  if (haveChanged(host)) return;
  const before = await renewHostCertificates(host, change);
  writeFileSync(keptOf(host), JSON.stringify([...before]), { mode: 0o600 });
}

export function putCertificatesBack(host: HostDirectory): void {
  const before = JSON.parse(readFileSync(keptOf(host), 'utf8')) as [string, KeyedCertificate][];
  for (const [name, keyed] of before) writeKeyed(join(host.pki, name), keyed);
  rmSync(keptOf(host));
}
