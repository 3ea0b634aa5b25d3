import { createHash } from 'node:crypto';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Holder } from '../kubernetes/marks.ts';
import type { S3Regions } from '../s3/port.ts';
import type { ListPlace, StoredList } from './types.ts';

/** Beside the report of the same run; the content decides the name, so that a repeat meets its own object. */
function keyOf({ workflowId, recoveryId }: Holder, what: string, sha256: string): string {
  return `reports/${workflowId}/${recoveryId}/${what}-${sha256.slice(0, 16)}.json`;
}

/** Stores a list, one line of JSON an object. Equal lists are one object on S3. */
export async function storeList(
  regions: S3Regions,
  place: ListPlace,
  holder: Holder,
  what: string,
  objects: readonly unknown[],
): Promise<StoredList> {
  const body = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  const sha256 = createHash('sha256').update(body, 'utf8').digest('hex');
  const { bucket } = place;
  const key = keyOf(holder, what, sha256);
  await regions.region(place.region).putIfAbsent({
    bucket,
    key,
    body,
    contentType: 'application/x-ndjson',
    metadata: { sha256, objects: String(objects.length) },
  });
  return { bucket, key, sha256, objects: objects.length };
}

/** @throws RekindleError `definitions-damaged` when the list is gone or its bytes are others */
export async function readList<T>(
  regions: S3Regions,
  region: string,
  { bucket, key, sha256 }: StoredList,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const stored = await regions.region(region).get(bucket, key, signal);
  const body = stored?.body ?? '';
  if (stored === null || createHash('sha256').update(body, 'utf8').digest('hex') !== sha256) {
    throw new RekindleError(
      'definitions-damaged',
      `s3://${bucket}/${key} is not the list that the plan was made with`,
      {
        details: { uri: `s3://${bucket}/${key}` },
      },
    );
  }
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
