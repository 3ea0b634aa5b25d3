import { readFileSync } from 'node:fs';
import { checkInput } from '../../config/check-input.ts';
import { closestName } from '../../config/closest-name.ts';
import type { RecoveryInput } from '../../workflows/recovery/input.ts';
import { type StartableScenario, scenarios } from '../scenarios.ts';
import { UsageError } from './usage-error.ts';

/** What the options of `start` say beside the input. */
export interface InputOptions {
  readonly cluster?: string;
  readonly dryRun?: boolean;
  readonly approval?: string;
  readonly reason?: string;
  readonly incident?: string;
  readonly requestedBy: string;
}

export function findScenario(slug: string): StartableScenario {
  const found = scenarios.find((scenario) => scenario.slug === slug);
  if (found !== undefined) return found;
  const known = scenarios.map((scenario) => scenario.slug);
  const meant = closestName(slug, known);
  throw new UsageError(
    `unknown scenario ${JSON.stringify(slug)}; there is: ${known.join(', ')}.${meant === null ? '' : ` Did you mean ${meant}?`}`,
  );
}

/** Text of `--input`: inline JSON, `-` for standard input, or a file. Absent means an empty object. */
export function readInputText(given: string | undefined): string {
  if (given === undefined) return '{}';
  if (given.trimStart().startsWith('{') || given.trimStart().startsWith('[')) return given;
  try {
    return readFileSync(given === '-' ? 0 : given, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `--input: got ${JSON.stringify(given)}, which is neither JSON nor a readable file (${(cause as Error).message}). ` +
        'Give inline JSON, a file, or - for standard input.',
    );
  }
}

/** The checked input of a scenario. Pure but for its errors: every problem is named at once, and nothing was started. */
export function checkedInput(scenario: StartableScenario, text: string, options: InputOptions): RecoveryInput {
  const parsed = parseObject(text);
  const merged = { ...parsed, ...optionFields(parsed, options) };
  const checked = checkInput(scenario.schema, merged);
  if (checked.ok) return checked.input as unknown as RecoveryInput;
  const lines = checked.problems.map(
    ({ path, given, expected, advice }) => `  ${path || 'the input'}: got ${given}, expected ${expected}. ${advice}`,
  );
  throw new UsageError([`the input of ${scenario.slug} is not valid; nothing was started:`, ...lines].join('\n'));
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--input: not valid JSON: ${(cause as Error).message}. Nothing was started.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`--input: got ${shape(value)}, expected one JSON object. Nothing was started.`);
  }
  return value as Record<string, unknown>;
}

function shape(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** Options as input fields; an option that contradicts the input is an error, not a silent winner. */
function optionFields(input: Record<string, unknown>, options: InputOptions): Record<string, unknown> {
  const { cluster, dryRun, approval, reason, incident, requestedBy } = options;
  const given = { cluster, dryRun, approval, reason, incident };
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const [name, value] of Object.entries(fields)) {
    if (input[name] !== undefined && input[name] !== value) {
      const option = `--${name === 'dryRun' ? 'dry-run' : name}`;
      throw new UsageError(
        `${name}: the input says ${JSON.stringify(input[name])}, ${option} says ${JSON.stringify(value)}. ` +
          'Say it once. Nothing was started.',
      );
    }
  }
  return input.requestedBy === undefined ? { ...fields, requestedBy } : fields;
}
