import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { toApplicationFailure } from '../../../worker/interceptors/to-application-failure.ts';

function translated(error: unknown, cancelled = false): ApplicationFailure {
  const failure = toApplicationFailure(error, 'createVolume', cancelled);
  if (!(failure instanceof ApplicationFailure)) throw new Error(`became ${String(failure)}`);
  return failure;
}

describe('the failure of an activity', () => {
  it('keeps code, message and details of a RekindleError', () => {
    const error = new RekindleError('throttled', 'CreateVolume: asked to slow down', {
      details: { zone: 'us-east-1a' },
    });
    expect(translated(error)).toMatchObject({
      type: 'throttled',
      message: 'CreateVolume: asked to slow down',
      details: [{ zone: 'us-east-1a' }],
    });
  });

  it.each([
    ['throttled', false],
    ['unavailable', false],
    ['forbidden', true],
    ['invalid-input', true],
  ] as const)('is by its code: %s is final: %s', (code, nonRetryable) => {
    expect(translated(new RekindleError(code, 'x')).nonRetryable).toBe(nonRetryable);
  });

  it('is internal, final and named when no adapter translated it', () => {
    expect(translated(new TypeError('x is not a function'))).toMatchObject({
      type: 'internal',
      nonRetryable: true,
      message: 'createVolume failed with TypeError: x is not a function',
    });
    expect(translated('a text')).toMatchObject({ message: 'createVolume failed with string: a text' });
  });

  it('keeps of foreign errors the first line only, of the cause as well, and of no stack', () => {
    const secret = 'Body: {"kind":"Secret","data":{"password":"aHVudGVyMg=="}}';
    const vendor = new Error(`HTTP-Code: 422\n${secret}`);
    const wrapped = new RekindleError('rejected-by-api', 'PATCH persistentvolumes pv-1: 422', { cause: vendor });
    for (const failure of [
      translated(vendor),
      translated(wrapped),
      translated(new Error('outer', { cause: vendor })),
    ]) {
      const all = [failure.message, failure.stack, failure.cause?.message, failure.cause?.stack].join('\n');
      expect(all).toContain('HTTP-Code: 422');
      expect(all).not.toContain('password');
    }
  });

  it('follows causes three deep and ends on a ring of causes', () => {
    const ring = new Error('ring');
    ring.cause = ring;
    let depth = 0;
    for (let at: Error | undefined = translated(ring); at !== undefined; at = at.cause as Error | undefined) depth += 1;
    expect(depth).toBe(4);
  });

  it('passes on what is a failure of Temporal already', () => {
    const failure = ApplicationFailure.create({ type: 'not-yet', message: 'x' });
    expect(toApplicationFailure(failure, 'wait', false)).toBe(failure);
  });

  it('is a cancellation when a request was given up because of one, and only then', () => {
    const aborted = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' });
    expect(toApplicationFailure(aborted, 'wait', true)).toBeInstanceOf(CancelledFailure);
    expect(translated(aborted, false)).toMatchObject({ type: 'internal' });
    expect(translated(new RekindleError('unavailable', 'x'), true)).toMatchObject({ type: 'unavailable' });
  });
});
