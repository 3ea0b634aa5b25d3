import { AdaptiveRetryStrategy, DefaultRateLimiter } from '@smithy/core/retry';

/**
 * What the SDK itself repeats. `what-failed` for calls whose repeat is harmless: reads, absolute values, client tokens. `throttled-only`
 * for a call that counts (one less each time): AWS refuses a throttled call before it has any effect, but of one without a reply only
 * a look at the world tells whether it was carried out, and that look is the activity's.
 */
export type Repeats = 'what-failed' | 'throttled-only';

class ThrottledOnly extends AdaptiveRetryStrategy {
  override async refreshRetryTokenForRetry(
    ...[token, failure]: Parameters<AdaptiveRetryStrategy['refreshRetryTokenForRetry']>
  ) {
    if (failure.errorType !== 'THROTTLING') throw new Error('not repeated: it may have been carried out');
    return super.refreshRetryTokenForRetry(token, failure);
  }
}

const limiters = new Map<string, DefaultRateLimiter>();

/**
 * Retries of the clients of one service in one region. All of them, of whichever recovery, share one rate: AWS throttles by account
 * and region, so what one recovery is told to slow down for, the others must slow down for as well. The rate is not bounded before
 * AWS throttles for the first time. Several workers need no common counter: each is throttled, and slows down, by its own share,
 * as with TCP (docs/decisions).
 */
export function sharedRetryStrategy(
  service: string,
  region: string,
  attempts: number,
  repeats: Repeats = 'what-failed',
): AdaptiveRetryStrategy {
  const key = `${service}/${region}`;
  const rateLimiter = limiters.get(key) ?? new DefaultRateLimiter();
  limiters.set(key, rateLimiter);
  const Strategy = repeats === 'throttled-only' ? ThrottledOnly : AdaptiveRetryStrategy;
  return new Strategy(attempts, { rateLimiter });
}
