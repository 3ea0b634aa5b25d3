import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { workflowId, workflowType } from '../../../workflows/cluster-backup/contract.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { backupsOf } from '../../worlds/velero-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const target = { cluster: 'prod', policy: 'production' };
let ground: RecoveryGround;
let access: ClusterAccess;
let broken: string | null = null;

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  ground = await openRecoveryGround(sandbox, 'cluster-backup-faults');
});

afterEach(async () => {
  if (broken !== null) await sandbox.heal(broken);
  broken = null;
});

afterAll(() => ground?.close());

const start = () => ground.start(workflowType, workflowId(target), { ...target, approval: 'automatic' });

async function brokenBy(fault: string) {
  broken = fault;
  await sandbox.break(fault);
  const handle = await start();
  const result = await resultOf(handle);
  return { result, made: await backupsOf(access, handle.firstExecutionRunId) };
}

describe('a Velero that cannot be trusted with a backup is refused, and no Backup is made', () => {
  it.each([
    ['velero-down', 'velero-down', /did not answer/],
    ['bsl-unavailable', 'backup-location-unusable', /default of prod is Unavailable.*ListObjectsV2.*404/],
    ['bsl-stale', 'backup-location-unusable', /default of prod is Available, last looked at 3\d\d\d s ago/],
    ['plugin-missing', 'velero-plugin-missing', /no plugin ObjectStore velero\.io\/aws/],
  ])('%s: %s', async (fault, reason, message) => {
    const { result, made } = await brokenBy(fault);
    expect(result).toMatchObject({ status: 'refused', reason, message: expect.stringMatching(message) });
    expect(made).toEqual([]);
  });
});

it('backup-partial: the result is partial, and names the claim and what EC2 said', async () => {
  const { result, made } = await brokenBy('backup-partial');
  expect(made).toMatchObject([{ status: { phase: 'PartiallyFailed' } }]);
  expect(result.status).toBe('partial');
  const messages = result.status === 'partial' ? result.problems.map(({ message }) => message).join('\n') : '';
  expect(messages).toMatch(/SnapshotLimitExceeded/);
  expect(messages).toMatch(/1 of 1 claims are unprotected: data-db-0/);
});

it('velero-restarted-midway: the Backup that the restart gave up is followed by a whole one', async () => {
  broken = 'aws-latency';
  // A backup this small is in progress for a second only: its one snapshot takes longer now, that of the second backup does not.
  await sandbox.break('aws-latency', { service: 'ec2', action: 'CreateSnapshot', ms: '8000', count: '1' });
  const strike = sandbox.break('velero-restarted-midway', { run: 'backup' });
  const handle = await start();
  expect(await strike).toMatch(/in the middle of backup rekindle-production-/);
  expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
  const made = await backupsOf(access, handle.firstExecutionRunId);
  expect(made.map(({ status }) => status?.phase)).toEqual(['Failed', 'Completed']);
});
