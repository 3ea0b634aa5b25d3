import { WorkflowUpdateFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createCoordinationActivities, settleMs } from '../../../activities/coordination/activities.ts';
import { limitConcurrency } from '../../../activities/coordination/limit-concurrency.ts';
import type { HolderState } from '../../../activities/coordination/port.ts';
import { holderState, translateTemporalError } from '../../../activities/coordination/translate.ts';
import type { Pace } from '../../../activities/pace.ts';

const holder = { workflowId: 'volume-rebind/prod/x', recoveryId: 'first' };
const at = (seconds: number) => ({ seconds: seconds as never, nanos: 500_000_000 });

describe('the state of a holder', () => {
  it.each([
    ['runs', { firstRunId: 'first', status: 1 }, { kind: 'running' }],
    ['runs while it continues as new', { firstRunId: 'first', status: 6 }, { kind: 'running' }],
    [
      'ended by its own say',
      { firstRunId: 'first', status: 2, closeTime: at(7) },
      { kind: 'ended', endedAt: 7500, abrupt: false },
    ],
    [
      'was terminated',
      { firstRunId: 'first', status: 5, closeTime: at(7) },
      { kind: 'ended', endedAt: 7500, abrupt: true },
    ],
    ['timed out', { firstRunId: 'first', status: 7, closeTime: at(7) }, { kind: 'ended', endedAt: 7500, abrupt: true }],
    [
      'ended before another recovery took its id',
      { firstRunId: 'second', status: 1, startTime: at(9) },
      { kind: 'ended', endedAt: 9500, abrupt: true },
    ],
  ])('%s', (_what, latest, expected) => {
    expect(holderState(holder, latest)).toEqual(expected);
  });
});

describe('asking which holders have ended', () => {
  const asked = async (state: HolderState, unknownIsEnded = true, now = 100_000) => {
    const slept: number[] = [];
    const pace: Pace = {
      now: () => now,
      began: () => now,
      sleep: async (milliseconds) => void slept.push(milliseconds),
      signal: () => new AbortController().signal,
      report: () => {},
    };
    const leases = {
      acquire: () => Promise.reject(new Error('not asked for')),
      release: () => Promise.reject(new Error('not asked for')),
      stateOf: async () => state,
    };
    const ended = await createCoordinationActivities({ leases, pace }).endedHolders({
      holders: [holder],
      unknownIsEnded,
    });
    return { ended, slept };
  };

  it('keeps a running one', async () => {
    expect(await asked({ kind: 'running' })).toEqual({ ended: [], slept: [] });
  });

  it('drops one that said itself that it ended, at once', async () => {
    expect(await asked({ kind: 'ended', endedAt: 99_999, abrupt: false })).toEqual({ ended: [holder], slept: [] });
  });

  it('waits after an abrupt end until its effects are over', async () => {
    const { ended, slept } = await asked({ kind: 'ended', endedAt: 99_000, abrupt: true });
    expect({ ended, slept }).toEqual({ ended: [holder], slept: [settleMs - 1000] });
  });

  it('does not wait after an abrupt end of long ago, nor for one that Temporal forgot', async () => {
    expect(await asked({ kind: 'ended', endedAt: 0, abrupt: true })).toEqual({ ended: [holder], slept: [] });
    expect(await asked({ kind: 'unknown-to-temporal' })).toEqual({ ended: [holder], slept: [] });
  });

  it('keeps one that Temporal does not know where another Temporal may have written it down', async () => {
    expect(await asked({ kind: 'unknown-to-temporal' }, false)).toEqual({ ended: [], slept: [] });
    expect(await asked({ kind: 'ended', endedAt: 0, abrupt: true }, false)).toEqual({ ended: [holder], slept: [] });
  });
});

describe('errors of the Temporal client', () => {
  const grpc = (code: number) => Object.assign(new Error('x'), { code, details: 'the server said so', metadata: {} });

  it.each([
    [8, 'throttled', true],
    [14, 'unavailable', true],
    [4, 'unavailable', true],
    [7, 'forbidden', false],
    [16, 'unauthenticated', false],
    [3, 'internal', false],
  ])('of gRPC status %i become %s', (status, code, retryable) => {
    const wrapped = new Error('wrapped', { cause: grpc(status) });
    for (const error of [grpc(status), wrapped]) {
      expect(translateTemporalError(error, false)).toMatchObject({ code, retryable });
    }
  });

  it('become a cancellation when the activity was cancelled', () => {
    expect(translateTemporalError(grpc(1), true)).toBeInstanceOf(CancelledFailure);
  });

  it('name why the lease refused', () => {
    const error = new WorkflowUpdateFailedError('failed', new Error('scopes: expected a list of paths'));
    expect(translateTemporalError(error, false).message).toBe('the lease refused: scopes: expected a list of paths');
  });
});

describe('the limit of calls in flight', () => {
  it('holds for each key by itself, keeps the order, and survives failures', async () => {
    const inTurn = limitConcurrency(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const task = (index: number) => async () => {
      most = Math.max(most, ++running);
      order.push(index);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (index === 1) throw new Error('this one fails');
    };
    const outcomes = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((index) => inTurn('prod', task(index))));
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await Promise.all([inTurn('a', task(6)), inTurn('a', task(7)), inTurn('b', task(8)), inTurn('b', task(9))]);
    expect(most).toBe(4);
  });
});
