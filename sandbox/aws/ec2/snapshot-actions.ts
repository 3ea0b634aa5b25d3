import { accountId } from '../account.ts';
import { type Action, type Actions, succeeded } from '../front/action.ts';
import { newId, type World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import { page } from '../wire/pages.ts';
import type { QueryParameters } from '../wire/query.ts';
import { type Filterable, filterTest, readFilters } from './filters.ts';
import { checkedId, requestedIds, requestedPage, requestedTags, stopDryRun } from './request.ts';
import { mayUse, type Snapshot, SnapshotState, snapshotProgress, snapshotState, snapshotXml } from './snapshot.ts';
import { tagSet, VolumeState, volumeState } from './volume.ts';
import { requiredVolume } from './volume-actions.ts';

/** What AWS shows as the source of a copied snapshot: an id that belongs to no volume. */
const arbitraryVolumeId = 'vol-ffffffff';

function snapshotNotFound(id: string): AwsFailure {
  return new AwsFailure('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
}

function usableSnapshot(world: World, id: string): Snapshot {
  const snapshot = world.snapshots.get(checkedId(id, 'snap', 'snapshotId'));
  if (!snapshot || !mayUse(snapshot)) throw snapshotNotFound(id);
  return snapshot;
}

function ownSnapshot(world: World, id: string): Snapshot {
  const snapshot = usableSnapshot(world, id);
  if (snapshot.ownerId !== accountId) {
    throw new AwsFailure('AuthFailure', `Not authorized for images: [${id}]`, 403);
  }
  return snapshot;
}

/** Runs the copy of a snapshot's data and records how it ended. */
export async function saveData(world: World, id: string, copy: () => Promise<void>): Promise<void> {
  let failed: string | undefined;
  try {
    await copy();
  } catch (error) {
    failed = `The data could not be copied: ${error instanceof Error ? error.message : String(error)}`;
  }
  const current = world.snapshots.get(id);
  if (!current) return world.directories.deleteSnapshot(id);
  world.snapshots.put(id, { ...current, dataReady: true, ...(failed !== undefined && { failed }) });
}

const createSnapshot: Action = async (world, parameters) => {
  const volume = requiredVolume(world, parameters.required('VolumeId'));
  const state = volumeState(volume, world.now());
  if (state !== VolumeState.available && state !== VolumeState.inUse) {
    throw new AwsFailure('IncorrectState', `Volume '${volume.id}' is in the '${state}' state.`);
  }
  const tags = requestedTags(parameters, 'snapshot');
  stopDryRun(parameters);
  const now = world.now();
  const snapshot = snapshotOf(world, parameters, now, tags, volume.id, volume);
  world.snapshots.put(snapshot.id, snapshot);
  await saveData(world, snapshot.id, () => world.directories.createSnapshot(snapshot.id, volume.id));
  return snapshotXml(snapshot, now);
};

function snapshotOf(
  world: World,
  parameters: QueryParameters,
  now: number,
  tags: Record<string, string>,
  volumeId: string,
  source: { size: number; encrypted: boolean; kmsKeyId?: string },
): Snapshot {
  return {
    id: newId('snap'),
    volumeId,
    ownerId: accountId,
    description: parameters.get('Description') ?? '',
    volumeSize: source.size,
    encrypted: source.encrypted,
    ...(source.kmsKeyId !== undefined && { kmsKeyId: source.kmsKeyId }),
    startTime: now,
    completesAt: now + world.timing.snapshotPending,
    dataReady: false,
    tags,
    public: false,
    sharedWith: [],
  };
}

const copySnapshot: Action = async (world, parameters) => {
  parameters.required('SourceRegion');
  const source = usableSnapshot(world, parameters.required('SourceSnapshotId'));
  const state = snapshotState(source, world.now());
  if (state !== SnapshotState.completed)
    throw new AwsFailure('IncorrectState', `Snapshot is in invalid state - ${state}`);
  const tags = requestedTags(parameters, 'snapshot');
  stopDryRun(parameters);
  const encrypted = source.encrypted || parameters.boolean('Encrypted') === true;
  const kmsKeyId = parameters.get('KmsKeyId') ?? source.kmsKeyId;
  const copy = snapshotOf(world, parameters, world.now(), tags, arbitraryVolumeId, {
    size: source.volumeSize,
    encrypted,
    ...(encrypted && kmsKeyId !== undefined && { kmsKeyId }),
  });
  world.snapshots.put(copy.id, copy);
  await saveData(world, copy.id, () => world.directories.copySnapshot(copy.id, source.id));
  return { snapshotId: copy.id, tagSet: tagSet(tags) };
};

const deleteSnapshot: Action = (world, parameters) => {
  const snapshot = ownSnapshot(world, parameters.required('SnapshotId'));
  stopDryRun(parameters);
  world.snapshots.delete(snapshot.id);
  if (snapshot.dataReady) void world.directories.deleteSnapshot(snapshot.id);
  return succeeded;
};

const snapshotFilters = [
  'description',
  'encrypted',
  'owner-alias',
  'owner-id',
  'progress',
  'snapshot-id',
  'start-time',
  'status',
  'storage-tier',
  'volume-id',
  'volume-size',
];

function filterable(snapshot: Snapshot, now: number): Filterable {
  return {
    tags: snapshot.ownerId === accountId ? snapshot.tags : {},
    values: {
      description: () => [snapshot.description],
      encrypted: () => [snapshot.encrypted],
      'owner-alias': () => [],
      'owner-id': () => [snapshot.ownerId],
      progress: () => [snapshotProgress(snapshot, now)],
      'snapshot-id': () => [snapshot.id],
      'start-time': () => [new Date(snapshot.startTime).toISOString()],
      status: () => [snapshotState(snapshot, now)],
      'storage-tier': () => ['standard'],
      'volume-id': () => [snapshot.volumeId],
      'volume-size': () => [snapshot.volumeSize],
    },
  };
}

/** Owner.N: `self`, or account ids; what is not the caller's is shown only when it may be used. */
function ownerTest(parameters: QueryParameters): (snapshot: Snapshot) => boolean {
  const owners = parameters.list('Owner').map((owner) => (owner === 'self' ? accountId : owner));
  const restorableBy = parameters.list('RestorableBy').map((user) => (user === 'self' ? accountId : user));
  return (snapshot) =>
    mayUse(snapshot) &&
    (owners.length === 0 || owners.includes(snapshot.ownerId)) &&
    (restorableBy.length === 0 ||
      restorableBy.some((user) => (user === 'all' ? snapshot.public : mayUse(snapshot, user))));
}

const describeSnapshots: Action = (world, parameters) => {
  const ids = requestedIds(parameters, 'SnapshotId', 'snap', 'snapshotId');
  const asked = requestedPage(parameters, { least: 5, most: 1_000, idsGiven: ids.length > 0 });
  const test = filterTest(readFilters(parameters), snapshotFilters);
  stopDryRun(parameters);
  for (const id of ids) usableSnapshot(world, id);
  const now = world.now();
  const owned = ownerTest(parameters);
  const wanted = new Set(ids);
  const found = [...world.snapshots.values()].filter(
    (snapshot) => (wanted.size === 0 || wanted.has(snapshot.id)) && owned(snapshot) && test(filterable(snapshot, now)),
  );
  const shown = page(found, (snapshot) => ({ order: snapshot.startTime, key: snapshot.id }), asked);
  return { snapshotSet: shown.entries.map((snapshot) => snapshotXml(snapshot, now)), nextToken: shown.nextToken };
};

const describeSnapshotAttribute: Action = (world, parameters) => {
  const snapshot = ownSnapshot(world, parameters.required('SnapshotId'));
  stopDryRun(parameters);
  return {
    snapshotId: snapshot.id,
    createVolumePermission: [
      ...(snapshot.public ? [{ group: 'all' }] : []),
      ...snapshot.sharedWith.map((userId) => ({ userId })),
    ],
  };
};

const modifySnapshotAttribute: Action = (world, parameters) => {
  const snapshot = ownSnapshot(world, parameters.required('SnapshotId'));
  const operation = parameters.get('OperationType');
  const named = (kind: 'Add' | 'Remove') => parameters.structures(`CreateVolumePermission.${kind}`);
  const users = (kind: 'Add' | 'Remove') => [
    ...named(kind).flatMap((entry) => entry.get('UserId') ?? []),
    ...(operation === kind.toLowerCase() ? parameters.list('UserId') : []),
  ];
  const groups = (kind: 'Add' | 'Remove') => [
    ...named(kind).flatMap((entry) => entry.get('Group') ?? []),
    ...(operation === kind.toLowerCase() ? parameters.list('UserGroup') : []),
  ];
  stopDryRun(parameters);
  const removed = new Set(users('Remove'));
  world.snapshots.put(snapshot.id, {
    ...snapshot,
    public: (snapshot.public || groups('Add').includes('all')) && !groups('Remove').includes('all'),
    sharedWith: [...new Set([...snapshot.sharedWith, ...users('Add')])].filter((user) => !removed.has(user)),
  });
  return succeeded;
};

export const snapshotActions: Actions = {
  CreateSnapshot: createSnapshot,
  CopySnapshot: copySnapshot,
  DeleteSnapshot: deleteSnapshot,
  DescribeSnapshots: describeSnapshots,
  DescribeSnapshotAttribute: describeSnapshotAttribute,
  ModifySnapshotAttribute: modifySnapshotAttribute,
};
