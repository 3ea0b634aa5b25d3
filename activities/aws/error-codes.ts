import type { Code } from '../../errors/codes.ts';

/** Names of errors that mean the same in every AWS service. A service's own table wins over this one. */
export const awsErrorCodes: Readonly<Record<string, Code>> = {
  // Asked to slow down
  RequestLimitExceeded: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ThrottledException: 'throttled',
  RequestThrottled: 'throttled',
  RequestThrottledException: 'throttled',
  TooManyRequestsException: 'throttled',
  BandwidthLimitExceeded: 'throttled',
  SlowDown: 'throttled',
  ServiceQuotaExceededException: 'quota-exceeded',
  // Known caller, not allowed
  UnauthorizedOperation: 'forbidden',
  AccessDenied: 'forbidden',
  AccessDeniedException: 'forbidden',
  OptInRequired: 'forbidden',
  Blocked: 'forbidden',
  // Unknown caller
  AuthFailure: 'unauthenticated',
  ExpiredToken: 'unauthenticated',
  ExpiredTokenException: 'unauthenticated',
  RequestExpired: 'unauthenticated',
  InvalidClientTokenId: 'unauthenticated',
  InvalidAccessKeyId: 'unauthenticated',
  InvalidToken: 'unauthenticated',
  MissingAuthenticationToken: 'unauthenticated',
  MissingAuthenticationTokenException: 'unauthenticated',
  SignatureDoesNotMatch: 'unauthenticated',
  UnrecognizedClientException: 'unauthenticated',
  IncompleteSignature: 'unauthenticated',
  RequestTimeTooSkewed: 'unauthenticated',
  CredentialsProviderError: 'unauthenticated',
  TokenProviderError: 'unauthenticated',
  // The service is not well
  InternalError: 'unavailable',
  InternalFailure: 'unavailable',
  InternalServerError: 'unavailable',
  ServiceUnavailable: 'unavailable',
  Unavailable: 'unavailable',
  ServiceUnavailableException: 'unavailable',
};

/** Names and Node.js codes of a connection that was never made: the call had no effect. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Names and Node.js codes of a connection that broke or stayed silent: the call may have had its effect. */
const silent: ReadonlySet<string> = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

export function connectionOutcome(mark: string): 'never-connected' | 'silent' | null {
  if (neverConnected.has(mark)) return 'never-connected';
  return silent.has(mark) ? 'silent' : null;
}
