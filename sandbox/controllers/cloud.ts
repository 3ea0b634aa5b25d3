/** The EC2 calls of the controllers: the only place here that knows AWS's library. */
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DetachVolumeCommand,
  EC2Client,
  type Instance as Ec2Instance,
  type Filter,
  paginateDescribeInstanceStatus,
  paginateDescribeInstances,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
  type Snapshot,
  StartInstancesCommand,
  type Tag,
  type Volume,
} from '@aws-sdk/client-ec2';
import { type Instance, isImpaired, translateInstance } from './nodes/instance.ts';
import { userAgent } from './user-agent.ts';

export interface CloudOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The error code of an AWS error (`InvalidVolume.NotFound`), or an empty string. */
export function awsCode(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function filters(by: Readonly<Record<string, string | readonly string[]>>): Filter[] {
  return Object.entries(by).map(([Name, values]) => ({
    Name,
    Values: typeof values === 'string' ? [values] : [...values],
  }));
}

export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export class Cloud {
  readonly #client: EC2Client;
  readonly region: string;

  constructor({ endpoint, region, credentials }: CloudOptions) {
    this.region = region;
    this.#client = new EC2Client({ endpoint, region, credentials, customUserAgent: userAgent, maxAttempts: 5 });
  }

  /** All instances of a cluster that EC2 still knows, terminated ones included. */
  async instances(cluster: string): Promise<Instance[]> {
    const found: Ec2Instance[] = [];
    const request = { Filters: filters({ [`tag:kubernetes.io/cluster/${cluster}`]: 'owned' }) };
    for await (const page of paginateDescribeInstances({ client: this.#client, pageSize: 1000 }, request)) {
      for (const reservation of page.Reservations ?? []) found.push(...(reservation.Instances ?? []));
    }
    const impaired = await this.#impaired();
    return found
      .map((instance) => translateInstance(instance, impaired.has(instance.InstanceId ?? '')))
      .filter((instance) => instance !== undefined);
  }

  async startInstances(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#client.send(new StartInstancesCommand({ InstanceIds: [...ids] }));
  }

  async #impaired(): Promise<Set<string>> {
    const impaired = new Set<string>();
    for await (const page of paginateDescribeInstanceStatus({ client: this.#client, pageSize: 1000 }, {})) {
      for (const status of page.InstanceStatuses ?? []) {
        if (isImpaired(status) && status.InstanceId !== undefined) impaired.add(status.InstanceId);
      }
    }
    return impaired;
  }

  async volumes(by: Readonly<Record<string, string | readonly string[]>>): Promise<Volume[]> {
    const found: Volume[] = [];
    for await (const page of paginateDescribeVolumes({ client: this.#client }, { Filters: filters(by) })) {
      found.push(...(page.Volumes ?? []));
    }
    return found;
  }

  async volume(id: string): Promise<Volume | undefined> {
    return (await this.volumes({ 'volume-id': id }))[0];
  }

  createVolume(request: CreateVolumeCommandInput): Promise<Volume> {
    return this.#client.send(new CreateVolumeCommand(request));
  }

  /** No such volume is no error. */
  async deleteVolume(id: string): Promise<void> {
    try {
      await this.#client.send(new DeleteVolumeCommand({ VolumeId: id }));
    } catch (error) {
      if (awsCode(error) !== 'InvalidVolume.NotFound') throw error;
    }
  }

  async attachVolume(volumeId: string, instanceId: string, device: string): Promise<void> {
    await this.#client.send(new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: device }));
  }

  async detachVolume(volumeId: string, instanceId: string): Promise<void> {
    await this.#client.send(new DetachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId }));
  }

  async snapshots(by: Readonly<Record<string, string>>): Promise<Snapshot[]> {
    const found: Snapshot[] = [];
    const request = { OwnerIds: ['self'], Filters: filters(by) };
    for await (const page of paginateDescribeSnapshots({ client: this.#client }, request)) {
      found.push(...(page.Snapshots ?? []));
    }
    return found;
  }

  createSnapshot(volumeId: string, description: string, tags: Readonly<Record<string, string>>): Promise<Snapshot> {
    return this.#client.send(
      new CreateSnapshotCommand({
        VolumeId: volumeId,
        Description: description,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tagList(tags) }],
      }),
    );
  }

  async deleteSnapshot(id: string): Promise<void> {
    try {
      await this.#client.send(new DeleteSnapshotCommand({ SnapshotId: id }));
    } catch (error) {
      if (awsCode(error) !== 'InvalidSnapshot.NotFound') throw error;
    }
  }
}
