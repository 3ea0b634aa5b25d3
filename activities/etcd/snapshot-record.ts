/** What is stored beside each snapshot, `<key>.json`; written last, so that its presence means that the snapshot is whole. */
export interface SnapshotRecord {
  readonly version: 1;
  readonly cluster: string;
  /** ISO 8601 */
  readonly takenAt: string;
  readonly recoveryId: string;
  /** Key of the snapshot in the same bucket. */
  readonly key: string;
  readonly bytes: number;
  /** Hex SHA-256 of the object's bytes. */
  readonly sha256: string;
  /** True when etcdutl restored these bytes, on trial, before they were stored. Absent in records of earlier versions. */
  readonly tried?: boolean;
  /** As `etcdutl snapshot status` tells them. */
  readonly revision: number;
  readonly totalKeys: number;
  readonly etcdVersion: string;
  readonly kubernetesVersion: string | null;
  readonly clusterId: string;
  readonly takenFrom: string;
  readonly members: readonly { readonly name: string; readonly peerUrl: string }[];
  /** Identities of the keys that encrypt Secrets at rest, see `encryption-keys.ts`; empty: nothing is encrypted. */
  readonly encryptionKeys: readonly string[];
  /** Hex SHA-256 of the public service-account key, so that tokens that were signed then are accepted after a restore. */
  readonly serviceAccountKey: string | null;
}

export function snapshotPrefix(cluster: string): string {
  return `etcd/${cluster}/snapshots/`;
}

/** Sorts by time; the recovery's id keeps two that were taken in one second apart. */
export function snapshotKey(cluster: string, takenAt: string, recoveryId: string): string {
  return `${snapshotPrefix(cluster)}${takenAt.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-')}-${recoveryId.slice(0, 8)}.db`;
}

/** When a snapshot was taken, by its key, milliseconds since the epoch; null when the key is none of ours. */
export function takenAtOf(key: string): number | null {
  const [, day, time] = /\/(\d{4}-\d{2}-\d{2})T(\d{2}-\d{2}-\d{2})Z-[^/]+\.db$/.exec(key) ?? [];
  const takenAt = Date.parse(`${day}T${time?.replaceAll('-', ':')}Z`);
  return Number.isNaN(takenAt) ? null : takenAt;
}

/** A snapshot as the listing of the bucket shows it. */
export interface StoredSnapshot {
  readonly key: string;
  /** Whether its record is there: without it the snapshot is not taken for whole. */
  readonly recorded: boolean;
}

export function storedSnapshots(keys: readonly string[]): StoredSnapshot[] {
  const all = new Set(keys);
  return keys.filter((key) => key.endsWith('.db')).map((key) => ({ key, recorded: all.has(recordKey(key)) }));
}

export function recordKey(key: string): string {
  return `${key}.json`;
}

/** Throws with what is wrong when the text is no record. */
export function parseSnapshotRecord(text: string): SnapshotRecord {
  const value = JSON.parse(text) as Partial<SnapshotRecord> | null;
  if (value === null || typeof value !== 'object' || value.version !== 1) throw new Error('not a record of version 1');
  for (const field of ['cluster', 'takenAt', 'key', 'sha256', 'etcdVersion', 'clusterId'] as const) {
    if (typeof value[field] !== 'string') throw new Error(`${field} is missing`);
  }
  for (const field of ['bytes', 'revision', 'totalKeys'] as const) {
    if (typeof value[field] !== 'number') throw new Error(`${field} is missing`);
  }
  if (!Array.isArray(value.members) || !Array.isArray(value.encryptionKeys)) throw new Error('members are missing');
  return value as SnapshotRecord;
}

/** `s3://bucket/key`; null when it is something else. */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } | null {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? null : { bucket, key };
}
