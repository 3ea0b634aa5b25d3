import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { homeRegion } from '../aws/account.ts';
import { buckets } from '../aws/seed.ts';
import { sandboxCredentials } from '../environment-file.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Fault } from './fault.ts';

const mark = 'sandbox-tampered';

async function withS3<T>(sandbox: Sandbox, work: (s3: S3Client) => Promise<T>): Promise<T> {
  const s3 = new S3Client({
    endpoint: sandbox.awsEndpoint,
    region: homeRegion,
    credentials: sandboxCredentials,
    forcePathStyle: true,
    customUserAgent: 'sandbox-fault',
  });
  try {
    return await work(s3);
  } finally {
    s3.destroy();
  }
}

async function newestKey(s3: S3Client, cluster: string): Promise<string> {
  const prefix = `etcd/${cluster}/snapshots/`;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: buckets.etcd.name, Prefix: prefix }));
  const key = Contents.map(({ Key = '' }) => Key)
    .filter((name) => name.endsWith('.db'))
    .sort()
    .at(-1);
  if (key === undefined) throw new Error(`${cluster} has no snapshot yet: run etcd-backup`);
  return key;
}

export const fault: Fault = {
  name: 'etcd-snapshot-tampered',
  summary: 'puts a changed version of the newest etcd snapshot over the true one',
  parameters: [{ name: 'cluster', summary: 'the cluster', default: 'prod' }],

  break: (sandbox, { cluster = 'prod' }) =>
    withS3(sandbox, async (s3) => {
      const Key = await newestKey(s3, cluster);
      const at = { Bucket: buckets.etcd.name, Key };
      const answer = await s3.send(new GetObjectCommand(at));
      if (answer.Metadata?.[mark] !== undefined) return `${Key} is tampered with already`;
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
      await s3.send(new PutObjectCommand({ ...at, Body: bytes, Metadata: { [mark]: 'yes' } }));
      return `one byte of ${Key} is another one`;
    }),

  heal: (sandbox, { cluster = 'prod' }) =>
    withS3(sandbox, async (s3) => {
      const Key = await newestKey(s3, cluster);
      const at = { Bucket: buckets.etcd.name, Key };
      const answer = await s3.send(new GetObjectCommand(at));
      await answer.Body?.transformToByteArray();
      if (answer.Metadata?.[mark] === undefined) return `${Key} is the true one`;
      const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: at.Bucket, Prefix: Key }));
      const tampered = Versions.find((version) => version.Key === Key && version.IsLatest)?.VersionId;
      await s3.send(new DeleteObjectCommand({ ...at, VersionId: tampered }));
      return `the tampered version of ${Key} is gone`;
    }),
};
