import type {
  BucketProtection,
  NewObject,
  ObjectInfo,
  S3Region,
  S3Regions,
  StoredObject,
} from '../../activities/s3/port.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';

/** S3 in memory, held to the same conformance suite as the real client. */
export class FakeS3Region implements S3Region {
  readonly regions: S3Regions = { region: () => this };
  readonly objects = new Map<string, NewObject & { readonly storedAt: string }>();
  /** Keys in the order in which they were written. */
  readonly written: string[] = [];
  readonly #buckets: ReadonlySet<string>;
  #clock = Date.parse('2026-01-01T00:00:00Z');

  constructor(...buckets: readonly string[]) {
    this.#buckets = new Set(buckets);
  }

  async put(object: NewObject): Promise<void> {
    this.#demand(object.bucket);
    this.#clock += 1_000;
    this.objects.set(`${object.bucket}/${object.key}`, { ...object, storedAt: new Date(this.#clock).toISOString() });
    this.written.push(object.key);
  }

  async putIfAbsent(object: NewObject): Promise<'stored' | 'already-there'> {
    if (this.objects.has(`${object.bucket}/${object.key}`)) return 'already-there';
    await this.put(object);
    return 'stored';
  }

  async get(bucket: string, key: string): Promise<StoredObject | null> {
    this.#demand(bucket);
    return this.objects.get(`${bucket}/${key}`) ?? null;
  }

  async list(bucket: string, prefix: string): Promise<readonly ObjectInfo[]> {
    this.#demand(bucket);
    return [...this.objects.values()]
      .filter((object) => object.bucket === bucket && object.key.startsWith(prefix))
      .sort((left, right) => (left.key < right.key ? -1 : 1))
      .map(({ key, body, storedAt }) => ({ key, bytes: Buffer.byteLength(body), storedAt }));
  }

  async protection(bucket: string): Promise<BucketProtection> {
    this.#demand(bucket);
    return { versioning: true, objectLock: true };
  }

  #demand(bucket: string): void {
    if (!this.#buckets.has(bucket)) throw new RekindleError('not-found', `NoSuchBucket: ${bucket}`);
  }
}
