/** Tags: of instances, volumes and snapshots here, of everything else in moto; DescribeTags shows both. */
import { accountId } from '../account.ts';
import { type Action, type Actions, succeeded } from '../front/action.ts';
import type { Table } from '../front/store.ts';
import type { World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import { page } from '../wire/pages.ts';
import type { QueryParameters } from '../wire/query.ts';
import { entriesAt, textAt } from '../wire/xml.ts';
import { filterTest, readFilters } from './filters.ts';
import { checkTags, requestedPage, stopDryRun } from './request.ts';

type Tags = Readonly<Record<string, string>>;

/** A kind of resource whose tags are kept here. */
interface Kind {
  readonly type: string;
  /** The error code for an id that does not exist. */
  readonly missing: string;
  readonly tagsOf: (id: string) => Tags | undefined;
  readonly setTags: (id: string, tags: Tags) => void;
}

function kind<T extends { readonly tags: Tags }>(type: string, missing: string, table: Table<T>): Kind {
  return {
    type,
    missing,
    tagsOf: (id) => table.get(id)?.tags,
    setTags: (id, tags) => {
      const current = table.get(id);
      if (current) table.put(id, { ...current, tags });
    },
  };
}

function kindOf(world: World, id: string): Kind | undefined {
  if (id.startsWith('vol-')) return kind('volume', 'InvalidVolume.NotFound', world.volumes);
  if (id.startsWith('snap-')) return kind('snapshot', 'InvalidSnapshot.NotFound', world.snapshots);
  if (id.startsWith('i-')) return kind('instance', 'InvalidInstanceID.NotFound', world.instances);
  return undefined;
}

interface OwnResource {
  readonly id: string;
  readonly kind: Kind;
  readonly tags: Tags;
}

/** Splits the resources of a request; throws for one that should be here and is not. */
function split(world: World, parameters: QueryParameters): { own: OwnResource[]; others: string[] } {
  const ids = parameters.list('ResourceId');
  if (ids.length === 0)
    throw new AwsFailure('MissingParameter', 'The request must contain the parameter resourceIdSet');
  const own: OwnResource[] = [];
  const others: string[] = [];
  for (const id of ids) {
    const found = kindOf(world, id);
    if (!found) {
      others.push(id);
      continue;
    }
    const tags = found.tagsOf(id);
    if (!tags) throw new AwsFailure(found.missing, `The ${found.type} '${id}' does not exist.`);
    own.push({ id, kind: found, tags });
  }
  return { own, others };
}

async function forwardOthers(
  world: World,
  action: string,
  parameters: QueryParameters,
  others: readonly string[],
): Promise<void> {
  if (others.length === 0) return;
  const form = Object.fromEntries(
    parameters.entries().filter(([key]) => !key.startsWith('ResourceId.') && key !== 'Action' && key !== 'Version'),
  );
  others.forEach((id, index) => {
    form[`ResourceId.${index + 1}`] = id;
  });
  await world.moto.call('ec2', action, form);
}

const createTags: Action = async (world, parameters) => {
  const { own, others } = split(world, parameters);
  const given = Object.fromEntries(
    parameters.structures('Tag').map((tag) => [tag.required('Key'), tag.get('Value') ?? '']),
  );
  checkTags(given);
  for (const resource of own) {
    const all = { ...resource.tags, ...given };
    checkTags(Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('aws:'))));
  }
  stopDryRun(parameters);
  await forwardOthers(world, 'CreateTags', parameters, others);
  for (const resource of own) resource.kind.setTags(resource.id, { ...resource.kind.tagsOf(resource.id), ...given });
  return succeeded;
};

const deleteTags: Action = async (world, parameters) => {
  const { own, others } = split(world, parameters);
  const named = parameters.structures('Tag').map((tag) => ({ key: tag.required('Key'), value: tag.get('Value') }));
  stopDryRun(parameters);
  await forwardOthers(world, 'DeleteTags', parameters, others);
  for (const resource of own) {
    const left = Object.entries(resource.kind.tagsOf(resource.id) ?? {}).filter(([key, value]) => {
      if (key.startsWith('aws:')) return true;
      if (named.length === 0) return false;
      return !named.some((tag) => tag.key === key && (tag.value === undefined || tag.value === value));
    });
    resource.kind.setTags(resource.id, Object.fromEntries(left));
  }
  return succeeded;
};

interface ShownTag {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

async function allTags(world: World): Promise<ShownTag[]> {
  const reply = await world.moto.call('ec2', 'DescribeTags', {});
  const foreign = entriesAt(reply, 'tagSet').map((tag) => ({
    resourceId: textAt(tag, 'resourceId') ?? '',
    resourceType: textAt(tag, 'resourceType') ?? '',
    key: textAt(tag, 'key') ?? '',
    value: textAt(tag, 'value') ?? '',
  }));
  const shown = foreign.filter((tag) => kindOf(world, tag.resourceId) === undefined);
  const add = (type: string, id: string, tags: Tags) => {
    for (const [key, value] of Object.entries(tags)) shown.push({ resourceId: id, resourceType: type, key, value });
  };
  for (const volume of world.volumes.values()) add('volume', volume.id, volume.tags);
  for (const snapshot of world.snapshots.values()) {
    if (snapshot.ownerId === accountId) add('snapshot', snapshot.id, snapshot.tags);
  }
  for (const instance of world.instances.values()) add('instance', instance.id, instance.tags);
  return shown;
}

const describeTags: Action = async (world, parameters) => {
  const asked = requestedPage(parameters, { least: 5, most: 1_000, idsGiven: false });
  const test = filterTest(readFilters(parameters), ['key', 'resource-id', 'resource-type', 'value']);
  stopDryRun(parameters);
  const found = (await allTags(world)).filter((tag) =>
    test({
      tags: { [tag.key]: tag.value },
      values: {
        key: () => [tag.key],
        'resource-id': () => [tag.resourceId],
        'resource-type': () => [tag.resourceType],
        value: () => [tag.value],
      },
    }),
  );
  const shown = page(found, (tag) => ({ order: 0, key: `${tag.resourceId}/${tag.key}` }), asked);
  return { tagSet: shown.entries.map((tag) => ({ ...tag })), nextToken: shown.nextToken };
};

export const tagActions: Actions = { CreateTags: createTags, DeleteTags: deleteTags, DescribeTags: describeTags };
