import type { Readable } from 'node:stream';

export interface StoredInfo {
  readonly key: string;
  readonly bytes: number;
  /** ISO 8601 */
  readonly storedAt: string;
}

export interface LargeObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: Readable;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Until then nobody can delete or overwrite this version; null where the bucket has no object lock. */
  readonly lockedUntil: Date | null;
}

/** S3 for objects that do not fit in memory. Every method throws RekindleError alone, or an AbortError of the signal. */
export interface ObjectStore {
  /** Streams in parts; nothing is there before all of it is. */
  upload(object: LargeObject, signal?: AbortSignal): Promise<void>;
  /** Null when there is no such object. The stream must be read to its end or destroyed. */
  download(bucket: string, key: string, signal?: AbortSignal): Promise<{ body: Readable; bytes: number } | null>;
  list(bucket: string, prefix: string, signal?: AbortSignal): Promise<readonly StoredInfo[]>;
  /** Small texts, such as the record beside a snapshot. */
  putText(bucket: string, key: string, text: string, lockedUntil?: Date | null): Promise<void>;
  /** Writes only where nothing is. */
  putTextIfAbsent(bucket: string, key: string, text: string): Promise<'stored' | 'already-there'>;
  getText(bucket: string, key: string, signal?: AbortSignal): Promise<string | null>;
  /** Puts a delete marker where versions are kept; locked versions stay. */
  remove(bucket: string, key: string): Promise<void>;
  hasObjectLock(bucket: string): Promise<boolean>;
}

export interface ObjectStores {
  region(name: string): ObjectStore;
}
