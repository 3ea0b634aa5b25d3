import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { inventorySchema } from '../../../config/schema.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();

test('the inventory is valid and names the control-plane hosts that exist', () => {
  const inventory = inventorySchema.parse(parse(readFileSync(sandbox.inventoryPath, 'utf8')));
  const { prod } = inventory.clusters;
  if (prod?.kind !== 'self-managed') throw new Error('prod is not self-managed');
  expect(prod.controlPlane.hosts.map((host) => host.name)).toEqual(sandbox.hosts('prod').map((host) => host.name));
});

test('a shell that reads the env file gets the names of the contract, and finds the binaries first', () => {
  const script = `set -a; . '${sandbox.dir}/env'; env`;
  const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
  const variables = Object.fromEntries(seen.split('\n').map((line) => line.split(/=(.*)/s) as [string, string]));
  expect(variables).toMatchObject(sandbox.env);
  expect(variables.PATH).toBe(`${sandbox.dir}/bin:/usr/bin:/bin`);
  expect(Object.keys(sandbox.env)).toEqual(
    expect.arrayContaining([
      'KUBECONFIG',
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
      'REKINDLE_CONFIG',
      'REKINDLE_CODEC_KEYS',
    ]),
  );
});

test.each(['kubeconfig', 'env', 'secrets/codec-keys.json', 'pki/prod/ca.key', 'hosts/prod-1/pki/sa.key'])(
  'only the owner can read %s',
  (file) => {
    expect(statSync(sandbox.context.path(file)).mode & 0o077).toBe(0);
  },
);

test('the codec key is 32 bytes of base64', () => {
  const { keys } = JSON.parse(readFileSync(sandbox.codecKeysPath, 'utf8')) as { keys: { id: string; key: string }[] };
  expect(keys.map(({ key }) => Buffer.from(key, 'base64').length)).toEqual([32]);
});
