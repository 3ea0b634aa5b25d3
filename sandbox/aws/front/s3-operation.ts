/** The name of an S3 operation, from what the request looks like: for the journal and for faults that strike one operation. */
export function s3Operation(request: {
  readonly method: string;
  /** Path without the query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}): string {
  const { method, query } = request;
  const virtualHost = /^[^.]+\.(s3[.-]|localhost)/.test(String(request.headers.host ?? ''));
  const segments = request.path.split('/').filter((segment) => segment !== '').length;
  const level =
    segments === 0 && !virtualHost
      ? 'service'
      : segments === 0 || (segments === 1 && !virtualHost)
        ? 'bucket'
        : 'object';
  if (level === 'service') return 'ListBuckets';
  if (level === 'bucket') return bucketOperation(method, query);
  if (query.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads';
  if (query.has('uploadId')) {
    const byMethod: Record<string, string> = {
      PUT: request.headers['x-amz-copy-source'] === undefined ? 'UploadPart' : 'UploadPartCopy',
      POST: 'CompleteMultipartUpload',
      DELETE: 'AbortMultipartUpload',
      GET: 'ListParts',
    };
    return byMethod[method] ?? method;
  }
  for (const [parameter, noun] of Object.entries({
    tagging: 'Tagging',
    retention: 'Retention',
    'legal-hold': 'LegalHold',
    acl: 'Acl',
  })) {
    if (query.has(parameter)) return `${verb(method)}Object${noun}`;
  }
  if (method === 'PUT' && request.headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return method === 'HEAD' ? 'HeadObject' : `${verb(method)}Object`;
}

function bucketOperation(method: string, query: URLSearchParams): string {
  if (query.has('delete')) return 'DeleteObjects';
  if (query.has('uploads')) return 'ListMultipartUploads';
  const aspects: Readonly<Record<string, string>> = {
    versioning: 'BucketVersioning',
    'object-lock': 'ObjectLockConfiguration',
    lifecycle: 'BucketLifecycleConfiguration',
    tagging: 'BucketTagging',
    policy: 'BucketPolicy',
    encryption: 'BucketEncryption',
    location: 'BucketLocation',
    acl: 'BucketAcl',
  };
  for (const [parameter, noun] of Object.entries(aspects)) if (query.has(parameter)) return `${verb(method)}${noun}`;
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'DELETE') return 'DeleteBucket';
  if (query.has('versions')) return 'ListObjectVersions';
  return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects';
}

function verb(method: string): string {
  return { PUT: 'Put', DELETE: 'Delete', GET: 'Get', HEAD: 'Head', POST: 'Post' }[method] ?? method;
}
