import { type Client, ServiceError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { Recoveries } from '../../../client/recoveries.ts';

const place = { address: 'temporal:7233', namespace: 'dr', taskQueue: 'rekindle' };

/** A client whose questions to a worker pass their limit; Temporal itself answers or does not. */
function recoveries(temporalAnswers: boolean): Recoveries {
  const cancelled = Object.assign(new Error('Call cancelled'), { code: 1, details: 'Call cancelled', metadata: {} });
  const client = {
    withDeadline: (_limit: number, call: () => Promise<unknown>) => call(),
    workflow: {
      getHandle: () => ({ query: () => Promise.reject(new ServiceError('Failed', { cause: cancelled })) }),
    },
    workflowService: {
      getSystemInfo: () => (temporalAnswers ? Promise.resolve({}) : Promise.reject(new Error('Call cancelled'))),
    },
  };
  return new Recoveries(client as unknown as Client, place);
}

describe('a question that passes its limit', () => {
  it('is a matter of the worker while Temporal answers', async () => {
    await expect(recoveries(true).progress('a/b')).rejects.toMatchObject({ code: 'no-worker' });
  });

  it('is a matter of Temporal when that does not answer either', async () => {
    await expect(recoveries(false).progress('a/b')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('Temporal at temporal:7233 does not answer'),
    });
  });
});
