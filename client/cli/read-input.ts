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
  /** Who was named by `--actor`; absent where nobody was. */
  readonly actor?: string;
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

/**
 * The checked input of a scenario. Every problem is named at once: contradictions, wrong fields, and a cluster that `clusters` (of
 * the inventory, where it is known) lacks. Throws UsageError; then nothing was started.
 */
export function checkedInput(
  scenario: StartableScenario,
  text: string,
  options: InputOptions,
  clusters?: readonly string[],
): RecoveryInput {
  const parsed = parseObject(text);
  const fields = optionFields(options);
  const merged = { ...fields, ...parsed };
  if (merged.requestedBy === undefined) merged.requestedBy = options.requestedBy;
  const checked = checkInput(scenario.schema, merged);
  const wrong = checked.ok
    ? []
    : checked.problems.map(
        ({ path, given, expected, advice }) => `${path || 'the input'}: got ${given}, expected ${expected}. ${advice}`,
      );
  const problems = [...contradictions(parsed, fields), ...wrong, ...unknownCluster(merged.cluster, clusters)];
  if (checked.ok && problems.length === 0) return checked.input as unknown as RecoveryInput;
  const lines = problems.map((problem) => `  ${problem}`);
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

/** The options that were given, under the names of the input's fields. */
function optionFields({ cluster, dryRun, approval, reason, incident, actor }: InputOptions): Record<string, unknown> {
  const given = { cluster, dryRun, approval, reason, incident, requestedBy: actor };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const optionNames: Readonly<Record<string, string>> = { dryRun: '--dry-run', requestedBy: '--actor' };

/** An option that contradicts the input is an error, not a silent winner. */
function contradictions(input: Record<string, unknown>, fields: Record<string, unknown>): string[] {
  return Object.entries(fields)
    .filter(([name, value]) => input[name] !== undefined && input[name] !== value)
    .map(
      ([name, value]) =>
        `${name}: the input says ${JSON.stringify(input[name])}, ${optionNames[name] ?? `--${name}`} says ` +
        `${JSON.stringify(value)}. Say it once.`,
    );
}

function unknownCluster(cluster: unknown, known: readonly string[] | undefined): string[] {
  if (typeof cluster !== 'string' || cluster === '' || known === undefined || known.includes(cluster)) return [];
  const meant = closestName(cluster, known);
  const hint = meant === null ? '`rekindle config check` shows them.' : `Did you mean ${meant}?`;
  return [`cluster: got ${JSON.stringify(cluster)}, the inventory has ${known.join(', ')}. ${hint}`];
}
