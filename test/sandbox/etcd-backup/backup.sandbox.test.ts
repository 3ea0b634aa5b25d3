import { afterAll, beforeAll, expect, it } from 'vitest';
import { workflowId, workflowType } from '../../../workflows/etcd-backup/contract.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import { type HostAgent, startHostAgent } from '../../worlds/host-agents.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
let ground: RecoveryGround;
let agents: HostAgent[] = [];

beforeAll(async () => {
  ground = await openRecoveryGround(sandbox, 'etcd-backup');
  agents = await Promise.all(sandbox.hosts('prod').map((host) => startHostAgent(host, ground.temporal.env)));
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.kill()));
  await ground?.close();
});

const start = (input: object = {}) =>
  ground.start(workflowType, workflowId({ cluster: 'prod' }), { cluster: 'prod', approval: 'automatic', ...input });

it('stores a snapshot that was tried by a restore, with its record', async () => {
  const handle = await start();
  expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
  const { evidence, steps } = await handle.query(progressQuery);
  expect(evidence.map(({ outcome }) => outcome)).toEqual(['proved', 'proved']);
  expect(evidence[0]?.detail).toMatch(/sha256 [0-9a-f]{64}, revision \d+, etcd 3\.6/);
  expect(steps[0]?.detail).toMatch(/^s3:\/\/rekindle-etcd\/etcd\/prod\/snapshots\/.*\.db: revision \d+, \d+ keys/);
});

it('plans without taking a snapshot when it is a dry run', async () => {
  const handle = await start({ dryRun: true });
  expect(await resultOf(handle)).toMatchObject({ status: 'planned' });
  const { steps } = await handle.query(progressQuery);
  expect(steps.every(({ state }) => state === 'pending')).toBe(true);
});
