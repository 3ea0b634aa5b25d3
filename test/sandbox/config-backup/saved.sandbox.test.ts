import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Kind } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../../../activities/kubernetes/port.ts';
import { ageIdentityPath } from '../../../sandbox/age-identity.ts';
import { sandboxCredentials } from '../../../sandbox/environment-file.ts';
import { ensurePart } from '../../../sandbox/parts/ensure-part.ts';
import { type ConfigBackupInput, workflowId, workflowType } from '../../../workflows/config-backup/contract.ts';
import { reportQuery } from '../../../workflows/recovery/messages.ts';
import { defineCalico, removeCalico } from '../../worlds/calico-definitions.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { openPort } from '../../worlds/restore-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';
import { breakThem, plant, uproot, writtenOf } from './every-kind.ts';

const sandbox = sharedSandbox();
const mark = randomBytes(3).toString('hex');
const canary = `canary-${randomBytes(12).toString('hex')}`;
const rbac = 'rbac.authorization.k8s.io/v1';
const roleKind: Kind = { apiVersion: rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false };
const bindingKind: Kind = { ...roleKind, kind: 'ClusterRoleBinding', plural: 'clusterrolebindings' };
const secretKind: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
const role = { name: `reader-${mark}` };
const secret = { namespace: 'kube-system', name: `canary-${mark}` };
const everyKindName = `config-${mark}`;
const bucket = 'rekindle-artefacts';
const builtTheFirstTimeMs = 600_000;
let ground: RecoveryGround;
let port: KubernetesPort;
let s3: S3Client;
/** What opens and applies an archive without us. */
const tools = { age: '', kubectl: '' };

beforeAll(async () => {
  port = openPort(sandbox);
  s3 = new S3Client({
    endpoint: sandbox.awsEndpoint,
    region: 'us-east-1',
    credentials: sandboxCredentials,
    forcePathStyle: true,
  });
  await port.create<KubernetesObject>(roleKind, {
    metadata: role,
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  });
  await port.create<KubernetesObject>(bindingKind, {
    metadata: role,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.name },
    subjects: [{ kind: 'User', name: 'jo', apiGroup: 'rbac.authorization.k8s.io' }],
  });
  await port.create<KubernetesObject>(secretKind, { metadata: secret, stringData: { password: canary } });
  ground = await openRecoveryGround(sandbox, `config-${mark}`);
});

beforeAll(async () => {
  tools.age = (await ensurePart('age')).path;
  tools.kubectl = (await ensurePart('kubectl')).path;
}, builtTheFirstTimeMs);

afterAll(async () => {
  await ground?.close();
  await uproot(port, everyKindName);
  await removeCalico(port);
  await port.remove(roleKind, role);
  await port.remove(bindingKind, role);
  await port.remove(secretKind, secret);
});

async function run(input: Omit<ConfigBackupInput, 'cluster'> = {}) {
  const handle = await ground.start(workflowType, workflowId({ cluster: 'prod' }), {
    cluster: 'prod',
    approval: 'automatic',
    ...input,
  });
  const result = await resultOf(handle);
  return { result, report: await handle.query(reportQuery), handle };
}

const lineOf = ({ report }: Awaited<ReturnType<typeof run>>) => report.steps[0]?.detail ?? '';
const keyOf = (line: string) => /config\/\S+\.yaml\.age/.exec(line)?.[0] ?? '';
const textOf = async (Key: string) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return (await answer.Body?.transformToString()) ?? '';
};

it('saves an unchanged cluster to the same digest, and names what has changed since', {
  timeout: 240_000,
}, async () => {
  const first = await run();
  expect(first.result).toMatchObject({ status: 'recovered' });
  expect(first.report.plan?.warnings.join()).toContain('GlobalNetworkPolicy (Calico), NetworkPolicy (Calico)');
  const second = await run();
  expect(lineOf(second)).toContain('as in the last archive');
  const digest = /digest ([0-9a-f]{16})/;
  expect(digest.exec(lineOf(second))?.[1]).toBe(digest.exec(lineOf(first))?.[1]);
  expect(keyOf(lineOf(second))).not.toBe(keyOf(lineOf(first)));

  const archive = await textOf(keyOf(lineOf(second)));
  const file = join(sandbox.dir, `${mark}.yaml.age`);
  writeFileSync(file, archive);
  const identity = ageIdentityPath(sandbox.context);
  const opened = execFileSync(tools.age, ['-d', '-i', identity, file], { maxBuffer: 1 << 26 }).toString();
  expect(opened).toContain(Buffer.from(canary).toString('base64'));
  expect(opened).not.toMatch(/^\s+(uid|resourceVersion|managedFields|creationTimestamp):/m);
  const applying = promisify(execFile)(
    tools.kubectl,
    [
      '--kubeconfig',
      sandbox.kubeconfigPath,
      '--context',
      'prod',
      'apply',
      '--server-side',
      '--force-conflicts',
      '--dry-run=server',
      '-f',
      '-',
    ],
    { maxBuffer: 1 << 26 },
  );
  applying.child.stdin?.end(opened);
  expect((await applying).stdout).toContain(
    `clusterrolebinding.rbac.authorization.k8s.io/${role.name} serverside-applied`,
  );

  await port.patch(roleKind, role, { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] });
  await port.patch(secretKind, secret, { stringData: { password: `${canary}-new` } });
  const third = await run();
  expect(lineOf(third)).toContain(`2 changed, 0 added, 0 removed`);
  expect(lineOf(third)).toContain(`~ ClusterRole ${role.name}`);
  expect(lineOf(third)).toContain(`~ Secret kube-system/${secret.name} (keys password)`);

  // A deleted binding comes back from the archive in which it was, with what was there before saved as well.
  await port.remove(bindingKind, role);
  const input = { restore: { archive: keyOf(lineOf(third)), kinds: ['ClusterRoleBinding'] } };
  const dry = await run({ ...input, dryRun: true });
  expect(dry.report.plan?.warnings[0]).toBe(`To be written: ClusterRoleBinding ${role.name}`);
  expect(await port.read(bindingKind, role)).toBeNull();
  const back = await run(input);
  expect(back.result).toMatchObject({ status: 'recovered' });
  expect(await port.read(bindingKind, role)).toMatchObject({ roleRef: { name: role.name } });
  expect(lineOf(back)).toContain('-before-restore.yaml.age');
  expect((await run(input)).result).toMatchObject({ status: 'refused', reason: 'nothing-to-restore' });

  // The planted secret is nowhere in clear, as it is or in base64.
  const forms = [canary, Buffer.from(canary).toString('base64')];
  const places = new Map<string, string>();
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key = '' } of Contents) places.set(Key, await textOf(Key));
  for (const { handle } of [first, second, third, back]) {
    const history = await ground.temporal.client.workflow
      .getHandle(handle.workflowId, handle.firstExecutionRunId)
      .fetchHistory();
    places.set(`history ${handle.firstExecutionRunId}`, JSON.stringify(history, readable));
    places.set(`report ${handle.firstExecutionRunId}`, JSON.stringify(await handle.query(reportQuery)));
  }
  const logs = join(sandbox.dir, 'logs');
  for (const name of readdirSync(logs))
    if (/config-|rekindle/.test(name)) places.set(name, readFileSync(join(logs, name), 'utf8'));
  expect([...places].flatMap(([place, text]) => (forms.some((form) => text.includes(form)) ? place : []))).toEqual([]);
  expect(places.size).toBeGreaterThan(10);
});

it('brings every kind back from one archive, Calico’s among them, as the dry run said it would', async () => {
  await defineCalico(port);
  const planted = await plant(port, everyKindName);
  const before = await writtenOf(port, planted);
  const saved = await run();
  expect(saved.result).toMatchObject({ status: 'recovered' });
  expect(saved.report.plan?.warnings.join()).not.toContain('Calico');
  const archive = keyOf(lineOf(saved));

  await breakThem(port, planted);
  const broken = await writtenOf(port, planted);
  const dry = await run({ restore: { archive }, dryRun: true });
  const [told = ''] = dry.report.plan?.warnings ?? [];
  for (const { id, path } of planted) expect(told).toContain(path === undefined ? id : `${id} (${path})`);
  expect(told).not.toMatch(/mallory|iptables|YWZ0ZXI=/);
  expect(await writtenOf(port, planted)).toEqual(broken);

  expect((await run({ restore: { archive } })).result).toMatchObject({ status: 'recovered' });
  expect(await writtenOf(port, planted)).toEqual(before);
});

/** Bytes as text, so that what they say can be searched. */
function readable(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data).toString('latin1') : value;
}
