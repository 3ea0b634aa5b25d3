import type { Code } from '../../errors/codes.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';

/** What a look at an awaited state gives: the state, or what is still missing. */
export type Look<T> = { readonly done: T } | { readonly missing: string };

/** How long to rest between two looks. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
  /** After a costly look so many times as long as it took, so that a wait in a large cluster is no burden to it. */
  readonly perLook: number;
}

const ofCluster: Pauses = { firstMs: 200, longestMs: 1_000, perLook: 4 };
const longestPauseAfterLookMs = 5_000;

/**
 * Looks until the state is there. Reports what is missing, and throws it as `code` at the limit, in seconds since `began`. Looks once
 * at least, however late it is. An API server that does not answer for a while is waited out as well.
 */
export async function poll<T>(
  pace: Pace,
  limitSeconds: number,
  code: Code,
  look: () => Promise<Look<T>>,
  began = pace.now(),
  { firstMs, longestMs, perLook }: Pauses = ofCluster,
): Promise<T> {
  const deadline = began + limitSeconds * 1000;
  let pause = firstMs;
  for (;;) {
    const began = pace.now();
    const seen = await patient(look);
    const rest = Math.min(longestPauseAfterLookMs, (pace.now() - began) * perLook);
    if ('done' in seen) return seen.done;
    if (pace.now() >= deadline) throw new RekindleError(code, `${seen.missing} (waited ${limitSeconds} s)`);
    pace.report(seen.missing);
    await pace.sleep(Math.min(Math.max(pause, rest), Math.max(0, deadline - pace.now())));
    pause = Math.min(longestMs, pause * 1.4);
  }
}

async function patient<T>(look: () => Promise<Look<T>>): Promise<Look<T>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RekindleError && (error.code === 'unavailable' || error.code === 'throttled')) {
      return { missing: error.message };
    }
    throw error;
  }
}
