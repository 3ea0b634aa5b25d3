import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type AwsCall, awsErrorName, translateAwsError } from '../../../activities/aws/translate.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';

const read: AwsCall = { operation: 'EC2 DescribeVolumes', target: 'vol-1', region: 'us-east-1', effect: false };
const change: AwsCall = { operation: 'EC2 CreateVolume', target: 'vol-1', region: 'us-east-1', effect: true };

function awsError(name: string, status?: number, extra: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(`${name} said AWS`), { name, $metadata: { httpStatusCode: status }, ...extra });
}

function codeOf(error: unknown, call: AwsCall): string {
  const translated = translateAwsError(error, call, { OwnWord: 'zone-unusable' });
  return translated instanceof RekindleError ? translated.code : 'not translated';
}

describe('errors of AWS', () => {
  it.each([
    ['RequestLimitExceeded', 503, 'throttled'],
    ['Throttling', 400, 'throttled'],
    ['SlowDown', 503, 'throttled'],
    ['UnauthorizedOperation', 403, 'forbidden'],
    ['AccessDenied', 403, 'forbidden'],
    ['ExpiredToken', 400, 'unauthenticated'],
    ['AuthFailure', 401, 'unauthenticated'],
    ['CredentialsProviderError', undefined, 'unauthenticated'],
    ['ServiceUnavailable', 503, 'unavailable'],
    ['OwnWord', 400, 'zone-unusable'],
    ['NeverHeardOf', 429, 'throttled'],
    ['NeverHeardOf', 403, 'forbidden'],
    ['NeverHeardOf', 404, 'not-found'],
    ['NeverHeardOf', 409, 'conflict'],
    ['NeverHeardOf', 400, 'rejected-by-api'],
  ])('%s with status %s is %s, for a read and for an effect alike', (name, status, code) => {
    expect(codeOf(awsError(name, status), read)).toBe(code);
    expect(codeOf(awsError(name, status), change)).toBe(code);
  });

  it.each([
    ['a reset connection', awsError('Error', undefined, { code: 'ECONNRESET' })],
    ['a request that timed out', awsError('TimeoutError')],
    ['a reset one level down', awsError('Error', undefined, { cause: { code: 'EPIPE' } })],
    ['no reply at all', awsError('Error')],
    ['a 500 without a known name', awsError('NeverHeardOf', 500)],
    ['a success that could not be read', awsError('SyntaxError', 200)],
  ])('after %s a read was unanswered, an effect may have happened', (_what, error) => {
    expect(codeOf(error, read)).toBe('unavailable');
    expect(codeOf(error, change)).toBe('reply-lost');
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('a connection that was never made (%s) had no effect', (code) => {
    expect(codeOf(awsError('Error', undefined, { code }), change)).toBe('unavailable');
  });

  it('takes the word from the body where the client could only say UnknownError', () => {
    const error = awsError('UnknownError', 503, { Code: 'SlowDown' });
    expect(codeOf(error, read)).toBe('throttled');
    expect(awsErrorName(error)).toBe('SlowDown');
  });

  it('leaves a cancellation, a defect and an error of ours as they are', () => {
    const abort = awsError('AbortError');
    const ours = new RekindleError('conflict', 'ours');
    const defect = new TypeError('undefined is not a function');
    for (const error of [abort, ours, defect]) expect(translateAwsError(error, change)).toBe(error);
  });

  it('names operation, target, region and the word of AWS', () => {
    const translated = translateAwsError(awsError('AccessDenied', 403), change) as RekindleError;
    expect(translated.message).toBe('EC2 CreateVolume of vol-1 in us-east-1: AccessDenied: AccessDenied said AWS');
    expect(translated.details).toMatchObject({ operation: 'EC2 CreateVolume', awsError: 'AccessDenied', status: 403 });
    expect(translated.cause).toMatchObject({ name: 'AccessDenied', message: 'AccessDenied said AWS' });
  });

  it('drops the request, whose headers hold the session token', () => {
    const response = { headers: { 'x-amz-security-token': 'TOKEN' } };
    const translated = translateAwsError(awsError('AccessDenied', 403, { $response: response }), change);
    expect(inspect(translated, { depth: null, showHidden: true })).not.toContain('TOKEN');
  });
});
