import type { Action, Actions } from '../front/action.ts';
import type { World } from '../front/world.ts';
import { page } from '../wire/pages.ts';
import { QueryParameters } from '../wire/query.ts';
import type { AutoScalingGroup, GroupTag } from './group.ts';
import { tagsXml } from './group-xml.ts';
import { requestedRecords, requiredGroup } from './request.ts';

export function requestedTags(parameters: QueryParameters): GroupTag[] {
  return parameters.structures('Tags').map((tag) => ({
    key: tag.get('Key') ?? '',
    value: tag.get('Value') ?? '',
    propagate: tag.boolean('PropagateAtLaunch') ?? false,
  }));
}

function tagged(world: World, tag: QueryParameters): AutoScalingGroup {
  return requiredGroup(world, new QueryParameters([['AutoScalingGroupName', tag.get('ResourceId') ?? '']]));
}

const createOrUpdateTags: Action = (world, parameters) => {
  const named = parameters.structures('Tags');
  for (const tag of named) tagged(world, tag);
  for (const tag of named) {
    const group = tagged(world, tag);
    const [added] = requestedTags(new QueryParameters(tag.entries().map(([key, value]) => [`Tags.1.${key}`, value])));
    if (added)
      world.groups.put(group.name, {
        ...group,
        tags: [...group.tags.filter((known) => known.key !== added.key), added],
      });
  }
  return {};
};

const deleteTags: Action = (world, parameters) => {
  for (const tag of parameters.structures('Tags')) {
    const group = tagged(world, tag);
    world.groups.put(group.name, { ...group, tags: group.tags.filter((known) => known.key !== tag.get('Key')) });
  }
  return {};
};

const describeTags: Action = (world, parameters) => {
  const asked = requestedRecords(parameters, { usual: 50, most: 100 });
  const filters = parameters
    .structures('Filters')
    .map((filter) => ({ name: filter.get('Name'), values: filter.list('Values') }));
  const all = [...world.groups.values()].flatMap((group) =>
    group.tags.map((tag, index) => ({ group, tag, xml: tagsXml(group)[index] })),
  );
  const found = all.filter(({ group, tag }) =>
    filters.every(({ name, values }) => {
      const known: Record<string, string> = {
        'auto-scaling-group': group.name,
        key: tag.key,
        value: tag.value,
        'propagate-at-launch': String(tag.propagate),
      };
      return name !== undefined && values.includes(known[name] ?? '');
    }),
  );
  const shown = page(found, ({ group, tag }) => ({ order: 0, key: `${group.name}/${tag.key}` }), asked);
  return { Tags: shown.entries.map((entry) => entry.xml), NextToken: shown.nextToken };
};

export const groupTagActions: Actions = {
  CreateOrUpdateTags: createOrUpdateTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags,
};
