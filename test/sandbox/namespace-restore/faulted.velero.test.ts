import { beforeAll, describe, expect, it } from 'vitest';
import type { Kind } from '../../../activities/kubernetes/kinds.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { webhookName } from '../../../sandbox/faults/webhook-backend-missing.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { cancelUpdate } from '../../../workflows/recovery/messages.ts';
import {
  configMapKind,
  deleteNamespace,
  restoreKind,
  restoresOf,
  takeBackup,
  veleroNamespace,
  webNamespace,
} from '../../worlds/restore-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';
import { restoreGround } from './restore-ground.ts';

const sandbox = sharedSandbox();
const ground = restoreGround(sandbox, 'faulted');
const webhookKind: Kind = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  namespaced: false,
};
const many = 400;
let shop = '';
let backup = '';

beforeAll(async () => {
  [shop, backup] = [ground.named('many'), ground.named('before')];
  await webNamespace(ground.port, shop, many);
  expect(await takeBackup(ground.port, backup, [shop])).toMatchObject({ phase: 'Completed' });
});

describe('a Velero that cannot be trusted', () => {
  it.each([
    ['bsl-unavailable', 'backup-location-unusable'],
    ['bsl-stale', 'backup-location-unusable'],
    ['velero-down', 'velero-down'],
    ['plugin-missing', 'velero-plugin-missing'],
  ])('%s: nothing is begun, %s', async (fault, reason) => {
    await sandbox.break(fault);
    try {
      const { result } = await ground.restore({ backup, namespaces: [shop] });
      expect(result).toMatchObject({ status: 'refused', reason });
    } finally {
      await sandbox.heal(fault);
    }
  });
});

describe('a namespace that does not end', () => {
  it('is not restored into, and what holds it is named', async () => {
    const held = ground.named('held');
    await webNamespace(ground.port, held);
    const saved = ground.named('held-saved');
    await takeBackup(ground.port, saved, [held]);
    await sandbox.break('namespace-terminating', { namespace: held });
    try {
      const { result } = await ground.restore({ backup: saved, namespaces: [held] });
      expect(result).toMatchObject({ status: 'refused', reason: 'namespace-terminating' });
      expect('message' in result && result.message).toContain('sandbox.rekindle.io/held');
    } finally {
      await sandbox.heal('namespace-terminating', { namespace: held });
    }
  });
});

interface RestoreStatus {
  readonly phase?: string;
  readonly progress?: { readonly itemsRestored?: number };
}

/** Until Velero has restored some objects of the recovery, and not all: looked at in Velero, which goes on meanwhile. */
async function restoresSome(recoveryId: string): Promise<void> {
  await waitFor(
    'a restore that goes on',
    async () => {
      const [name] = await restoresOf(ground.port, recoveryId);
      if (name === undefined) return false;
      const restore = await ground.port.read(restoreKind, { namespace: veleroNamespace, name });
      const { phase, progress } = (restore?.status ?? {}) as RestoreStatus;
      return phase === 'InProgress' && (progress?.itemsRestored ?? 0) > 0;
    },
    { timeoutMs: 240_000, intervalMs: 100 },
  );
}

describe('what happens during a restore', () => {
  it('a Velero killed in the middle and started again: another attempt, and all is there', async () => {
    await deleteNamespace(ground.port, shop);
    const handle = await ground.start({ backup, namespaces: [shop] });
    await sandbox.break('velero-restarted-midway');
    const run = await ground.ended(handle);
    expect(run.result).toMatchObject({ status: 'recovered' });
    const names = await restoresOf(ground.port, run.recoveryId);
    expect(names.map((name) => name.slice(-4))).toEqual(['-1-1', '-1-2']);
    const phases = await Promise.all(
      names.map(async (name) => (await ground.port.read(restoreKind, { namespace: veleroNamespace, name }))?.status),
    );
    expect(phases).toMatchObject([{ phase: 'Failed' }, { phase: 'Completed' }]);
    expect((await ground.port.list(configMapKind, { namespace: shop })).length).toBeGreaterThan(many);
  });

  it('a cancel: Velero knows none, and what it created is named', async () => {
    await deleteNamespace(ground.port, shop);
    const handle = await ground.start({ backup, namespaces: [shop] });
    await restoresSome(handle.firstExecutionRunId);
    await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'jo' }] });
    const { result, recoveryId } = await ground.ended(handle);
    expect(result).toMatchObject({ status: 'cancelled' });
    const left = 'left' in result ? result.left.join(' ') : '';
    expect(left).toMatch(/[1-9]\d* objects are there: .*s3:\/\/.*created-/);
    expect(await restoresOf(ground.port, recoveryId)).toHaveLength(1);
  });

  it('a webhook without its backend: it is passed over meanwhile and put back exactly', async () => {
    await deleteNamespace(ground.port, shop);
    await sandbox.break('webhook-backend-missing', { namespace: shop });
    try {
      const before = await ground.port.read(webhookKind, { name: webhookName });
      const { result, report } = await ground.restore({
        backup,
        namespaces: [shop],
        resources: ['deployments', 'services', 'configmaps'],
        selector: 'app.kubernetes.io/tier=frontend',
      });
      expect(result).toMatchObject({ status: 'recovered' });
      expect(report.steps[0]).toMatchObject({ id: 'hold-webhooks', detail: expect.stringContaining(webhookName) });
      const after = await ground.port.read(webhookKind, { name: webhookName });
      expect(after?.webhooks).toEqual(before?.webhooks);
      expect(after?.metadata.annotations ?? {}).toEqual(before?.metadata.annotations ?? {});
      expect(await ground.port.read(kinds.deployment, { namespace: shop, name: 'web' })).not.toBeNull();
    } finally {
      await sandbox.heal('webhook-backend-missing');
    }
  });
});

describe('a backup that is not whole', () => {
  it('is not the latest; asked for by name its own errors are problems', async () => {
    const partial = ground.named('partial');
    await sandbox.break('backup-partial');
    try {
      expect(await takeBackup(ground.port, partial, ['production', shop])).toMatchObject({ phase: 'PartiallyFailed' });
    } finally {
      await sandbox.heal('backup-partial');
    }
    await ground.port.remove(configMapKind, { namespace: shop, name: 'web-settings' });
    const latest = await ground.restore({ backup: 'latest', namespaces: [shop], dryRun: true });
    expect(latest.report.plan?.summary).toContain(backup);
    expect(latest.report.plan?.warnings.join('\n')).toContain(`${partial}: PartiallyFailed`);
    const { result } = await ground.restore({ backup: partial, namespaces: [shop] });
    expect(result).toMatchObject({ status: 'partial' });
    const messages = 'problems' in result ? result.problems.map(({ message }) => message).join('\n') : '';
    expect(messages).toContain('SnapshotLimitExceeded');
    expect(await ground.port.read(configMapKind, { namespace: shop, name: 'web-settings' })).not.toBeNull();
  });
});
