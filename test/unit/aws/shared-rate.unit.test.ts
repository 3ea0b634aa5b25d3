import { expect, it } from 'vitest';
import { sharedRetryStrategy } from '../../../activities/aws/client.ts';

/** Milliseconds until a call of the strategy may go out. */
async function held(strategy: ReturnType<typeof sharedRetryStrategy>): Promise<number> {
  const began = performance.now();
  await strategy.acquireInitialRetryToken('test');
  return performance.now() - began;
}

it('lets one throttled client slow down the others of its service and region, and of no other', async () => {
  const [throttled, neighbour] = [1, 2].map(() => sharedRetryStrategy('ec2', 'test-1', 1));
  const elsewhere = sharedRetryStrategy('ec2', 'test-2', 1);
  if (throttled === undefined || neighbour === undefined) throw new Error('no strategies');
  const token = await throttled.acquireInitialRetryToken('test');
  // The last attempt: it is refused, and the rate falls all the same.
  await throttled.refreshRetryTokenForRetry(token as never, { errorType: 'THROTTLING' }).catch(() => {});
  await held(neighbour);
  expect(await held(neighbour)).toBeGreaterThan(500);
  expect(await held(elsewhere)).toBeLessThan(100);
});

it('repeats a call that counts only where AWS refused it before any effect', async () => {
  const once = sharedRetryStrategy('autoscaling', 'test-3', 3, 'throttled-only');
  const token = await once.acquireInitialRetryToken('test');
  const again = (errorType: 'TRANSIENT' | 'SERVER_ERROR' | 'THROTTLING') =>
    once.refreshRetryTokenForRetry(token as never, { errorType });
  await expect(again('TRANSIENT')).rejects.toThrow('may have been carried out');
  await expect(again('SERVER_ERROR')).rejects.toThrow('may have been carried out');
  expect((await again('THROTTLING')).getRetryCount()).toBe(1);
});
