import { type Action, type Actions, succeeded } from '../front/action.ts';
import { earlierUse, rememberUse, tokenOfDeleted } from '../front/idempotency.ts';
import { newId, type World } from '../front/world.ts';
import { AwsFailure } from '../wire/failure.ts';
import { checkedId, comparable, stopDryRun } from './request.ts';
import { currentAttachments, type Volume, VolumeState, volumeState, volumeXml } from './volume.ts';
import { readVolumeRequest } from './volume-request.ts';

export function volumeNotFound(id: string): AwsFailure {
  return new AwsFailure('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
}

export function requiredVolume(world: World, id: string): Volume {
  const volume = world.volumes.get(checkedId(id, 'vol', 'volumeId'));
  if (!volume) throw volumeNotFound(id);
  return volume;
}

/** Copies the snapshot's data; the volume stays `creating` until that is done. */
export function prepareData(world: World, volume: Volume): void {
  const done = (changes: Partial<Volume>) => {
    const current = world.volumes.get(volume.id);
    if (current) world.volumes.put(volume.id, { ...current, ...changes, dataReady: true });
    else void world.directories.deleteVolume(volume.id);
  };
  world.directories.createVolume(volume.id, volume.snapshotId || undefined).then(
    () => done({}),
    () => done({ failing: true }),
  );
}

const createVolume: Action = async (world, parameters) => {
  const zones = await world.moto.zones();
  const token = parameters.get('ClientToken');
  const asked = comparable(parameters);
  const earlier = earlierUse(world, 'CreateVolume', token, asked);
  if (earlier) {
    const first = world.volumes.get(earlier.made[0] ?? '');
    if (!first || volumeState(first, world.now()) === VolumeState.error) throw tokenOfDeleted();
    return volumeXml(first, world.now());
  }
  const now = world.now();
  const request = readVolumeRequest(parameters, { zones, snapshot: (id) => world.snapshots.get(id), now });
  stopDryRun(parameters);
  const end = failingEnd(world, request.snapshotId);
  const id = newId('vol');
  const volume = world.volumes.put(id, {
    ...request,
    id,
    createTime: now,
    readyAt: now + world.timing.volumeCreating,
    dataReady: false,
    failing: end !== null,
    ...(end === 'gone' && { vanishing: true }),
    attachments: [],
  });
  rememberUse(world, 'CreateVolume', token, { parameters: asked, made: [volume.id] });
  prepareData(world, volume);
  return volumeXml(volume, now);
};

/** How the volume that is made now will fail, or null; counts it. */
function failingEnd(world: World, snapshotId: string): 'error' | 'gone' | null {
  const { failingVolumes, failingVolumesEnd, failingSnapshots } = world.standingFaults;
  if (failingVolumes > 0) {
    world.setStandingFaults({ failingVolumes: failingVolumes - 1 });
    return failingVolumesEnd;
  }
  const ofSnapshot = failingSnapshots[snapshotId] ?? 0;
  if (ofSnapshot === 0) return null;
  world.setStandingFaults({ failingSnapshots: { ...failingSnapshots, [snapshotId]: ofSnapshot - 1 } });
  return 'error';
}

const deleteVolume: Action = (world, parameters) => {
  const volume = requiredVolume(world, parameters.required('VolumeId'));
  const state = volumeState(volume, world.now());
  if (state === VolumeState.inUse) {
    const holders = currentAttachments(volume, world.now()).map((attachment) => attachment.instanceId);
    throw new AwsFailure('VolumeInUse', `Volume ${volume.id} is currently attached to ${holders.join(', ')}`);
  }
  if (state === VolumeState.creating) {
    throw new AwsFailure('IncorrectState', `Volume '${volume.id}' is in the 'creating' state.`);
  }
  stopDryRun(parameters);
  removeVolume(world, volume.id);
  return succeeded;
};

/** Takes a volume away with its data, whatever its state. */
export function removeVolume(world: World, id: string): void {
  const volume = world.volumes.get(id);
  if (!volume) return;
  world.volumes.delete(id);
  if (!volume.root && volume.dataReady) void world.directories.deleteVolume(id);
}

export const volumeActions: Actions = {
  CreateVolume: createVolume,
  DeleteVolume: deleteVolume,
};
