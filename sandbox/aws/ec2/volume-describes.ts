import type { Action, Actions } from '../front/action.ts';
import { page } from '../wire/pages.ts';
import type { XmlValue } from '../wire/xml.ts';
import { type Filterable, filterTest, readFilters } from './filters.ts';
import { requestedIds, requestedPage, stopDryRun } from './request.ts';
import { attachmentState, currentAttachments, type Volume, VolumeState, volumeState, volumeXml } from './volume.ts';
import { volumeNotFound } from './volume-actions.ts';

const volumeFilters = [
  'attachment.attach-time',
  'attachment.delete-on-termination',
  'attachment.device',
  'attachment.instance-id',
  'attachment.status',
  'availability-zone',
  'availability-zone-id',
  'create-time',
  'encrypted',
  'fast-restored',
  'multi-attach-enabled',
  'size',
  'snapshot-id',
  'status',
  'volume-id',
  'volume-type',
];

function filterableVolume(volume: Volume, now: number): Filterable {
  const attachments = () => currentAttachments(volume, now);
  return {
    tags: volume.tags,
    values: {
      'attachment.attach-time': () => attachments().map((a) => new Date(a.attachTime).toISOString()),
      'attachment.delete-on-termination': () => attachments().map((a) => a.deleteOnTermination),
      'attachment.device': () => attachments().map((a) => a.device),
      'attachment.instance-id': () => attachments().map((a) => a.instanceId),
      'attachment.status': () => attachments().map((a) => attachmentState(a, now)),
      'availability-zone': () => [volume.zone],
      'availability-zone-id': () => [volume.zoneId],
      'create-time': () => [new Date(volume.createTime).toISOString()],
      encrypted: () => [volume.encrypted],
      'fast-restored': () => [false],
      'multi-attach-enabled': () => [volume.multiAttach],
      size: () => [volume.size],
      'snapshot-id': () => [volume.snapshotId || undefined],
      status: () => [volumeState(volume, now)],
      'volume-id': () => [volume.id],
      'volume-type': () => [volume.type],
    },
  };
}

const describeVolumes: Action = (world, parameters) => {
  const ids = requestedIds(parameters, 'VolumeId', 'vol', 'volumes');
  const asked = requestedPage(parameters, { least: 5, most: 1_000, idsGiven: ids.length > 0 });
  const test = filterTest(readFilters(parameters), volumeFilters);
  stopDryRun(parameters);
  const now = world.now();
  const missing = ids.filter((id) => !world.volumes.get(id));
  if (missing.length > 0) throw volumeNotFound(missing.join(', '));
  const wanted = new Set(ids);
  const found = [...world.volumes.values()].filter(
    (volume) => (wanted.size === 0 || wanted.has(volume.id)) && test(filterableVolume(volume, now)),
  );
  const shown = page(found, (volume) => ({ order: volume.createTime, key: volume.id }), asked);
  return { volumeSet: shown.entries.map((volume) => volumeXml(volume, now)), nextToken: shown.nextToken };
};

/** How far a volume from a snapshot is initialized, by its size and rate. AWS says so only where a rate was asked for. */
function initialization(volume: Volume, now: number): XmlValue {
  if (volume.initializationRate === undefined) return undefined;
  const seconds = Math.max(1, (volume.size * 1_024) / volume.initializationRate);
  const progress = Math.min(100, Math.floor(((now - volume.readyAt) / 1_000 / seconds) * 100));
  if (progress >= 100)
    return { initializationType: 'provisioned-rate', progress: 100, estimatedTimeToCompleteInSeconds: 0 };
  return {
    initializationType: 'provisioned-rate',
    progress: Math.max(0, progress),
    estimatedTimeToCompleteInSeconds: Math.ceil(seconds - Math.max(0, now - volume.readyAt) / 1_000),
  };
}

function volumeStatusXml(volume: Volume, now: number): XmlValue {
  const state = volumeState(volume, now);
  const ready = state === VolumeState.available || state === VolumeState.inUse;
  const details: XmlValue = [
    { name: 'io-enabled', status: ready ? 'passed' : 'failed' },
    { name: 'io-performance', status: 'not-applicable' },
  ];
  return {
    volumeId: volume.id,
    availabilityZone: volume.zone,
    volumeStatus: {
      status: ready ? 'ok' : state === VolumeState.creating ? 'insufficient-data' : 'impaired',
      details: ready || state === VolumeState.error ? details : [],
    },
    actionsSet: [],
    eventsSet: [],
    initializationStatusDetails: initialization(volume, now),
  };
}

const describeVolumeStatus: Action = (world, parameters) => {
  const ids = requestedIds(parameters, 'VolumeId', 'vol', 'volumes');
  const asked = requestedPage(parameters, { least: 5, most: 1_000, idsGiven: ids.length > 0 });
  const test = filterTest(readFilters(parameters), ['availability-zone', 'volume-status.status']);
  stopDryRun(parameters);
  const now = world.now();
  for (const id of ids) if (!world.volumes.get(id)) throw volumeNotFound(id);
  const wanted = new Set(ids);
  const statusOf = (volume: Volume) => {
    const state = volumeState(volume, now);
    return state === VolumeState.creating ? 'insufficient-data' : state === VolumeState.error ? 'impaired' : 'ok';
  };
  const found = [...world.volumes.values()].filter(
    (volume) =>
      (wanted.size === 0 || wanted.has(volume.id)) &&
      test({
        tags: volume.tags,
        values: { 'availability-zone': () => [volume.zone], 'volume-status.status': () => [statusOf(volume)] },
      }),
  );
  const shown = page(found, (volume) => ({ order: volume.createTime, key: volume.id }), asked);
  return { volumeStatusSet: shown.entries.map((volume) => volumeStatusXml(volume, now)), nextToken: shown.nextToken };
};
export const volumeDescribes: Actions = {
  DescribeVolumes: describeVolumes,
  DescribeVolumeStatus: describeVolumeStatus,
};
