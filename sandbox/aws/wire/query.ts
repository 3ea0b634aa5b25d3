/** Parameters of AWS's query protocols: flat names with dots and numbers, `Filter.1.Value.2=x`. */
import { AwsFailure } from './failure.ts';

export class QueryParameters {
  private readonly values: ReadonlyMap<string, string>;

  constructor(entries: Iterable<readonly [string, string]>) {
    this.values = new Map(entries);
  }

  static parse(body: string): QueryParameters {
    return new QueryParameters(new URLSearchParams(body).entries());
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  /** Throws MissingParameter when it is absent or empty. */
  required(name: string): string {
    const value = this.values.get(name);
    if (value === undefined || value === '') {
      throw new AwsFailure('MissingParameter', `The request must contain the parameter ${name}`);
    }
    return value;
  }

  /** Throws InvalidParameterValue when it is there and no whole number. */
  integer(name: string): number | undefined {
    const value = this.values.get(name);
    if (value === undefined || value === '') return undefined;
    if (!/^-?\d+$/.test(value)) {
      throw new AwsFailure(
        'InvalidParameterValue',
        `Value (${value}) for parameter ${name} is invalid. Not an integer.`,
      );
    }
    return Number(value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.values.get(name);
    return value === undefined ? undefined : value.toLowerCase() === 'true';
  }

  /** `Name.1`, `Name.2`, ... in the order of their numbers; also `Name.member.1`. */
  list(name: string): string[] {
    const found: [number, string][] = [];
    for (const [key, value] of this.values) {
      const rest = afterPrefix(key, name);
      if (rest !== undefined && /^\d+$/.test(rest)) found.push([Number(rest), value]);
    }
    return found.sort((a, b) => a[0] - b[0]).map(([, value]) => value);
  }

  /** A list of structures: one set of parameters an entry, their names without the prefix. */
  structures(name: string): QueryParameters[] {
    const byNumber = new Map<number, [string, string][]>();
    for (const [key, value] of this.values) {
      const match = afterPrefix(key, name)?.match(/^(\d+)\.(.+)$/);
      if (!match?.[1] || match[2] === undefined) continue;
      const number = Number(match[1]);
      const entries = byNumber.get(number) ?? [];
      entries.push([match[2], value]);
      byNumber.set(number, entries);
    }
    return [...byNumber.entries()].sort((a, b) => a[0] - b[0]).map(([, entries]) => new QueryParameters(entries));
  }

  /** The parameters below `Name.`, without that prefix. */
  below(name: string): QueryParameters {
    const entries: [string, string][] = [];
    for (const [key, value] of this.values) {
      if (key.startsWith(`${name}.`)) entries.push([key.slice(name.length + 1), value]);
    }
    return new QueryParameters(entries);
  }

  has(prefix: string): boolean {
    for (const key of this.values.keys()) if (key === prefix || key.startsWith(`${prefix}.`)) return true;
    return false;
  }

  entries(): [string, string][] {
    return [...this.values.entries()];
  }

  /** The same parameters with some replaced; undefined takes one away. */
  with(changes: Readonly<Record<string, string | undefined>>): QueryParameters {
    const next = new Map(this.values);
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) next.delete(key);
      else next.set(key, value);
    }
    return new QueryParameters(next);
  }

  encode(): string {
    return new URLSearchParams(this.entries()).toString();
  }
}

function afterPrefix(key: string, name: string): string | undefined {
  if (!key.startsWith(`${name}.`)) return undefined;
  const rest = key.slice(name.length + 1);
  return rest.startsWith('member.') ? rest.slice('member.'.length) : rest;
}
