import type { Code } from '../../errors/codes.ts';

/** Names of errors that only S3 knows, beside `activities/aws/error-codes.ts`. */
export const s3ErrorCodes: Readonly<Record<string, Code>> = {
  NoSuchBucket: 'not-found',
  NoSuchKey: 'not-found',
  NoSuchVersion: 'not-found',
  NotFound: 'not-found',
  PermanentRedirect: 'rejected-by-api',
  AuthorizationHeaderMalformed: 'rejected-by-api',
  IllegalLocationConstraintException: 'rejected-by-api',
  // Two conditional writes at once; nothing was written by ours.
  ConditionalRequestConflict: 'conflict',
  OperationAborted: 'conflict',
  // The body arrived damaged and was not stored.
  BadDigest: 'unavailable',
  IncompleteBody: 'unavailable',
  XAmzContentChecksumMismatch: 'unavailable',
  'KMS.DisabledException': 'key-unusable',
  'KMS.InvalidStateException': 'key-unusable',
  'KMS.KMSInvalidStateException': 'key-unusable',
  'KMS.NotFoundException': 'key-unusable',
};

/** What S3 answers to a conditional write whose condition does not hold. */
export function isAlreadyThere(errorName: string): boolean {
  return errorName === 'PreconditionFailed';
}

export function isNoSuchObject(errorName: string): boolean {
  return errorName === 'NoSuchKey' || errorName === 'NotFound';
}
