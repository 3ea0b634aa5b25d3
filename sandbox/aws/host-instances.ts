/** The EC2 instances of control-plane hosts: what is stopped in EC2 stops on the host, too (`controllers/host-machines.ts`). */
import {
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type Instance,
  paginateDescribeInstances,
  RunInstancesCommand,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import { waitFor } from '../processes/wait-for.ts';
import { homeRegion } from './account.ts';

/** Its value is the name of the host. */
export const hostTag = 'sandbox.rekindle.io/host';
const controlPlaneTag = 'rekindle.io/control-plane';

export interface HostCloud {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

function open({ endpoint, credentials }: HostCloud): EC2Client {
  return new EC2Client({ endpoint, region: homeRegion, credentials, customUserAgent: 'sandbox-hosts' });
}

/** Instances that are not terminated, by host. */
export async function hostInstances(cloud: HostCloud): Promise<ReadonlyMap<string, { id: string; state: string }>> {
  const ec2 = open(cloud);
  try {
    const found: Instance[] = [];
    const filter = { Filters: [{ Name: 'tag-key', Values: [hostTag] }] };
    for await (const page of paginateDescribeInstances({ client: ec2 }, filter)) {
      found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
    }
    return new Map(
      found
        .filter(({ State }) => State?.Name !== 'terminated')
        .map((one) => [
          one.Tags?.find(({ Key }) => Key === hostTag)?.Value ?? '',
          { id: one.InstanceId ?? '', state: one.State?.Name ?? '' },
        ]),
    );
  } finally {
    ec2.destroy();
  }
}

/** One running instance a host; those that are there are kept. Returns their ids by host. */
export async function ensureHostInstances(cloud: HostCloud, hosts: readonly string[]): Promise<Record<string, string>> {
  const known = await hostInstances(cloud);
  const ids: Record<string, string> = {};
  for (const host of hosts) ids[host] = known.get(host)?.id ?? (await launch(cloud, host));
  return ids;
}

async function launch(cloud: HostCloud, host: string): Promise<string> {
  const ec2 = open(cloud);
  try {
    const { Images } = await ec2.send(new DescribeImagesCommand({}));
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
    const tags = { Name: host, [hostTag]: host, [controlPlaneTag]: host };
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: Images?.[0]?.ImageId,
        InstanceType: 'm5.large',
        SubnetId: Subnets?.[0]?.SubnetId,
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [
          { ResourceType: 'instance', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
        ],
      }),
    );
    const id = Instances?.[0]?.InstanceId;
    if (id === undefined) throw new Error(`the emulator made no instance for ${host}`);
    return id;
  } finally {
    ec2.destroy();
  }
}

/** Starts the instance of a host that was stopped, and waits until it runs. */
export async function startHostInstance(cloud: HostCloud, host: string): Promise<void> {
  const state = async () => (await hostInstances(cloud)).get(host);
  const found = await state();
  if (found === undefined || found.state === 'running') return;
  const ec2 = open(cloud);
  try {
    await waitFor(`the stop of ${host}`, async () => (await state())?.state !== 'stopping', { timeoutMs: 60_000 });
    await ec2.send(new StartInstancesCommand({ InstanceIds: [found.id] }));
    await waitFor(`the start of ${host}`, async () => (await state())?.state === 'running', { timeoutMs: 60_000 });
  } finally {
    ec2.destroy();
  }
}
