import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordKey, type SnapshotRecord, snapshotPrefix } from '../../../activities/etcd/snapshot-record.ts';
import { homeRegion } from '../../../sandbox/aws/account.ts';
import { sandboxCredentials } from '../../../sandbox/environment-file.ts';
import { etcdctl, etcdctlEnvironment } from '../../../sandbox/hosts/etcdctl.ts';
import { workflowId, workflowType } from '../../../workflows/etcd-backup/contract.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import { fillEtcd } from '../../worlds/control-plane.ts';
import { type HostAgent, startHostAgent } from '../../worlds/host-agents.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { ownSandbox } from '../own-sandbox.ts';

const own = ownSandbox();
const { sandbox } = own;
const Bucket = 'rekindle-etcd';
let s3: S3Client;
let ground: RecoveryGround;
let agents: HostAgent[] = [];

beforeAll(async () => {
  await sandbox.up({ hosts: 3 });
  s3 = new S3Client({
    region: homeRegion,
    endpoint: sandbox.awsEndpoint,
    forcePathStyle: true,
    credentials: sandboxCredentials,
  });
  ground = await openRecoveryGround(sandbox, 'etcd-backup');
  agents = await Promise.all(sandbox.hosts('prod').map((host) => startHostAgent(host, ground.temporal.env)));
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.kill()));
  await ground?.close();
  s3?.destroy();
  await own.dispose();
});

const start = (input: object = {}) =>
  ground.start(workflowType, workflowId({ cluster: 'prod' }), { cluster: 'prod', approval: 'automatic', ...input });

async function backup(input: object = {}) {
  const handle = await start(input);
  const result = await resultOf(handle);
  const { evidence, steps } = await handle.query(progressQuery);
  const [, key = ''] = /s3:\/\/[^/]+\/(\S+\.db)/.exec(steps[0]?.detail ?? '') ?? [];
  return { result, evidence, steps, key };
}

async function bytesOf(Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

const recordOf = async (key: string) =>
  JSON.parse(Buffer.from(await bytesOf(recordKey(key))).toString()) as SnapshotRecord;

const versionsOf = async (key: string) => {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: snapshotPrefix('prod') }),
  );
  return {
    stored: Versions.filter(({ Key }) => Key === key).map(({ VersionId }) => VersionId),
    marked: DeleteMarkers.some(({ Key }) => Key === key),
  };
};

it('stores a snapshot of a follower in parts, tried by a restore, with a record that tells what it is', async () => {
  const [first] = sandbox.hosts('prod');
  if (first === undefined) throw new Error('no host');
  await fillEtcd(first, join(sandbox.dir, 'bin', 'etcdctl'), 20 * 1024 * 1024);
  const leader = await leaderName();
  const { result, evidence, key } = await backup();
  expect(result).toMatchObject({ status: 'recovered' });
  expect(evidence.map(({ outcome }) => outcome)).toEqual(['proved', 'proved']);
  const [bytes, record] = await Promise.all([bytesOf(key), recordOf(key)]);
  expect(record).toMatchObject({
    cluster: 'prod',
    key,
    tried: true,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    etcdVersion: expect.stringMatching(/^3\.6\./),
    kubernetesVersion: expect.stringMatching(/^1\./),
    clusterId: expect.stringMatching(/^\d+$/),
    members: sandbox.hosts('prod').map(({ name }) => ({ name, peerUrl: expect.stringMatching(/^https:/) })),
    encryptionKeys: [expect.stringMatching(/^\w+\/\w+\/[0-9a-f]{16}$/)],
    serviceAccountKey: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  // The ETag of an object that came in N parts ends in -N.
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key: key }))).ETag).toMatch(/-[2-9]"$/);
  // An election meanwhile may have made a leader of the follower that was chosen.
  if ((await leaderName()) === leader) expect(record.takenFrom).not.toBe(leader);
  expect(record.revision).toBeGreaterThan(1);
  expect(record.totalKeys).toBeGreaterThan(100);
});

it('removes what is past its count and age, and nobody removes what is locked', async () => {
  const { key: older } = await backup();
  const { steps, key: newer } = await backup({ keepCount: 1, keepDays: 0 });
  expect(steps[1]?.detail).toMatch(/^\d+ removed, 1 kept$/);
  expect(await versionsOf(newer)).toMatchObject({ stored: [expect.any(String)], marked: false });
  const { stored, marked } = await versionsOf(older);
  expect(marked).toBe(true);
  expect(stored).toHaveLength(1);
  for (const VersionId of stored) {
    const removal = s3.send(new DeleteObjectCommand({ Bucket, Key: older, VersionId }));
    await expect(removal).rejects.toMatchObject({ name: 'AccessDenied' });
  }
  expect((await versionsOf(older)).stored).toEqual(stored);
  const { steps: young } = await backup({ keepCount: 1, keepDays: 1 });
  // More than two where the store was repeated after its answer was lost.
  expect(young[1]?.detail).toMatch(/^0 removed, [2-9] kept$/);
});

it('refuses to take a snapshot that is behind the last one, unless forced', async () => {
  const { key } = await backup();
  const record = await recordOf(key);
  const later = new Date(Date.parse(record.takenAt) + 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const ahead = `${snapshotPrefix('prod')}${later.replaceAll(':', '-')}-feedbeef.db`;
  const claim = { ...record, key: ahead, takenAt: later, revision: record.revision + 1_000_000 };
  await s3.send(new PutObjectCommand({ Bucket, Key: ahead, Body: 'x' }));
  await s3.send(new PutObjectCommand({ Bucket, Key: recordKey(ahead), Body: JSON.stringify(claim) }));
  try {
    expect((await backup()).result).toMatchObject({ status: 'refused', reason: 'snapshot-would-be-worse' });
    expect((await backup({ force: true })).result).toMatchObject({ status: 'recovered' });
  } finally {
    for (const Key of [ahead, recordKey(ahead)]) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  }
});

async function leaderName(): Promise<string> {
  const [first] = sandbox.hosts('prod');
  if (first === undefined) throw new Error('no host');
  const told = await etcdctl(sandbox.context, first, 'endpoint', 'status', '--cluster', '--write-out=json');
  // Ids exceed 2^53: compared as text.
  const entries = told.split('"Endpoint":').slice(1);
  const leading = entries.find((entry) => {
    const [member, leader] = ['member_id', 'leader'].map((field) => new RegExp(`"${field}":(\\d+)`).exec(entry)?.[1]);
    return member !== undefined && member === leader;
  });
  const url = /"(https:[^"]+)"/.exec(leading ?? '')?.[1];
  return sandbox.hosts('prod').find((host) => etcdctlEnvironment(host).ETCDCTL_ENDPOINTS === url)?.name ?? '';
}
