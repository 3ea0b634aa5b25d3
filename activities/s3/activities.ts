import { RekindleError } from '../../errors/rekindle-error.ts';
import { activityPace, type Pace } from '../pace.ts';
import { definitionsYaml, parseDefinitions, sha256Of } from './definitions-document.ts';
import { definitionsKey, definitionsPrefix, reportKeys, s3Uri } from './keys.ts';
import type { ObjectInfo, S3Regions, StoredObject } from './port.ts';
import type { ReadDefinitionsResult, S3Activities, SavedDefinitions } from './types.ts';

export type { S3Activities } from './types.ts';

export interface S3Dependencies {
  readonly regions: S3Regions;
  readonly pace?: Pace;
}

export function createS3Activities({ regions, pace = activityPace }: S3Dependencies): S3Activities {
  return {
    /**
     * Safe to retry: the key is made from the recovery and the content, and is written only where nothing is.
     * @throws RekindleError `secret-refused` for a Secret
     */
    async saveDefinitions(input) {
      const body = definitionsYaml(input.objects);
      const sha256 = sha256Of(body);
      const key = definitionsKey(input, input.recoveryId, sha256);
      const savedAt = new Date(pace.now()).toISOString();
      const bucket = regions.region(input.region);
      const outcome = await bucket.putIfAbsent({
        bucket: input.bucket,
        key,
        body,
        contentType: 'application/yaml',
        metadata: {
          sha256,
          'saved-at': savedAt,
          objects: String(input.objects.length),
          'recovery-id': input.recoveryId,
          'workflow-id': encodeURIComponent(input.workflowId),
        },
      });
      const stored = outcome === 'stored' ? null : await bucket.get(input.bucket, key, pace.signal());
      if (stored !== null && sha256Of(stored.body) !== sha256) throw damaged(s3Uri(input.bucket, key));
      return {
        uri: s3Uri(input.bucket, key),
        sha256,
        bytes: Buffer.byteLength(body, 'utf8'),
        objects: input.objects.length,
        savedAt: stored?.metadata['saved-at'] ?? savedAt,
        recoveryId: input.recoveryId,
      };
    },

    /**
     * Safe to retry: reads only.
     * @throws RekindleError `definitions-damaged` when stored bytes differ from their digest
     */
    async readDefinitions(input) {
      const bucket = regions.region(input.region);
      const saved = await bucket.list(input.bucket, definitionsPrefix(input, input.recoveryId), pace.signal());
      let newest: ReadDefinitionsResult['found'] = null;
      for (const info of [...saved].sort(newestFirst)) {
        const stored = await bucket.get(input.bucket, info.key, pace.signal());
        if (stored === null) continue;
        const uri = s3Uri(input.bucket, info.key);
        const facts = savedFacts(uri, info, stored);
        const found = { ...facts, definitions: parseDefinitions(stored.body, uri) };
        const kinds = new Set(found.definitions.map((definition) => definition.kind));
        if ((input.preferKinds ?? []).every((kind) => kinds.has(kind))) return { found };
        newest ??= found;
      }
      return { found: newest };
    },

    /** Safe to retry: the same report goes to the same two keys; the Markdown last, so that its presence means both are there. */
    async saveReport(input) {
      const bucket = regions.region(input.region);
      const keys = reportKeys(input.prefix);
      const parts = [
        { key: keys.json, body: input.json, contentType: 'application/json' },
        { key: keys.markdown, body: input.markdown, contentType: 'text/markdown; charset=utf-8' },
      ];
      for (const part of parts) {
        await bucket.put({ bucket: input.bucket, ...part, metadata: { sha256: sha256Of(part.body) } });
      }
      return { jsonUri: s3Uri(input.bucket, keys.json), markdownUri: s3Uri(input.bucket, keys.markdown) };
    },
  };
}

function savedFacts(uri: string, info: ObjectInfo, stored: StoredObject): SavedDefinitions {
  const sha256 = sha256Of(stored.body);
  if (stored.metadata.sha256 !== sha256) throw damaged(uri);
  const folders = info.key.split('/');
  return {
    uri,
    sha256,
    bytes: Buffer.byteLength(stored.body, 'utf8'),
    objects: Number(stored.metadata.objects ?? 0),
    savedAt: stored.metadata['saved-at'] ?? stored.storedAt,
    recoveryId: stored.metadata['recovery-id'] ?? decodeURIComponent(folders.at(-2) ?? ''),
  };
}

function damaged(uri: string): RekindleError {
  return new RekindleError(
    'definitions-damaged',
    `The bytes of ${uri} differ from the digest that was stored with them`,
    {
      details: { uri },
    },
  );
}

/** S3 tells times in whole seconds; the key breaks a tie, so that the order is the same each time. */
function newestFirst(left: ObjectInfo, right: ObjectInfo): number {
  if (left.storedAt !== right.storedAt) return left.storedAt < right.storedAt ? 1 : -1;
  return left.key < right.key ? 1 : -1;
}
