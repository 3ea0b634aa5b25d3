/** What many EC2 actions read from a request in the same way. */
import { AwsFailure } from '../wire/failure.ts';
import type { QueryParameters } from '../wire/query.ts';

/**
 * Ends a dry run that would have succeeded. To be called after every check and before every effect.
 *
 * @throws AwsFailure DryRunOperation (412) when the request is a dry run
 */
export function stopDryRun(parameters: QueryParameters): void {
  if (parameters.boolean('DryRun') === true) {
    throw new AwsFailure('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
}

/** The tags that a creation asks for, for resources of one type. Throws where AWS refuses them. */
export function requestedTags(
  parameters: QueryParameters,
  resourceType: string,
  allowed = [resourceType],
): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const specification of parameters.structures('TagSpecification')) {
    const type = specification.get('ResourceType') ?? '';
    if (!allowed.includes(type)) {
      throw new AwsFailure(
        'InvalidParameterValue',
        `'${type}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (type !== resourceType) continue;
    for (const tag of specification.structures('Tag')) {
      const key = tag.required('Key');
      if (key in tags) throw new AwsFailure('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
      tags[key] = tag.get('Value') ?? '';
    }
  }
  checkTags(tags);
  return tags;
}

/** @throws AwsFailure where AWS refuses these tags on one resource */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const own = Object.entries(tags);
  if (own.length > 50)
    throw new AwsFailure('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
  for (const [key, value] of own) {
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsFailure('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
    }
    if (key.length > 128) {
      throw new AwsFailure('InvalidParameterValue', `Tag key exceeds the maximum length of 128 characters`);
    }
    if (value.length > 256) {
      throw new AwsFailure('InvalidParameterValue', `Tag value exceeds the maximum length of 256 characters`);
    }
  }
}

/** Ids of a list parameter, each checked for its form. */
export function requestedIds(parameters: QueryParameters, name: string, prefix: string, label: string): string[] {
  return parameters.list(name).map((id) => checkedId(id, prefix, label));
}

export function checkedId(id: string, prefix: string, label: string): string {
  if (new RegExp(`^${prefix}-[0-9a-f]{8}([0-9a-f]{9})?$`).test(id)) return id;
  throw new AwsFailure(
    'InvalidParameterValue',
    `Value (${id}) for parameter ${label} is invalid. Expected: '${prefix}-...'.`,
  );
}

/**
 * The page that a describe asks for.
 *
 * @param limits the smallest and greatest MaxResults of the action
 */
export function requestedPage(
  parameters: QueryParameters,
  limits: { readonly least: number; readonly most: number; readonly idsGiven: boolean },
): { maxResults: number | undefined; nextToken: string | undefined; invalidTokenCode: string } {
  const maxResults = parameters.integer('MaxResults');
  if (maxResults !== undefined) {
    if (limits.idsGiven) {
      throw new AwsFailure(
        'InvalidParameterCombination',
        'The parameter MaxResults cannot be used with a list of ids in the same request',
      );
    }
    if (maxResults < limits.least) {
      throw new AwsFailure(
        'InvalidParameterValue',
        `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value of at least ${limits.least}.`,
      );
    }
  }
  return {
    maxResults: maxResults === undefined ? undefined : Math.min(maxResults, limits.most),
    nextToken: parameters.get('NextToken') || undefined,
    invalidTokenCode: 'InvalidParameterValue',
  };
}

/** A request in a form that tells two requests apart: every parameter but those that a repeat may change. */
export function comparable(parameters: QueryParameters): string {
  const entries = parameters.entries().filter(([key]) => !['ClientToken', 'DryRun', 'Action', 'Version'].includes(key));
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
