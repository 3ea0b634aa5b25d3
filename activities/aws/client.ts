import { AdaptiveRetryStrategy, DefaultRateLimiter } from '@smithy/core/retry';

const limiters = new Map<string, DefaultRateLimiter>();

/**
 * Retries of the clients of one service in one region. All of them, of whichever recovery, share one rate: AWS throttles by account
 * and region, so what one recovery is told to slow down for, the others must slow down for as well. The rate is not bounded before
 * AWS throttles for the first time. Several workers need no common counter: each is throttled, and slows down, by its own share,
 * as with TCP (docs/decisions).
 */
export function sharedRetryStrategy(service: string, region: string, attempts: number): AdaptiveRetryStrategy {
  const key = `${service}/${region}`;
  const rateLimiter = limiters.get(key) ?? new DefaultRateLimiter();
  limiters.set(key, rateLimiter);
  return new AdaptiveRetryStrategy(attempts, { rateLimiter });
}
