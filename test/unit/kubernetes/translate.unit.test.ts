import { describe, expect, it } from 'vitest';
import { judgeExec } from '../../../activities/kubernetes/exec-status.ts';
import { quantityBytes } from '../../../activities/kubernetes/quantity.ts';
import { type StatusBody, translateConnection, translateStatus } from '../../../activities/kubernetes/translate.ts';

const call = (method: string) => ({ cluster: 'prod', method, target: 'Pod production/db-0' });

describe('an answer of the API server', () => {
  it.each<[number, StatusBody, string, string]>([
    [404, { reason: 'NotFound' }, 'GET', 'not-found'],
    [409, { reason: 'AlreadyExists' }, 'POST', 'already-exists'],
    [409, { reason: 'Conflict' }, 'PATCH', 'conflict'],
    [410, { reason: 'Expired' }, 'GET', 'conflict'],
    [429, { reason: 'TooManyRequests' }, 'GET', 'throttled'],
    [429, {}, 'POST', 'throttled'],
    [401, {}, 'GET', 'unauthenticated'],
    [403, { reason: 'Forbidden' }, 'GET', 'forbidden'],
    [422, { reason: 'Invalid' }, 'PATCH', 'rejected-by-api'],
    [503, { reason: 'ServiceUnavailable' }, 'PATCH', 'unavailable'],
    [500, { reason: 'InternalError' }, 'GET', 'unavailable'],
    [500, { reason: 'InternalError' }, 'POST', 'reply-lost'],
    [504, { reason: 'Timeout' }, 'PATCH', 'reply-lost'],
  ])('%s %o to %s is %s', (status, body, method, code) => {
    expect(translateStatus(status, body, call(method)).code).toBe(code);
  });

  it('is told with call, cluster, status and its own words', () => {
    const { message } = translateStatus(403, { message: 'user rekindle cannot patch' }, call('PATCH'));
    expect(message).toBe('PATCH Pod production/db-0 in prod: 403: user rekindle cannot patch');
  });
});

describe('a connection that failed', () => {
  const failure = (code: string) => Object.assign(new Error('it broke'), { code });

  it.each([
    ['ECONNREFUSED', 'PATCH', 'unavailable'],
    ['ENOTFOUND', 'POST', 'unavailable'],
    ['ECONNRESET', 'GET', 'unavailable'],
    ['ECONNRESET', 'PATCH', 'reply-lost'],
    ['ETIMEDOUT', 'DELETE', 'reply-lost'],
  ])('by %s during %s is %s', (code, method, expected) => {
    expect(translateConnection(failure(code), call(method))).toMatchObject({ code: expected });
  });

  it('to every address of a name is judged by the first', () => {
    const all = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]);
    expect(translateConnection(all, call('POST'))).toMatchObject({ code: 'unavailable' });
  });

  it('by a cancellation stays a cancellation', () => {
    const abort = new DOMException('cancelled', 'AbortError');
    expect(translateConnection(abort, call('GET'))).toBe(abort);
  });
});

describe('the status of a command', () => {
  it.each([
    ['success', { status: 'Success' }, { status: 'success', exitCode: 0 }],
    ['no status', null, { status: 'unknown', exitCode: null }],
    [
      'an exit code by cause',
      { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } },
      { status: 'failure', exitCode: 3 },
    ],
    [
      'an exit code by the end of an internal error',
      { status: 'Failure', reason: 'InternalError', message: 'Internal error: exit status 3' },
      { status: 'failure', exitCode: 3 },
    ],
    [
      'a failure that names no exit code',
      { status: 'Failure', reason: 'InternalError', message: 'container not found' },
      { status: 'unknown', exitCode: null },
    ],
  ])('%s', (_title, status, expected) => {
    expect(judgeExec(status, 'ended')).toMatchObject(expected);
  });
});

describe('a quantity', () => {
  it.each([
    ['10Gi', 10 * 1024 ** 3],
    ['1500M', 1_500_000_000],
    ['1e9', 1_000_000_000],
    ['0.5Ti', 0.5 * 1024 ** 4],
    ['1024', 1024],
    ['2000m', 2],
    ['ten', null],
    [undefined, null],
  ])('%s is %s bytes', (quantity, bytes) => {
    expect(quantityBytes(quantity)).toBe(bytes);
  });
});
