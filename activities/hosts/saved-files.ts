import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { ObjectStore } from '../objects/port.ts';
import type { Host } from './host.ts';
import { type SealedDocument, type SealingKey, seal, sealedBytes } from './sealing.ts';
import type { Identity, SavedHostFiles } from './types.ts';

export type { SealedDocument, SealingKey } from './sealing.ts';

interface SavedFile {
  readonly path: string;
  readonly mode: number;
  /** Base64 */
  readonly content: string;
}

/**
 * Certificates, keys and manifests of the host, sealed with the codec key (AES-256-GCM), in the bucket of the artefacts. Without
 * such a key private keys and the EncryptionConfiguration stay on the host, and the answer says so.
 */
export async function saveHostFiles(
  host: Host,
  store: ObjectStore,
  sealing: SealingKey | null,
  input: Identity & { readonly region: string; readonly bucket: string },
): Promise<SavedHostFiles> {
  const { cluster, host: name, manifests, parked, pki } = host.settings;
  const files = [manifests, parked, pki]
    .flatMap(filesBelow)
    .filter((path) => sealing !== null || !secret(path))
    .map((path): SavedFile => ({ path, mode: 0o600, content: readFileSync(path).toString('base64') }));
  const packed = gzipSync(JSON.stringify({ version: 1, host: name, files }));
  const document = sealing === null ? { version: 1, packed: packed.toString('base64') } : seal(sealing, packed);
  const key = `hosts/${cluster}/${name}/${input.recoveryId}.json`;
  // The first save of a recovery is the one before anything was changed.
  const text = JSON.stringify(document);
  const outcome = await store.putTextIfAbsent(input.bucket, key, text);
  const stored = outcome === 'stored' ? text : ((await store.getText(input.bucket, key)) ?? '');
  return {
    uri: `s3://${input.bucket}/${key}`,
    sha256: createHash('sha256').update(stored).digest('hex'),
    files: files.length,
    withPrivateKeys: sealing !== null,
  };
}

function secret(path: string): boolean {
  return !/\.(crt|pub)$/.test(path) && !/manifests|parked/.test(dirname(path));
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new RekindleError('host-files-unreadable', `${folder} cannot be read`, { cause });
  }
}

/** The files of a sealed document by their path. Throws when the key or the document is another one. */
export function unseal(key: SealingKey, document: SealedDocument): Readonly<Record<string, Buffer>> {
  const packed = sealedBytes(key, document);
  const { files } = JSON.parse(gunzipSync(packed).toString('utf8')) as { files: SavedFile[] };
  return Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content, 'base64')]));
}
