import type {
  Ec2Region,
  Ec2Regions,
  Ec2Snapshot,
  Ec2Volume,
  SnapshotQuery,
  VolumeRequest,
} from '../../activities/ec2/port.ts';
import type { VolumeInitialization, VolumeState } from '../../activities/ec2/types.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';

/** How a test bends the fake. */
export interface Ec2Behaviour {
  /** State of a volume right after its creation; default `available`. */
  created?: VolumeState;
  /** The reply of the next creation is lost after its effect. */
  loseCreationReply?: boolean;
  /** Volumes that EC2 does not show yet. */
  hidden?: (volumeId: string) => boolean;
  initialization?: VolumeInitialization | RekindleError;
}

/** EC2 in memory, held to the same conformance suite as the real client. */
export class FakeEc2Region implements Ec2Region {
  readonly region = 'us-east-1';
  readonly accountId = '123456789012';
  readonly zones: readonly string[] = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
  readonly volumes = new Map<string, Ec2Volume>();
  readonly known = new Map<string, Ec2Snapshot>();
  /** Effects in order: `create vol-...`, `delete vol-...`. */
  readonly effects: string[] = [];
  readonly behaviour: Ec2Behaviour = {};
  /** The fake stands for every region. */
  readonly regions: Ec2Regions = { region: () => this };
  readonly #tokens = new Map<string, { readonly request: string; readonly volumeId: string }>();
  #last = 0;

  async callerAccountId(): Promise<string> {
    return this.accountId;
  }

  async volume(volumeId: string): Promise<Ec2Volume | { readonly notFound: string }> {
    const volume = this.#shown().find((shown) => shown.volumeId === volumeId);
    return volume ?? { notFound: `The volume '${volumeId}' does not exist.` };
  }

  async volumesTagged(tags: Readonly<Record<string, string>>): Promise<readonly Ec2Volume[]> {
    return this.#shown().filter((volume) => Object.entries(tags).every(([key, value]) => volume.tags[key] === value));
  }

  async initialization(): Promise<VolumeInitialization> {
    const answer = this.behaviour.initialization ?? { state: 'unknown', progressPercent: null };
    if (answer instanceof RekindleError) throw answer;
    return answer;
  }

  async snapshots(query: SnapshotQuery): Promise<readonly Ec2Snapshot[]> {
    return [...this.known.values()].filter(
      (snapshot) =>
        (query.owner === 'anyone' || snapshot.ownerAccountId === this.accountId) &&
        Object.entries(query.filters).every(([name, values]) =>
          filtered(snapshot, name).some((value) => values.includes(value)),
        ),
    );
  }

  async createVolume(request: VolumeRequest): Promise<Ec2Volume> {
    const earlier = this.#tokens.get(request.clientToken);
    const { clientToken, ...rest } = request;
    if (earlier !== undefined) {
      const volume = this.volumes.get(earlier.volumeId);
      if (volume === undefined || earlier.request !== JSON.stringify(rest)) {
        throw new RekindleError('client-token-burned', 'IdempotentParameterMismatch');
      }
      return volume;
    }
    await this.rehearseCreateVolume(request);
    const volume = this.addVolume({
      state: this.behaviour.created ?? 'available',
      zone: request.zone,
      sourceSnapshotId: request.snapshotId,
      tags: request.tags,
      shape: {
        type: request.type,
        iops: request.iops,
        throughputMiBps: request.throughputMiBps,
        sizeGiB: request.sizeGiB,
        encrypted: request.encrypted,
        kmsKeyId: request.kmsKeyId,
      },
    });
    this.#tokens.set(clientToken, { request: JSON.stringify(rest), volumeId: volume.volumeId });
    this.effects.push(`create ${volume.volumeId}`);
    if (this.behaviour.loseCreationReply === true) {
      this.behaviour.loseCreationReply = false;
      throw new RekindleError('reply-lost', 'EC2 CreateVolume: ECONNRESET');
    }
    return volume;
  }

  async rehearseCreateVolume(request: VolumeRequest): Promise<void> {
    if (!this.known.has(request.snapshotId)) throw new RekindleError('snapshot-unusable', 'InvalidSnapshot.NotFound');
    if (!this.zones.includes(request.zone)) throw new RekindleError('zone-unusable', 'InvalidZone.NotFound');
  }

  async deleteVolume(volumeId: string): Promise<'accepted' | 'already-gone'> {
    const volume = this.volumes.get(volumeId);
    if (volume === undefined) return 'already-gone';
    if (volume.attachments.length > 0) throw new RekindleError('volume-attached', 'VolumeInUse');
    this.volumes.delete(volumeId);
    this.effects.push(`delete ${volumeId}`);
    return 'accepted';
  }

  addVolume(over: Partial<Ec2Volume>): Ec2Volume {
    const volume: Ec2Volume = {
      volumeId: this.#nextId('vol'),
      state: 'available',
      shape: { type: 'gp3', iops: 3000, throughputMiBps: 125, sizeGiB: 1, encrypted: false, kmsKeyId: null },
      zone: 'us-east-1a',
      createdAt: '2026-01-01T00:00:00.000Z',
      sourceSnapshotId: null,
      attachments: [],
      tags: {},
      ...over,
    };
    this.volumes.set(volume.volumeId, volume);
    return volume;
  }

  addSnapshot(over: Partial<Ec2Snapshot>): Ec2Snapshot {
    const snapshot: Ec2Snapshot = {
      snapshotId: this.#nextId('snap'),
      state: 'completed',
      progressPercent: 100,
      ownerAccountId: this.accountId,
      startedAt: '2026-01-01T00:00:00.000Z',
      completedAt: null,
      volumeId: null,
      sizeGiB: 1,
      encrypted: false,
      kmsKeyId: null,
      description: '',
      tags: {},
      storageTier: 'standard',
      ...over,
    };
    this.known.set(snapshot.snapshotId, snapshot);
    return snapshot;
  }

  #shown(): readonly Ec2Volume[] {
    return [...this.volumes.values()].filter((volume) => this.behaviour.hidden?.(volume.volumeId) !== true);
  }

  #nextId(prefix: string): string {
    this.#last += 1;
    return `${prefix}-${this.#last.toString(16).padStart(17, '0')}`;
  }
}

function filtered(snapshot: Ec2Snapshot, name: string): readonly string[] {
  if (name === 'snapshot-id') return [snapshot.snapshotId];
  if (name === 'volume-id') return snapshot.volumeId === null ? [] : [snapshot.volumeId];
  if (name === 'tag-value') return Object.values(snapshot.tags);
  if (name.startsWith('tag:')) return [snapshot.tags[name.slice('tag:'.length)] ?? ''];
  throw new Error(`the fake knows no filter ${name}`);
}
