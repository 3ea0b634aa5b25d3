/** EC2's filters: values of one filter are alternatives, filters are conditions; `*` and `?` are wildcards, `\` takes them literally. */
import { AwsFailure } from '../wire/failure.ts';
import type { QueryParameters } from '../wire/query.ts';

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** The values of one resource that a filter looks at. */
export type FilterValues = readonly (string | number | boolean | undefined)[];

/** What a resource answers to each filter name; tags are answered by the tag filters themselves. */
export interface Filterable {
  readonly values: Readonly<Record<string, () => FilterValues>>;
  readonly tags: Readonly<Record<string, string>>;
}

export function readFilters(parameters: QueryParameters): Filter[] {
  return parameters
    .structures('Filter')
    .map((filter) => ({ name: filter.required('Name'), values: filter.list('Value') }));
}

export function wildcard(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const c = pattern[at] ?? '';
    if (c === '\\' && at + 1 < pattern.length) {
      at += 1;
      source += quoted(pattern[at] ?? '');
    } else if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else source += quoted(c);
  }
  return new RegExp(`^${source}$`, 's');
}

function quoted(c: string): string {
  return c.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/**
 * A test for resources of one kind.
 *
 * @throws AwsFailure InvalidParameterValue for a filter name that the kind does not know
 */
export function filterTest(filters: readonly Filter[], known: readonly string[]): (resource: Filterable) => boolean {
  const tests = filters.map((filter) => {
    if (
      !filter.name.startsWith('tag:') &&
      filter.name !== 'tag-key' &&
      filter.name !== 'tag-value' &&
      !known.includes(filter.name)
    ) {
      throw new AwsFailure('InvalidParameterValue', `The filter '${filter.name}' is invalid`);
    }
    const patterns = filter.values.map(wildcard);
    const any = (values: FilterValues) =>
      values.some((value) => value !== undefined && patterns.some((pattern) => pattern.test(String(value))));
    return (resource: Filterable): boolean => {
      if (filter.name === 'tag-key') return any(Object.keys(resource.tags));
      if (filter.name === 'tag-value') return any(Object.values(resource.tags));
      if (filter.name.startsWith('tag:')) return any([resource.tags[filter.name.slice('tag:'.length)]]);
      return any(resource.values[filter.name]?.() ?? []);
    };
  });
  return (resource) => tests.every((test) => test(resource));
}
