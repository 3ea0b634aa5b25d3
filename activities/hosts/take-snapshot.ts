import { createHash } from 'node:crypto';
import { createReadStream, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { parseSnapshotRecord, recordKey, type SnapshotRecord, snapshotKey } from '../etcd/snapshot-record.ts';
import type { ObjectStore } from '../objects/port.ts';
import type { Pace } from '../pace.ts';
import { readHostFacts } from './facts.ts';
import { etcdctl, type Host } from './host.ts';
import { freshScratch, readSnapshotStatus, sha256OfFile, tryRestore } from './snapshot-files.ts';
import type { TakeSnapshotInput } from './types.ts';

const saveLimitSeconds = 600;
const day = 24 * 60 * 60 * 1000;

/**
 * Saves this host's member, tries the file by a restore, streams it to the bucket, reads it back, and writes the record last. A
 * repeat finds the record of its recovery and takes no second snapshot.
 */
export async function takeSnapshot(
  host: Host,
  store: ObjectStore,
  input: TakeSnapshotInput,
  pace: Pace,
): Promise<SnapshotRecord> {
  const { bucket, recoveryId } = input;
  const cluster = host.settings.cluster;
  const done = await recordOfRecovery(store, bucket, cluster, recoveryId, pace.signal());
  if (done !== null) return done;
  const facts = await readHostFacts(host, pace.signal());
  const { status, clientUrl, initialCluster, name } = facts.etcd;
  if (status === null) throw new RekindleError('unavailable', `the member ${name} does not answer`);
  const scratch = freshScratch(host, 'backup');
  try {
    const file = join(scratch, 'snapshot.db');
    const takenAt = new Date(pace.now()).toISOString();
    pace.report('saving the snapshot');
    const saved = await etcdctl(host, [clientUrl], ['snapshot', 'save', file], saveLimitSeconds, pace.signal());
    if (saved.exitCode !== 0)
      throw new RekindleError('unavailable', `etcdctl snapshot save ended with ${saved.exitCode}`);
    pace.report('trying it by a restore');
    const seen = await readSnapshotStatus(host, file, pace.signal());
    await tryRestore(host, file, scratch, pace.signal());
    const sha256 = await sha256OfFile(file);
    const { size: bytes } = statSync(file);
    const key = snapshotKey(cluster, takenAt, recoveryId);
    const lockedUntil = input.lockDays > 0 ? new Date(pace.now() + input.lockDays * day) : null;
    pace.report(`uploading ${bytes} bytes`);
    const metadata = { sha256, 'recovery-id': recoveryId, revision: String(seen.revision) };
    const contentType = 'application/octet-stream';
    const body = createReadStream(file);
    await store.upload({ bucket, key, body, contentType, metadata, lockedUntil }, pace.signal());
    pace.report('reading it back');
    await compare(store, bucket, key, sha256, pace.signal());
    const record: SnapshotRecord = {
      version: 1,
      cluster,
      takenAt,
      recoveryId,
      key,
      bytes,
      sha256,
      tried: true,
      revision: seen.revision,
      totalKeys: seen.totalKeys,
      etcdVersion: status.version,
      kubernetesVersion: facts.kubernetesVersion,
      clusterId: status.clusterId,
      takenFrom: name,
      members: initialCluster,
      encryptionKeys: facts.encryptionKeys,
      serviceAccountKey: facts.serviceAccountKey,
    };
    await store.putText(bucket, recordKey(key), `${JSON.stringify(record, null, 2)}\n`, lockedUntil);
    return record;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function compare(store: ObjectStore, bucket: string, key: string, sha256: string, signal: AbortSignal) {
  const stored = await store.download(bucket, key, signal);
  const hash = createHash('sha256');
  if (stored !== null) for await (const chunk of stored.body) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== sha256) {
    throw new RekindleError('unavailable', `s3://${bucket}/${key} does not hold the bytes that were sent`);
  }
}

async function recordOfRecovery(
  store: ObjectStore,
  bucket: string,
  cluster: string,
  recoveryId: string,
  signal: AbortSignal,
): Promise<SnapshotRecord | null> {
  const ending = `-${recoveryId.slice(0, 8)}.db.json`;
  const listed = await store.list(bucket, `etcd/${cluster}/snapshots/`, signal);
  for (const { key } of listed.filter(({ key }) => key.endsWith(ending))) {
    const text = await store.getText(bucket, key, signal);
    if (text === null) continue;
    const record = parseSnapshotRecord(text);
    if (record.recoveryId === recoveryId) return record;
  }
  return null;
}
