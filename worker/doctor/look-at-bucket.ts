import type { S3Region } from '../../activities/s3/port.ts';
import { type Finding, look, ok, warn } from './finding.ts';

export interface UsedBucket {
  readonly use: 'artefacts' | 'etcd';
  readonly bucket: string;
  /** What the role of `deploy/iam` may list. */
  readonly prefix: string;
}

/** Whether the bucket is there, and whether what lies in it survives whoever caused the disaster. */
export function lookAtBucket(
  cluster: string,
  s3: S3Region,
  { use, bucket, prefix }: UsedBucket,
): Promise<readonly Finding[]> {
  const check = `cluster ${cluster}: bucket ${use}`;
  return look(check, `Create the bucket or correct clusters.${cluster}.buckets.${use}.`, async (signal) => {
    await s3.list(bucket, prefix, signal);
    const { versioning, objectLock } = await s3.protection(bucket, signal);
    const kept = objectLock ? 'versions can be locked' : versioning ? 'versions are kept' : 'no versions are kept';
    const found = `${bucket} can be listed, ${kept}`;
    if (!versioning) {
      return [warn(check, found, `aws s3api put-bucket-versioning --bucket ${bucket} ${enableVersioning}`)];
    }
    if (use === 'etcd' && !objectLock) {
      return [
        warn(check, found, 'Give it object lock, so that nobody can delete snapshots of etcd before their time.'),
      ];
    }
    return [ok(check, found)];
  });
}

const enableVersioning = '--versioning-configuration Status=Enabled';
