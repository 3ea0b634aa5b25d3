import type { z } from 'zod';
import { allowedFields, field } from './allowed-fields.ts';
import { closestName } from './closest-name.ts';

/** One thing that is wrong in a document or an input, said so that a person can mend it. */
export interface InputProblem {
  /** Where, as written: `clusters.prod.contacts[0].email`; empty for the whole. */
  readonly path: string;
  /** The same, as keys, for whoever has source positions. */
  readonly keys: readonly PropertyKey[];
  readonly given: string;
  readonly expected: string;
  readonly advice: string;
}

type Issue = z.core.$ZodIssue;

/** Turns what zod found in `value` into problems, one for each field. */
export function explainIssues(schema: z.ZodType, value: unknown, issues: readonly Issue[]): readonly InputProblem[] {
  return issues.flatMap((issue) => explain(schema, value, issue));
}

function explain(schema: z.ZodType, value: unknown, issue: Issue): readonly InputProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedFields(schema, value, issue.path);
    return issue.keys.map((key) => unknownField([...issue.path, key], allowed));
  }
  const given = at(value, issue.path);
  if (issue.code === 'invalid_key') {
    const expected = issue.issues.map((inner) => inner.message).join(', ');
    return [problem(issue.path, `the name ${JSON.stringify(issue.path.at(-1))}`, expected, 'Rename it.')];
  }
  const expected = expectation(issue);
  if (given === undefined) return [problem(issue.path, 'nothing', expected, 'Add the field.')];
  return [problem(issue.path, shown(given), expected, adviceFor(issue, given))];
}

function unknownField(keys: readonly PropertyKey[], allowed: readonly string[]): InputProblem {
  const name = String(keys.at(-1));
  const meant = closestName(name, allowed);
  const advice = meant === null ? 'Remove it, or use one of the allowed fields.' : `Did you mean ${meant}?`;
  const expected = allowed.length === 0 ? 'no such field' : `one of the fields ${allowed.join(', ')}`;
  return problem(keys, `the unknown field ${name}`, expected, advice);
}

function problem(keys: readonly PropertyKey[], given: string, expected: string, advice: string): InputProblem {
  return { path: written(keys), keys, given, expected, advice };
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected);
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_union': {
      const { options } = issue as { options?: readonly unknown[] };
      if (options !== undefined) return options.map((option) => `"${String(option)}"`).join(' or ');
      return [...new Set(issue.errors.flat().map(expectation))].join(' or ');
    }
    default:
      return issue.message;
  }
}

function adviceFor(issue: Issue, given: unknown): string {
  if (issue.code === 'invalid_value' && typeof given === 'string') {
    const meant = closestName(
      given,
      issue.values.filter((value) => typeof value === 'string'),
    );
    if (meant !== null) return `Did you mean ${JSON.stringify(meant)}?`;
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof given !== 'object')
    return 'Put it in quotes.';
  if (issue.code === 'invalid_type' && issue.expected === 'number' && Number.isFinite(Number(given)))
    return 'Remove the quotes.';
  return 'Correct the value.';
}

const described: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping of fields',
  record: 'a mapping of names',
  array: 'a list',
};

function article(type: string): string {
  return described[type] ?? type;
}

/** The value, cut to a length that a terminal line bears. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 80 ? `${json.slice(0, 77)}...` : json;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => field(inner, key), value);
}

function written(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
