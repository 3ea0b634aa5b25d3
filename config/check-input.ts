import type { z } from 'zod';
import { explainIssues, type InputProblem } from './explain-issues.ts';

export type CheckedInput =
  | { readonly ok: true; readonly input: Record<string, unknown> }
  | { readonly ok: false; readonly problems: readonly InputProblem[]; readonly message: string };

/** Checks an input by its scenario's schema; the message names each field, what was given, what is allowed and what to do. */
export function checkInput(schema: z.ZodType, value: unknown): CheckedInput {
  const outcome = schema.safeParse(value);
  if (outcome.success) return { ok: true, input: outcome.data as Record<string, unknown> };
  const problems = explainIssues(schema, value, outcome.error.issues);
  return { ok: false, problems, message: problems.map(sentence).join(' ') };
}

function sentence({ path, given, expected, advice }: InputProblem): string {
  return `${path === '' ? 'the input' : path}: got ${given}, expected ${expected}. ${advice}`;
}
