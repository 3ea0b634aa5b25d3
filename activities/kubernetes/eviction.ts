import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Eviction } from './port.ts';

/**
 * What the API server makes of an eviction that is asked for: it answers 429 both where a budget refuses and where it has too much to
 * do, and 500 for a pod that several budgets select. Another pod of that name (409) means that the one asked for is gone.
 */
export async function evictionOf(ask: () => Promise<unknown>): Promise<Eviction> {
  try {
    await ask();
    return { outcome: 'accepted', message: '' };
  } catch (error) {
    if (!(error instanceof RekindleError)) throw error;
    const { message, details } = error;
    if (error.code === 'not-found' || error.code === 'conflict') return { outcome: 'gone', message };
    if (details?.status === 429 && /disruption budget/i.test(message)) return { outcome: 'refused', message };
    if (/more than one PodDisruptionBudget/.test(message)) return { outcome: 'several-budgets', message };
    throw error;
  }
}
