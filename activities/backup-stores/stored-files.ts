import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { ObjectStores } from '../objects/port.ts';
import type { BackupObject } from '../velero/objects.ts';
import type { BackupStore } from './types.ts';

/** Velero's layout of a bucket: `backups/<name>/velero-backup.json` and its files beside it. */
const folder = 'backups/';
const record = 'velero-backup.json';

/** Records that are read at once. */
const atOnce = 8;

/** The backups of a bucket as their records have them. A folder without a record is a backup under way, or one that never ended. */
export async function storedBackups(
  stores: ObjectStores,
  { region, bucket }: BackupStore,
  only: string | null,
  signal: AbortSignal,
): Promise<BackupObject[]> {
  const store = stores.region(region);
  const prefix = only === null ? folder : `${folder}${only}/`;
  const keys = (await store.list(bucket, prefix, signal)).map(({ key }) => key).filter((key) => isRecord(key));
  const found: BackupObject[] = [];
  for (let start = 0; start < keys.length; start += atOnce) {
    const texts = await Promise.all(keys.slice(start, start + atOnce).map((key) => store.getText(bucket, key, signal)));
    found.push(...texts.flatMap((text, index) => (text === null ? [] : [parsed(text, keys[start + index] ?? '')])));
  }
  return found;
}

function isRecord(key: string): boolean {
  return key.endsWith(`/${record}`) && key.split('/').length === 3;
}

function parsed(text: string, key: string): BackupObject {
  try {
    return JSON.parse(text) as BackupObject;
  } catch (cause) {
    throw new RekindleError('velero-file-damaged', `${key} is no JSON`, { cause, details: { file: key } });
  }
}

/** The bytes of a file of a backup, such as `<name>.tar.gz`; null when there is none. */
export async function storedFile(
  stores: ObjectStores,
  { region, bucket }: BackupStore,
  backup: string,
  suffix: string,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const found = await stores.region(region).download(bucket, `${folder}${backup}/${backup}${suffix}`, signal);
  return found === null ? null : buffer(found.body);
}

export function unpackedText(bytes: Buffer, file: string): string {
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (cause) {
    throw new RekindleError('velero-file-damaged', `${file} is no gzip`, { cause, details: { file } });
  }
}
