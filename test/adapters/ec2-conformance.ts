import { beforeAll, describe, expect, it } from 'vitest';
import type { Ec2Region, Ec2Volume, VolumeRequest } from '../../activities/ec2/port.ts';

/** What the suite needs of the EC2 under test beside the port. */
export interface Ec2Stage {
  readonly region: Ec2Region;
  readonly accountId: string;
  readonly zone: string;
  readonly unknownZone: string;
  /** A completed snapshot of `sizeGiB` 1 of a fresh volume. */
  addSnapshot(
    tags: Readonly<Record<string, string>>,
  ): Promise<{ readonly snapshotId: string; readonly volumeId: string }>;
  /** Resolves once the volume is no longer being made. */
  settled(volumeId: string): Promise<void>;
}

/** What the real client and the fake must do alike. `run` makes names of this run unique. */
export function ec2Conformance(openStage: () => Promise<Ec2Stage>, run: string): void {
  let stage: Ec2Stage;
  let snapshot: { readonly snapshotId: string; readonly volumeId: string };
  const pv = `pvc-${run}*`;

  beforeAll(async () => {
    stage = await openStage();
    snapshot = await stage.addSnapshot({ CSIVolumeName: pv, [`kubernetes.io/cluster/c-${run}`]: 'owned' });
  });

  function request(token: string, over: Partial<VolumeRequest> = {}): VolumeRequest {
    return {
      clientToken: `${token}-${run}`,
      snapshotId: snapshot.snapshotId,
      zone: stage.zone,
      sizeGiB: 8,
      type: 'gp3',
      iops: 3500,
      throughputMiBps: 150,
      encrypted: false,
      kmsKeyId: null,
      initializationRateMiBps: null,
      tags: { token, run },
      ...over,
    };
  }

  async function seen(volumeId: string): Promise<Ec2Volume> {
    const answer = await stage.region.volume(volumeId);
    if ('notFound' in answer) throw new Error(answer.notFound);
    return answer;
  }

  describe('account', () => {
    it('is told by the credentials', async () => {
      expect(await stage.region.callerAccountId()).toBe(stage.accountId);
    });
  });

  describe('volumes', () => {
    it('answers that an unknown volume does not exist, in words for the record', async () => {
      const answer = await stage.region.volume('vol-0ffffffffffffffff');
      expect(answer).toEqual({ notFound: expect.stringContaining('vol-0ffffffffffffffff') });
    });

    it('makes a volume as asked, with its tags, from the snapshot', async () => {
      const made = await stage.region.createVolume(request('shape'));
      expect(['creating', 'available']).toContain(made.state);
      await stage.settled(made.volumeId);
      expect(await seen(made.volumeId)).toMatchObject({
        state: 'available',
        zone: stage.zone,
        sourceSnapshotId: snapshot.snapshotId,
        shape: { type: 'gp3', iops: 3500, throughputMiBps: 150, sizeGiB: 8, encrypted: false },
        tags: { token: 'shape', run },
        attachments: [],
      });
    });

    it('makes one volume for one client token, however often it is asked', async () => {
      const first = await stage.region.createVolume(request('once'));
      const again = await Promise.all([1, 2, 3].map(() => stage.region.createVolume(request('once'))));
      expect(again.map((volume) => volume.volumeId)).toEqual(Array(3).fill(first.volumeId));
      expect(await stage.region.volumesTagged({ token: 'once', run })).toHaveLength(1);
    });

    it('refuses a used token for another request', async () => {
      await stage.region.createVolume(request('burned'));
      await expect(stage.region.createVolume(request('burned', { sizeGiB: 9 }))).rejects.toMatchObject({
        code: 'client-token-burned',
        retryable: false,
      });
    });

    it('finds volumes by all given tags, literally', async () => {
      const wild = await stage.region.createVolume(request('tags-1', { tags: { family: `a*${run}` } }));
      await stage.region.createVolume(request('tags-2', { tags: { family: `ab${run}` } }));
      const found = await stage.region.volumesTagged({ family: `a*${run}` });
      expect(found.map((volume) => volume.volumeId)).toEqual([wild.volumeId]);
      expect(await stage.region.volumesTagged({ family: `a*${run}`, other: 'x' })).toEqual([]);
    });

    it.each<[string, () => Partial<VolumeRequest>, string]>([
      ['a zone that does not exist', () => ({ zone: stage.unknownZone }), 'zone-unusable'],
      ['a snapshot that does not exist', () => ({ snapshotId: 'snap-0ffffffffffffffff' }), 'snapshot-unusable'],
    ])('refuses %s in creation and in its rehearsal, and makes nothing', async (what, over, code) => {
      const asked = request(`refused-${what.length}`, { ...over(), tags: { refused: run } });
      await expect(stage.region.rehearseCreateVolume(asked)).rejects.toMatchObject({ code });
      await expect(stage.region.createVolume(asked)).rejects.toMatchObject({ code });
      expect(await stage.region.volumesTagged({ refused: run })).toEqual([]);
    });

    it('rehearses a creation without making anything', async () => {
      await stage.region.rehearseCreateVolume(request('rehearsed', { tags: { rehearsed: run } }));
      expect(await stage.region.volumesTagged({ rehearsed: run })).toEqual([]);
    });

    it('deletes a volume once and says afterwards that it is gone', async () => {
      const { volumeId } = await stage.region.createVolume(request('deleted'));
      await stage.settled(volumeId);
      expect(await stage.region.deleteVolume(volumeId)).toBe('accepted');
      await expect.poll(() => stage.region.deleteVolume(volumeId).catch((error) => error.code)).toBe('already-gone');
      await expect.poll(() => stage.region.volume(volumeId)).toHaveProperty('notFound');
    });
  });

  describe('snapshots', () => {
    it('are found by volume, by tag, by the value of a tag and by id, all alike', async () => {
      const queries: readonly Readonly<Record<string, readonly string[]>>[] = [
        { 'volume-id': [snapshot.volumeId] },
        { 'tag:CSIVolumeName': [pv] },
        { 'tag-value': [pv] },
        { 'snapshot-id': [snapshot.snapshotId, 'snap-0ffffffffffffffff'] },
      ];
      for (const filters of queries) {
        const found = await stage.region.snapshots({ owner: 'self', filters });
        expect(found.map((one) => one.snapshotId)).toEqual([snapshot.snapshotId]);
        expect(found[0]).toMatchObject({
          state: 'completed',
          ownerAccountId: stage.accountId,
          volumeId: snapshot.volumeId,
          sizeGiB: 1,
          tags: { CSIVolumeName: pv, [`kubernetes.io/cluster/c-${run}`]: 'owned' },
        });
      }
    });

    it('are an empty list, not an error, where nothing matches', async () => {
      expect(
        await stage.region.snapshots({ owner: 'self', filters: { 'volume-id': ['vol-0ffffffffffffffff'] } }),
      ).toEqual([]);
    });
  });
}
