import type { IncomingHttpHeaders } from 'node:http';

/** Who calls, and which service of which region, as the signature says. The signature itself is not checked. */
export interface Caller {
  /** `ec2`, `autoscaling`, `s3`, `sts`, ...; empty when the request is not signed. */
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly userAgent: string;
}

/** Reads `Authorization: AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request`, or the same from a presigned URL. */
export function readCaller(headers: IncomingHttpHeaders, query: URLSearchParams): Caller {
  const credential =
    headers.authorization?.match(/Credential=([^,\s]+)/)?.[1] ?? query.get('X-Amz-Credential') ?? undefined;
  const [accessKeyId = '', , region = '', service = ''] = (credential ?? '').split('/');
  const userAgent = [headers['user-agent'], headers['x-amz-user-agent']].flat().filter(Boolean).join(' ');
  return { service, region, accessKeyId, userAgent };
}
