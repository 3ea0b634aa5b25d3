/** The EBS CSI driver's stand-in: the same EC2 calls, tags and refusals as `ebs.csi.aws.com`. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Snapshot, Volume, VolumeType } from '@aws-sdk/client-ec2';
import { waitFor } from '../../processes/wait-for.ts';
import { awsCode, type Cloud, tagList } from '../cloud.ts';
import {
  type AttachedNode,
  type CreatedSnapshot,
  type CreatedVolume,
  type StorageDriver,
  StorageError,
  type VolumeRequest,
} from '../csi/storage-driver.ts';
import { ebsDriver } from './driver-names.ts';
import { snapshotTags, volumeTags } from './ebs-tags.ts';

const gib = 1024 ** 3;
const polling = { timeoutMs: 60_000, intervalMs: 250 };

export interface EbsDriverOptions {
  readonly cloud: Cloud;
  readonly cluster: string;
  /** Where a volume's data is on this machine; the directory is there as long as the volume is. */
  readonly directoryOf: (volumeId: string) => string;
}

export function createEbsDriver({ cloud, cluster, directoryOf }: EbsDriverOptions): StorageDriver {
  /** Devices that an attachment under way has chosen, as `<instance>/<device>`: EC2 does not know of them yet. */
  const chosen = new Set<string>();

  /** `/dev/xvdaa` ... `/dev/xvddz`, the first that the instance does not use. Marked as chosen: the caller gives it back. */
  async function chooseDevice(instanceId: string): Promise<string> {
    const attached = await cloud.volumes({ 'attachment.instance-id': instanceId });
    const used = new Set(attached.flatMap((volume) => (volume.Attachments ?? []).map((entry) => entry.Device)));
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    for (const first of 'abcd') {
      for (const second of letters) {
        const device = `/dev/xvd${first}${second}`;
        if (used.has(device) || chosen.has(`${instanceId}/${device}`)) continue;
        chosen.add(`${instanceId}/${device}`);
        return device;
      }
    }
    throw new StorageError('ResourceExhausted', `no free device on ${instanceId}`);
  }

  async function settled(id: string): Promise<Volume> {
    return waitFor(
      `volume ${id}`,
      async () => {
        const volume = await cloud.volume(id);
        return volume !== undefined && volume.State !== 'creating' ? volume : undefined;
      },
      polling,
    );
  }

  function attachmentTo(volume: Volume | undefined, instanceId: string): string | undefined {
    return volume?.Attachments?.find((entry) => entry.InstanceId === instanceId)?.State;
  }

  return {
    name: ebsDriver,

    async createVolume(request): Promise<CreatedVolume> {
      if (request.zone === undefined) throw new StorageError('InvalidArgument', 'a volume of EBS needs a zone');
      const earlier = await cloud.volumes({ 'tag:CSIVolumeName': request.name });
      const usable = earlier.find((volume) => volume.State !== 'error');
      let id = usable?.VolumeId;
      if (id === undefined) {
        // A token whose volume ended in `error` is burnt: the next attempt has another one.
        const token = createHash('sha256').update(`${request.name}/${earlier.length}`).digest('hex');
        id = (await create(request, request.zone, token)).VolumeId ?? '';
      }
      const volume = await settled(id);
      if (volume.State !== 'available' && volume.State !== 'in-use') {
        throw new StorageError('Internal', `volume ${id} ended in state ${volume.State}`);
      }
      for (const failed of earlier) if (failed.State === 'error') await cloud.deleteVolume(failed.VolumeId ?? '');
      return { handle: id, sizeBytes: (volume.Size ?? 0) * gib, zone: volume.AvailabilityZone };
    },

    async deleteVolume(handle) {
      await cloud.deleteVolume(handle);
    },

    async attach(handle, node): Promise<Record<string, string>> {
      const volume = await cloud.volume(handle);
      if (volume === undefined) throw gone(handle, node);
      const other = volume.Attachments?.find((entry) => entry.InstanceId !== node.id && entry.State !== 'detached');
      if (other !== undefined) {
        throw new StorageError('FailedPrecondition', `Volume "${handle}" is attached to "${other.InstanceId}" already`);
      }
      if (attachmentTo(volume, node.id) === undefined) {
        const device = await chooseDevice(node.id);
        try {
          await cloud.attachVolume(handle, node.id, device);
        } catch (error) {
          const text = `Could not attach volume "${handle}" to node "${node.id}": ${awsCode(error)}: ${(error as Error).message}`;
          throw new StorageError('Internal', text, { cause: error });
        } finally {
          chosen.delete(`${node.id}/${device}`);
        }
      }
      const attached = await waitFor(
        `the attachment of ${handle} to ${node.id}`,
        async () => {
          const now = await cloud.volume(handle);
          if (now === undefined) return 'gone';
          return attachmentTo(now, node.id) === 'attached' ? now : undefined;
        },
        polling,
      );
      if (attached === 'gone') throw gone(handle, node);
      return { devicePath: attached.Attachments?.find((entry) => entry.InstanceId === node.id)?.Device ?? '' };
    },

    async detach(handle, node) {
      const volume = await cloud.volume(handle);
      const state = attachmentTo(volume, node.id);
      if (state === undefined || state === 'detached') return;
      if (state !== 'detaching') {
        try {
          await cloud.detachVolume(handle, node.id);
        } catch (error) {
          if (!['InvalidVolume.NotFound', 'IncorrectState', 'InvalidAttachment.NotFound'].includes(awsCode(error)))
            throw error;
        }
      }
      await waitFor(
        `the detachment of ${handle} from ${node.id}`,
        async () => {
          const left = attachmentTo(await cloud.volume(handle), node.id);
          return left === undefined || left === 'detached';
        },
        polling,
      );
    },

    async createSnapshot(name, sourceHandle, tags): Promise<CreatedSnapshot> {
      const earlier = (await cloud.snapshots({ 'tag:CSIVolumeSnapshotName': name }))[0];
      if (earlier !== undefined) return translateSnapshot(earlier);
      if ((await cloud.volume(sourceHandle)) === undefined) {
        throw new StorageError('NotFound', `Could not create snapshot of volume "${sourceHandle}": it does not exist`);
      }
      const all = { ...tags, ...snapshotTags(cluster, name) };
      return translateSnapshot(await cloud.createSnapshot(sourceHandle, 'Created by AWS EBS CSI driver', all));
    },

    async findSnapshot(handle) {
      const found = (await cloud.snapshots({ 'snapshot-id': handle }))[0];
      return found && translateSnapshot(found);
    },

    async deleteSnapshot(handle) {
      await cloud.deleteSnapshot(handle);
    },

    async directoryOn(handle: string, node: AttachedNode) {
      const directory = directoryOf(handle);
      if (!existsSync(directory)) return undefined;
      return attachmentTo(await cloud.volume(handle), node.id) === 'attached' ? directory : undefined;
    },
  };

  function create(request: VolumeRequest, zone: string, token: string): Promise<Volume> {
    const { type = 'gp3', iops, throughput, encrypted } = request.parameters;
    return cloud.createVolume({
      AvailabilityZone: zone,
      ClientToken: token,
      Size: Math.max(1, Math.ceil(request.sizeBytes / gib)),
      VolumeType: type as VolumeType,
      ...(iops === undefined ? {} : { Iops: Number(iops) }),
      ...(throughput === undefined ? {} : { Throughput: Number(throughput) }),
      ...(encrypted === 'true' ? { Encrypted: true } : {}),
      ...(request.snapshotHandle === undefined ? {} : { SnapshotId: request.snapshotHandle }),
      TagSpecifications: [{ ResourceType: 'volume', Tags: tagList(volumeTags(cluster, request)) }],
    });
  }
}

function gone(handle: string, node: AttachedNode): StorageError {
  const text = `Could not attach volume "${handle}" to node "${node.id}": InvalidVolume.NotFound`;
  return new StorageError('NotFound', text);
}

function translateSnapshot(snapshot: Snapshot): CreatedSnapshot {
  if (snapshot.State === 'error') throw new StorageError('Internal', `snapshot ${snapshot.SnapshotId} ended in error`);
  return {
    handle: snapshot.SnapshotId ?? '',
    createdAt: snapshot.StartTime ?? new Date(),
    sizeBytes: (snapshot.VolumeSize ?? 0) * gib,
    ready: snapshot.State === 'completed',
  };
}
