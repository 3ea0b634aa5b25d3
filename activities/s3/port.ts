export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** ISO 8601; when the bucket took the object. */
  readonly storedAt: string;
}

export interface StoredObject {
  readonly body: string;
  readonly storedAt: string;
  /** The `x-amz-meta-*` headers, without that prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What keeps an object of a bucket from being lost by a deletion or an overwriting. */
export interface BucketProtection {
  readonly versioning: boolean;
  /** Versions can be locked against deletion; it implies versioning, and can be had only when a bucket is made or by request. */
  readonly objectLock: boolean;
}

/** S3 in one region, as narrow as the recoveries need. Every method throws `RekindleError` alone (or a cancellation). */
export interface S3Region {
  /** Writes, replacing what was there. S3 checks the body against its SHA-256 on arrival. */
  put(object: NewObject): Promise<void>;
  /** Writes only where nothing is; `already-there` leaves the other object untouched. */
  putIfAbsent(object: NewObject): Promise<'stored' | 'already-there'>;
  /** Null when there is no such object. A missing bucket is an error. */
  get(bucket: string, key: string, signal?: AbortSignal): Promise<StoredObject | null>;
  /** All pages, in the order of their keys. */
  list(bucket: string, prefix: string, signal?: AbortSignal): Promise<readonly ObjectInfo[]>;
  protection(bucket: string, signal?: AbortSignal): Promise<BucketProtection>;
}

export interface S3Regions {
  region(name: string): S3Region;
}
