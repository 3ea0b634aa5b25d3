/**
 * The AWS that a cluster lives in: network, image, launch template, Auto Scaling groups, buckets. Everything is looked for before
 * it is made, so that a seed that was interrupted can be run again, and a second cluster shares what is not its own.
 */
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RegisterImageCommand,
  type ResourceType,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { homeRegion } from './account.ts';

export interface AwsSeed {
  /** The front, `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly cluster: string;
  /** Two clusters must not share it: `10.<block>.0.0/16`. */
  readonly addressBlock: number;
  /** Instances in each of the three groups. */
  readonly instancesPerGroup: number;
  /** Bucket of the cluster's Velero. */
  readonly veleroBucket: string;
}

export interface SeededAws {
  readonly vpcId: string;
  /** By zone. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly imageId: string;
  readonly launchTemplateId: string;
  readonly groups: readonly string[];
}

/** Zone by the letter that ends its name. */
const letters = ['a', 'b', 'c'] as const;

export const buckets = {
  artefacts: { name: 'rekindle-artefacts', objectLock: true },
  etcd: { name: 'rekindle-etcd', objectLock: true },
} as const;

export function groupName(cluster: string, letter: string): string {
  return `${cluster}-workers-${letter}`;
}

export function launchTemplateName(cluster: string): string {
  return `${cluster}-workers`;
}

const instanceType = 'm5.large';
const imageName = 'kubernetes-node-1.36';

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the emulator made no ${what}`);
  return value;
}

export async function seedAws(seed: AwsSeed): Promise<SeededAws> {
  const options = {
    endpoint: seed.endpoint,
    region: homeRegion,
    credentials: seed.credentials,
    customUserAgent: 'sandbox-seed',
  };
  const ec2 = new EC2Client(options);
  const autoScaling = new AutoScalingClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  try {
    const vpcId = await ensureVpc(ec2, seed);
    const [subnets, securityGroup, imageId] = await Promise.all([
      ensureSubnets(ec2, seed, vpcId),
      ensureSecurityGroup(ec2, seed, vpcId),
      ensureImage(ec2),
      ensureBuckets(s3, seed.veleroBucket),
    ]);
    const launchTemplateId = await ensureLaunchTemplate(ec2, seed, imageId, securityGroup);
    const groups = await ensureGroups(autoScaling, seed, subnets);
    return { vpcId, subnets, imageId, launchTemplateId, groups };
  } finally {
    for (const client of [ec2, autoScaling, s3]) client.destroy();
  }
}

function ownTags(cluster: string, type: ResourceType, name: string): TagSpecification[] {
  return [
    {
      ResourceType: type,
      Tags: [
        { Key: 'Name', Value: name },
        { Key: `kubernetes.io/cluster/${cluster}`, Value: 'owned' },
      ],
    },
  ];
}

function ownFilter(cluster: string): { Name: string; Values: string[] }[] {
  return [{ Name: `tag:kubernetes.io/cluster/${cluster}`, Values: ['owned'] }];
}

async function ensureVpc(ec2: EC2Client, { cluster, addressBlock }: AwsSeed): Promise<string> {
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: ownFilter(cluster) }));
  const known = Vpcs?.[0]?.VpcId;
  if (known !== undefined) return known;
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({
      CidrBlock: `10.${addressBlock}.0.0/16`,
      TagSpecifications: ownTags(cluster, 'vpc', cluster),
    }),
  );
  return required(Vpc?.VpcId, 'VPC');
}

async function ensureSubnets(ec2: EC2Client, seed: AwsSeed, vpcId: string): Promise<Record<string, string>> {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }));
  const known = new Map((Subnets ?? []).map((subnet) => [subnet.AvailabilityZone, subnet.SubnetId]));
  const ensured: Record<string, string> = {};
  for (const [index, letter] of letters.entries()) {
    const zone = homeRegion + letter;
    ensured[zone] = known.get(zone) ?? (await makeSubnet(ec2, seed, vpcId, zone, index));
  }
  return ensured;
}

async function makeSubnet(ec2: EC2Client, seed: AwsSeed, vpcId: string, zone: string, index: number): Promise<string> {
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId: vpcId,
      AvailabilityZone: zone,
      CidrBlock: `10.${seed.addressBlock}.${index * 16}.0/20`,
      TagSpecifications: ownTags(seed.cluster, 'subnet', `${seed.cluster}-${zone}`),
    }),
  );
  return required(Subnet?.SubnetId, 'subnet');
}

async function ensureSecurityGroup(ec2: EC2Client, { cluster }: AwsSeed, vpcId: string): Promise<string> {
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: ownFilter(cluster) }));
  const known = SecurityGroups?.[0]?.GroupId;
  if (known !== undefined) return known;
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: `${cluster}-nodes`,
      Description: `Nodes of ${cluster}`,
      VpcId: vpcId,
      TagSpecifications: ownTags(cluster, 'security-group', `${cluster}-nodes`),
    }),
  );
  return required(GroupId, 'security group');
}

async function ensureImage(ec2: EC2Client): Promise<string> {
  const { Images } = await ec2.send(new DescribeImagesCommand({ Filters: [{ Name: 'name', Values: [imageName] }] }));
  const known = Images?.[0]?.ImageId;
  if (known !== undefined) return known;
  const { ImageId } = await ec2.send(
    new RegisterImageCommand({
      Name: imageName,
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
      VirtualizationType: 'hvm',
    }),
  );
  return required(ImageId, 'image');
}

async function ensureLaunchTemplate(
  ec2: EC2Client,
  { cluster }: AwsSeed,
  imageId: string,
  securityGroup: string,
): Promise<string> {
  const name = launchTemplateName(cluster);
  const { LaunchTemplates } = await ec2.send(
    new DescribeLaunchTemplatesCommand({ Filters: [{ Name: 'launch-template-name', Values: [name] }] }),
  );
  const known = LaunchTemplates?.[0]?.LaunchTemplateId;
  if (known !== undefined) return known;
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: name,
      LaunchTemplateData: {
        ImageId: imageId,
        InstanceType: instanceType,
        SecurityGroupIds: [securityGroup],
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
      },
    }),
  );
  return required(LaunchTemplate?.LaunchTemplateId, 'launch template');
}

async function ensureGroups(
  autoScaling: AutoScalingClient,
  seed: AwsSeed,
  subnets: Readonly<Record<string, string>>,
): Promise<string[]> {
  const names = letters.map((letter) => groupName(seed.cluster, letter));
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: names }),
  );
  const known = new Set((AutoScalingGroups ?? []).map((group) => group.AutoScalingGroupName));
  for (const letter of letters) {
    const name = groupName(seed.cluster, letter);
    if (known.has(name)) continue;
    await autoScaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        MinSize: 0,
        MaxSize: 10,
        DesiredCapacity: seed.instancesPerGroup,
        LaunchTemplate: { LaunchTemplateName: launchTemplateName(seed.cluster), Version: '$Latest' },
        VPCZoneIdentifier: subnets[homeRegion + letter] ?? '',
        Tags: [
          { Key: `kubernetes.io/cluster/${seed.cluster}`, Value: 'owned', PropagateAtLaunch: true },
          { Key: 'k8s.io/cluster-autoscaler/enabled', Value: 'true', PropagateAtLaunch: false },
        ],
      }),
    );
  }
  return names;
}

async function ensureBuckets(s3: S3Client, veleroBucket: string): Promise<void> {
  for (const { name, objectLock } of [...Object.values(buckets), { name: veleroBucket, objectLock: false }]) {
    try {
      await s3.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: objectLock }));
    } catch (error) {
      const owned = error instanceof Error && /^BucketAlready/.test(error.name);
      if (!owned) throw error;
    }
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
  }
}
