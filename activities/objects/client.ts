import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { awsConnection } from '../aws/connection.ts';
import { awsErrorName, translateAwsError } from '../aws/translate.ts';
import { isAlreadyThere, isNoSuchObject, s3ErrorCodes } from '../s3/translate.ts';
import type { ObjectStore, ObjectStores, StoredInfo } from './port.ts';

export interface ObjectStoreOptions {
  readonly forcePathStyle: boolean;
}

/** A part's size and how many are under way: together what an upload holds in memory. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 3;

/**
 * S3 takes up to minutes to join the parts of a large object. A client that gives up before asks again, and is told that there is no
 * such upload, although all of it is stored.
 */
const whileJoining = { requestTimeout: 5 * 60_000 } as const;

export function awsObjectStores({ forcePathStyle }: ObjectStoreOptions): ObjectStores {
  const clientOf = (region: string, patience: { readonly requestTimeout?: number }): S3Client => {
    const connection = awsConnection('s3', region);
    return new S3Client({
      ...connection,
      requestHandler: { ...connection.requestHandler, ...patience },
      forcePathStyle,
    });
  };
  const stores = new Map<string, ObjectStore>();
  return {
    region(name) {
      const store = stores.get(name) ?? openStore(name, clientOf(name, {}), clientOf(name, whileJoining));
      stores.set(name, store);
      return store;
    },
  };
}

function lock(until: Date | null | undefined) {
  return until ? { ObjectLockMode: 'COMPLIANCE' as const, ObjectLockRetainUntilDate: until } : {};
}

function during(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function openStore(region: string, client: S3Client, patientClient: S3Client): ObjectStore {
  async function call<T>(operation: string, target: string, effect: boolean, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw translateAwsError(error, { operation: `S3 ${operation}`, target, region, effect }, s3ErrorCodes);
    }
  }
  const at = (bucket: string, key: string) => `s3://${bucket}/${key}`;

  async function putText(bucket: string, key: string, text: string, lockedUntil?: Date | null, onlyIfAbsent = false) {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: text,
        ContentType: 'application/json',
        ChecksumAlgorithm: 'SHA256',
        ...(onlyIfAbsent && { IfNoneMatch: '*' }),
        ...lock(lockedUntil),
      }),
    );
  }

  async function keep(bucket: string, key: string, versionId: string | undefined, until: Date) {
    await client.send(
      new PutObjectRetentionCommand({
        Bucket: bucket,
        Key: key,
        ...(versionId !== undefined && { VersionId: versionId }),
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: until },
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  }

  return {
    upload: ({ bucket, key, body, contentType, metadata, lockedUntil }, signal) =>
      call('multipart upload', at(bucket, key), true, async () => {
        const upload = new Upload({
          client: patientClient,
          partSize: partBytes,
          queueSize: partsAtOnce,
          params: {
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentType: contentType,
            Metadata: { ...metadata },
            ChecksumAlgorithm: 'SHA256',
            ...lock(lockedUntil),
          },
        });
        const abort = () => void upload.abort();
        signal?.addEventListener('abort', abort, { once: true });
        try {
          const { VersionId } = await upload.done();
          // Not every store carries the lock of the first request over to an object that came in parts.
          if (lockedUntil !== null) await keep(bucket, key, VersionId, lockedUntil);
        } finally {
          signal?.removeEventListener('abort', abort);
        }
      }),

    download: (bucket, key, signal) =>
      call('GetObject', at(bucket, key), false, async () => {
        try {
          const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), during(signal));
          return { body: answer.Body as Readable, bytes: answer.ContentLength ?? 0 };
        } catch (error) {
          if (!isNoSuchObject(awsErrorName(error))) throw error;
          return null;
        }
      }),

    list: (bucket, prefix, signal) =>
      call('ListObjectsV2', at(bucket, prefix), false, async () => {
        const found: StoredInfo[] = [];
        const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }, during(signal));
        for await (const page of pages) {
          for (const { Key, Size, LastModified } of page.Contents ?? []) {
            if (Key !== undefined)
              found.push({ key: Key, bytes: Size ?? 0, storedAt: LastModified?.toISOString() ?? '' });
          }
        }
        return found;
      }),

    putText: (bucket, key, text, lockedUntil) =>
      call('PutObject', at(bucket, key), true, () => putText(bucket, key, text, lockedUntil)),

    putTextIfAbsent: (bucket, key, text) =>
      call('PutObject', at(bucket, key), true, async () => {
        try {
          await putText(bucket, key, text, null, true);
          return 'stored';
        } catch (error) {
          if (!isAlreadyThere(awsErrorName(error))) throw error;
          return 'already-there';
        }
      }),

    getText: (bucket, key, signal) =>
      call('GetObject', at(bucket, key), false, async () => {
        try {
          const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), during(signal));
          return (await answer.Body?.transformToString('utf-8')) ?? '';
        } catch (error) {
          if (!isNoSuchObject(awsErrorName(error))) throw error;
          return null;
        }
      }),

    remove: (bucket, key) =>
      call('DeleteObject', at(bucket, key), true, async () => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      }),

    hasObjectLock: (bucket) =>
      call('GetObjectLockConfiguration', at(bucket, ''), false, async () => {
        try {
          const answer = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
          return answer.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
        } catch (error) {
          if (awsErrorName(error) === 'ObjectLockConfigurationNotFoundError') return false;
          throw error;
        }
      }),
  };
}
