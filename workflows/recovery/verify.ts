import { isCancellation } from '@temporalio/workflow';
import type { Evidence } from './evidence.ts';
import { failureFacts } from './failure.ts';
import type { Problem } from './result.ts';
import type { Check } from './scenario.ts';

/** Runs every check, all at once. A check without an answer is `unknown`, never a success. */
export async function verifyAll(checks: readonly Check[]): Promise<readonly Evidence[]> {
  return Promise.all(checks.map(verifyOne));
}

async function verifyOne(check: Check): Promise<Evidence> {
  try {
    return await check.run();
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { code, message } = failureFacts(error);
    return {
      claim: check.claim,
      target: check.target,
      outcome: 'unknown',
      detail: `${code}: ${message}`,
      source: 'none',
    };
  }
}

/** One problem for each claim that is not proved. Pure. */
export function problemsOf(evidence: readonly Evidence[]): Problem[] {
  return evidence
    .filter(({ outcome }) => outcome !== 'proved')
    .map(({ claim, target, outcome, detail, next }) => ({
      code: 'claim-unproved',
      target,
      message: `"${claim}" is ${outcome}: ${detail}`,
      next: next ?? 'Check it by hand; the evidence says what was seen and by which call.',
    }));
}
