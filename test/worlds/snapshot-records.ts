/** The newest snapshot once more under another key, with a record that says something else of it. */
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { parseSnapshotRecord, recordKey, type SnapshotRecord } from '../../activities/etcd/snapshot-record.ts';
import { homeRegion } from '../../sandbox/aws/account.ts';
import { buckets } from '../../sandbox/aws/seed.ts';
import { sandboxCredentials } from '../../sandbox/environment-file.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

type Change = Partial<SnapshotRecord> | ((record: SnapshotRecord) => Partial<SnapshotRecord>);

/** Its address. The copy lies outside of the folder in which `latest` is looked for. */
export async function recordedAs(sandbox: Sandbox, name: string, change: Change): Promise<string> {
  const s3 = new S3Client({
    endpoint: sandbox.awsEndpoint,
    region: homeRegion,
    credentials: sandboxCredentials,
    forcePathStyle: true,
  });
  const Bucket = buckets.etcd.name;
  try {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'etcd/prod/snapshots/' }));
    const newest = Contents.map(({ Key = '' }) => Key)
      .filter((key) => key.endsWith('.db'))
      .sort()
      .at(-1);
    if (newest === undefined) throw new Error('there is no snapshot');
    const stored = await s3.send(new GetObjectCommand({ Bucket, Key: recordKey(newest) }));
    const record = parseSnapshotRecord((await stored.Body?.transformToString()) ?? '');
    const Key = `etcd/prod/test/${name}.db`;
    const told = { ...record, key: Key, ...(typeof change === 'function' ? change(record) : change) };
    await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${newest}` }));
    await s3.send(new PutObjectCommand({ Bucket, Key: recordKey(Key), Body: JSON.stringify(told) }));
    return `s3://${Bucket}/${Key}`;
  } finally {
    s3.destroy();
  }
}
