import {
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { awsConnection } from '../aws/connection.ts';
import { awsErrorName, translateAwsError } from '../aws/translate.ts';
import { s3Uri } from './keys.ts';
import type { BucketProtection, NewObject, ObjectInfo, S3Region, S3Regions, StoredObject } from './port.ts';
import { isAlreadyThere, isNoSuchObject, s3ErrorCodes } from './translate.ts';

export interface S3Options {
  /** Buckets in the path instead of the host name, for S3-compatible stores. */
  readonly forcePathStyle: boolean;
}

/** The real S3; one client a region, made when first asked for. */
export function awsS3Regions(options: S3Options): S3Regions & { close(): void } {
  const clients = new Map<string, S3Client>();
  return {
    region(name) {
      const client =
        clients.get(name) ?? new S3Client({ ...awsConnection('s3', name), forcePathStyle: options.forcePathStyle });
      clients.set(name, client);
      return new AwsS3Region(name, client);
    },
    close() {
      for (const client of clients.values()) client.destroy();
      clients.clear();
    },
  };
}

class AwsS3Region implements S3Region {
  readonly #region: string;
  readonly #client: S3Client;

  constructor(region: string, client: S3Client) {
    this.#region = region;
    this.#client = client;
  }

  put(object: NewObject): Promise<void> {
    return this.#call('S3 PutObject', s3Uri(object.bucket, object.key), true, async () => {
      await this.#client.send(new PutObjectCommand(putOf(object)));
    });
  }

  putIfAbsent(object: NewObject): Promise<'stored' | 'already-there'> {
    return this.#call('S3 PutObject', s3Uri(object.bucket, object.key), true, async () => {
      try {
        await this.#client.send(new PutObjectCommand({ ...putOf(object), IfNoneMatch: '*' }));
        return 'stored';
      } catch (error) {
        if (!isAlreadyThere(awsErrorName(error))) throw error;
        return 'already-there';
      }
    });
  }

  get(bucket: string, key: string, signal?: AbortSignal): Promise<StoredObject | null> {
    return this.#call('S3 GetObject', s3Uri(bucket, key), false, async () => {
      try {
        const answer = await this.#client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
          during(signal),
        );
        return {
          body: (await answer.Body?.transformToString('utf-8')) ?? '',
          storedAt: answer.LastModified?.toISOString() ?? '',
          metadata: answer.Metadata ?? {},
        };
      } catch (error) {
        if (!isNoSuchObject(awsErrorName(error))) throw error;
        return null;
      }
    });
  }

  list(bucket: string, prefix: string, signal?: AbortSignal): Promise<readonly ObjectInfo[]> {
    return this.#call('S3 ListObjectsV2', s3Uri(bucket, prefix), false, async () => {
      const found: ObjectInfo[] = [];
      const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: bucket, Prefix: prefix }, during(signal));
      for await (const page of pages) {
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key !== undefined)
            found.push({ key: Key, bytes: Size ?? 0, storedAt: LastModified?.toISOString() ?? '' });
        }
      }
      return found;
    });
  }

  protection(bucket: string, signal?: AbortSignal): Promise<BucketProtection> {
    return this.#call('S3 GetBucketVersioning', bucket, false, async () => {
      const { Status } = await this.#client.send(new GetBucketVersioningCommand({ Bucket: bucket }), during(signal));
      return { versioning: Status === 'Enabled', objectLock: await this.#hasObjectLock(bucket, signal) };
    });
  }

  async #hasObjectLock(bucket: string, signal?: AbortSignal): Promise<boolean> {
    try {
      const command = new GetObjectLockConfigurationCommand({ Bucket: bucket });
      const answer = await this.#client.send(command, during(signal));
      return answer.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
    } catch (error) {
      if (awsErrorName(error) !== 'ObjectLockConfigurationNotFoundError') throw error;
      return false;
    }
  }

  async #call<Answer>(operation: string, target: string, effect: boolean, run: () => Promise<Answer>): Promise<Answer> {
    try {
      return await run();
    } catch (error) {
      throw translateAwsError(error, { operation, target, region: this.#region, effect }, s3ErrorCodes);
    }
  }
}

function during(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function putOf(object: NewObject): PutObjectCommandInput {
  return {
    Bucket: object.bucket,
    Key: object.key,
    Body: object.body,
    ContentType: object.contentType,
    Metadata: { ...object.metadata },
    ChecksumAlgorithm: 'SHA256',
  };
}
