import {
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeVolumeStatusCommand,
  DescribeVolumesCommand,
  EC2Client,
  type Filter,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
  type VolumeType,
} from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { awsConnection } from '../aws/connection.ts';
import { awsErrorName, translateAwsError } from '../aws/translate.ts';
import { BatchedReads, SharedReads } from '../shared-reads.ts';
import type { Ec2Region, Ec2Regions, Ec2Snapshot, Ec2Volume, SnapshotQuery, VolumeRequest } from './port.ts';
import { ec2ErrorCodes, initializationOf, literalFilterValue, snapshotOf, volumeOf } from './translate.ts';
import type { VolumeInitialization } from './types.ts';

const perPage = 500;
/** Values that one filter of EC2 takes. */
const valuesPerFilter = 200;

type SeenVolume = Ec2Volume | { readonly notFound: string };

/** The real EC2 and STS; one pair of clients a region, made when first asked for. */
export function awsEc2Regions(): Ec2Regions & { close(): void } {
  const regions = new Map<string, AwsEc2Region>();
  return {
    region(name) {
      const region = regions.get(name) ?? new AwsEc2Region(name);
      regions.set(name, region);
      return region;
    },
    close() {
      for (const region of regions.values()) region.close();
      regions.clear();
    },
  };
}

class AwsEc2Region implements Ec2Region {
  readonly region: string;
  readonly #ec2: EC2Client;
  readonly #sts: STSClient;
  readonly #shared = new SharedReads();
  readonly #volumes = new BatchedReads<SeenVolume>((ids) => this.#volumesById(ids));

  constructor(region: string) {
    this.region = region;
    this.#ec2 = new EC2Client(awsConnection('ec2', region));
    this.#sts = new STSClient(awsConnection('sts', region));
  }

  close(): void {
    this.#ec2.destroy();
    this.#sts.destroy();
  }

  callerAccountId(signal?: AbortSignal): Promise<string> {
    const ask = () =>
      this.#call('STS GetCallerIdentity', 'the caller', false, async () => {
        const answer = await this.#sts.send(new GetCallerIdentityCommand({}));
        return answer.Account ?? '';
      });
    return this.#shared.read('caller', ask, signal);
  }

  /** Recoveries that look after their volumes at once share the calls, of which EC2 grants an account only so many a second. */
  volume(volumeId: string, signal?: AbortSignal): Promise<SeenVolume> {
    return this.#volumes.read(volumeId, signal);
  }

  async #volumesById(ids: readonly string[]): Promise<ReadonlyMap<string, SeenVolume>> {
    const seen = new Map<string, SeenVolume>();
    for (let start = 0; ids.length > 1 && start < ids.length; start += valuesPerFilter) {
      const filters = { 'volume-id': ids.slice(start, start + valuesPerFilter) };
      for (const volume of await this.#volumesLike(filters, `${ids.length} volumes`)) seen.set(volume.volumeId, volume);
    }
    // A filter says nothing of what it did not find; asked by its id, EC2 says in its own words that there is none.
    const rest = ids.filter((id) => !seen.has(id));
    await Promise.all(rest.map(async (id) => seen.set(id, await this.#volumeAlone(id))));
    return seen;
  }

  #volumeAlone(volumeId: string): Promise<SeenVolume> {
    return this.#call('EC2 DescribeVolumes', volumeId, false, async () => {
      try {
        const answer = await this.#ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }));
        const volume = answer.Volumes?.[0];
        return volume === undefined ? { notFound: 'EC2 answered with an empty list' } : volumeOf(volume);
      } catch (error) {
        if (awsErrorName(error) !== 'InvalidVolume.NotFound') throw error;
        return { notFound: error instanceof Error ? error.message : String(error) };
      }
    });
  }

  volumesTagged(tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly Ec2Volume[]> {
    const wanted = Object.entries(tags).map(([key, value]) => [`tag:${key}`, [value]] as const);
    return this.#volumesLike(Object.fromEntries(wanted), describeTags(tags), signal);
  }

  #volumesLike(
    filters: Readonly<Record<string, readonly string[]>>,
    target: string,
    signal?: AbortSignal,
  ): Promise<readonly Ec2Volume[]> {
    return this.#call('EC2 DescribeVolumes', target, false, async () => {
      const pages = paginateDescribeVolumes(
        { client: this.#ec2, pageSize: perPage },
        { Filters: filtersOf(filters) },
        during(signal),
      );
      const found: Ec2Volume[] = [];
      for await (const page of pages) found.push(...(page.Volumes ?? []).map(volumeOf));
      return found;
    });
  }

  initialization(volumeId: string, signal?: AbortSignal): Promise<VolumeInitialization> {
    return this.#call('EC2 DescribeVolumeStatus', volumeId, false, async () => {
      const answer = await this.#ec2.send(new DescribeVolumeStatusCommand({ VolumeIds: [volumeId] }), during(signal));
      return initializationOf(answer.VolumeStatuses?.[0]);
    });
  }

  snapshots(query: SnapshotQuery, signal?: AbortSignal): Promise<readonly Ec2Snapshot[]> {
    return this.#call('EC2 DescribeSnapshots', JSON.stringify(query.filters), false, async () => {
      const pages = paginateDescribeSnapshots(
        { client: this.#ec2, pageSize: perPage },
        { Filters: filtersOf(query.filters), ...(query.owner === 'self' ? { OwnerIds: ['self'] } : {}) },
        during(signal),
      );
      const found: Ec2Snapshot[] = [];
      for await (const page of pages) found.push(...(page.Snapshots ?? []).map(snapshotOf));
      return found;
    });
  }

  createVolume(request: VolumeRequest): Promise<Ec2Volume> {
    return this.#call('EC2 CreateVolume', `a volume from ${request.snapshotId}`, true, async () => {
      return volumeOf(await this.#ec2.send(new CreateVolumeCommand(creationOf(request))));
    });
  }

  rehearseCreateVolume(request: VolumeRequest): Promise<void> {
    return this.#call('EC2 CreateVolume (dry run)', `a volume from ${request.snapshotId}`, false, async () => {
      try {
        // Without the token: a rehearsal must not use up that of the creation.
        const { ClientToken: _token, ...rehearsed } = creationOf(request);
        await this.#ec2.send(new CreateVolumeCommand({ ...rehearsed, DryRun: true }));
      } catch (error) {
        if (awsErrorName(error) !== 'DryRunOperation') throw error;
      }
    });
  }

  deleteVolume(volumeId: string): Promise<'accepted' | 'already-gone'> {
    return this.#call('EC2 DeleteVolume', volumeId, true, async () => {
      try {
        await this.#ec2.send(new DeleteVolumeCommand({ VolumeId: volumeId }));
        return 'accepted';
      } catch (error) {
        if (awsErrorName(error) !== 'InvalidVolume.NotFound') throw error;
        return 'already-gone';
      }
    });
  }

  async #call<Answer>(operation: string, target: string, effect: boolean, run: () => Promise<Answer>): Promise<Answer> {
    try {
      return await run();
    } catch (error) {
      throw translateAwsError(error, { operation, target, region: this.region, effect }, ec2ErrorCodes);
    }
  }
}

function during(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function filtersOf(filters: Readonly<Record<string, readonly string[]>>): Filter[] {
  return Object.entries(filters).map(([Name, values]) => ({ Name, Values: values.map(literalFilterValue) }));
}

function describeTags(tags: Readonly<Record<string, string>>): string {
  const words = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return `volumes tagged ${words.join(', ')}`;
}

function creationOf(request: VolumeRequest): CreateVolumeCommandInput {
  return {
    ClientToken: request.clientToken,
    SnapshotId: request.snapshotId,
    AvailabilityZone: request.zone,
    Size: request.sizeGiB,
    VolumeType: request.type as VolumeType,
    ...(request.iops === null ? {} : { Iops: request.iops }),
    ...(request.throughputMiBps === null ? {} : { Throughput: request.throughputMiBps }),
    ...(request.encrypted ? { Encrypted: true } : {}),
    ...(request.kmsKeyId === null ? {} : { KmsKeyId: request.kmsKeyId }),
    ...(request.initializationRateMiBps === null ? {} : { VolumeInitializationRate: request.initializationRateMiBps }),
    TagSpecifications: [
      { ResourceType: 'volume', Tags: Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  };
}
