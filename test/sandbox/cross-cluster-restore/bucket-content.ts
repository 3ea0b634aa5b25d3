import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

/** Every version of every object and every delete marker of a bucket, one line each. */
export async function bucketContent(sandbox: Sandbox, bucket: string): Promise<string[]> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = sandbox.env;
  const client = new S3Client({
    endpoint: sandbox.awsEndpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  });
  try {
    const lines: string[] = [];
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | null = {};
    while (next !== null) {
      const page: ListObjectVersionsCommandOutput = await client.send(
        new ListObjectVersionsCommand({ Bucket: bucket, ...next }),
      );
      const { Versions = [], DeleteMarkers = [] } = page;
      lines.push(...Versions.map(({ Key, VersionId, ETag, Size }) => `${Key} ${VersionId} ${ETag} ${Size}`));
      lines.push(...DeleteMarkers.map(({ Key, VersionId }) => `${Key} ${VersionId} deleted`));
      const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
      next = IsTruncated === true ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : null;
    }
    return lines.sort();
  } finally {
    client.destroy();
  }
}
