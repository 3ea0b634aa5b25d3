import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../config/config-error.ts';
import { inventoryJsonSchema } from '../../../config/json-schema.ts';
import { loadInventory, parseInventory } from '../../../config/load.ts';

const minimal = `version: 1
clusters:
  prod:
    kind: eks
    context: prod
    region: us-east-1
    buckets: {artefacts: some-bucket}
`;

function problemsOf(text: string) {
  try {
    parseInventory(text, 'rekindle.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the inventory was accepted');
}

describe('the inventory', () => {
  it('fills in the defaults of everything that may be left out', () => {
    const { temporal, aws, clusters, contacts } = parseInventory(minimal, 'rekindle.yaml');
    expect(temporal).toEqual({ address: '127.0.0.1:7233', namespace: 'default', taskQueue: 'rekindle' });
    expect(aws).toEqual({ s3ForcePathStyle: false });
    expect(contacts).toEqual([]);
    expect(clusters.prod).toMatchObject({ velero: { namespace: 'velero' }, criticalNamespaces: [], targets: {} });
  });

  it('accepts the example that is shipped', () => {
    const file = new URL('../../../config/rekindle.example.yaml', import.meta.url);
    const inventory = parseInventory(readFileSync(file, 'utf8'), 'rekindle.example.yaml');
    expect(Object.keys(inventory.clusters)).toEqual(['prod', 'dr']);
  });

  it('has a published JSON Schema that is up to date (npm run schema)', () => {
    const file = new URL('../../../config/rekindle.schema.json', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(inventoryJsonSchema());
  });

  it.each([
    {
      name: 'an unknown field',
      text: minimal.replace('region:', 'regoin:'),
      expected: { path: 'clusters.prod.regoin', line: 6, column: 5, advice: 'Did you mean region?' },
    },
    {
      name: 'a number in quotes',
      text: `${minimal}    criticalNamespaces:\n      - {name: a, priority: '1'}\n`,
      expected: { path: 'clusters.prod.criticalNamespaces[0].priority', line: 9, given: '"1"', expected: 'a number' },
    },
    {
      name: 'a missing field, at the line of its parent',
      text: minimal.replace('{artefacts: some-bucket}', '{}'),
      expected: { path: 'clusters.prod.buckets.artefacts', line: 7, given: 'nothing', advice: 'Add the field.' },
    },
    {
      name: 'an unknown kind of cluster',
      text: minimal.replace('kind: eks', 'kind: gke'),
      expected: { path: 'clusters.prod.kind', line: 4, given: '"gke"', expected: '"self-managed" or "eks"' },
    },
    {
      name: 'control-plane hosts where etcd is out of reach',
      text: `${minimal}    controlPlane: {hosts: [{name: a}]}\n`,
      expected: { path: 'clusters.prod.controlPlane', line: 8, given: 'the unknown field controlPlane' },
    },
    {
      name: 'an unknown scenario in the approval policy',
      text: `${minimal}approval:\n  byScenario: {volume-rebnd: automatic}\n`,
      expected: { path: 'approval.byScenario.volume-rebnd', line: 9, advice: 'Did you mean volume-rebind?' },
    },
    {
      name: 'half a client certificate',
      text: `${minimal}temporal:\n  tls: {certFile: a}\n`,
      expected: { path: 'temporal.tls', line: 9, expected: 'certFile and keyFile together, or neither' },
    },
    {
      name: 'an unusable cluster name',
      text: minimal.replace('prod:', 'Prod_1:'),
      expected: { path: 'clusters.Prod_1', line: 3, advice: 'Rename it.' },
    },
    { name: 'a key written twice', text: `version: 1\n${minimal}`, expected: { line: 2, expected: 'YAML' } },
  ])('names line, path, what was given and what to do for $name', ({ text, expected }) => {
    expect(problemsOf(text)).toContainEqual(expect.objectContaining(expected));
  });

  it('reports every problem at once, in the order of the file', () => {
    const problems = problemsOf(minimal.replace('version: 1', 'version: 3').replace('us-east-1', 'moon'));
    expect(problems.map(({ line }) => line)).toEqual([1, 6]);
  });

  it('says in its message file, line, path, given, expected and advice', () => {
    const broken = minimal.replace('us-east-1', 'moon');
    expect(() => parseInventory(broken, 'some.yaml')).toThrow(
      'some.yaml:6:5 clusters.prod.region: got "moon", expected an AWS region such as us-east-1. Correct the value.',
    );
  });
});

describe('the inventory file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekindle-inventory-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('takes relative paths from its own folder and keeps absolute ones', () => {
    const file = join(folder, 'rekindle.yaml');
    writeFileSync(
      file,
      `${minimal}codec: {keyFile: secrets/keys.json}\ntemporal: {apiKeyFile: /run/key, tls: {caFile: ca.crt}}\n`,
    );
    const { codec, temporal } = loadInventory(file);
    expect(codec?.keyFile).toBe(join(folder, 'secrets/keys.json'));
    expect(temporal).toMatchObject({ apiKeyFile: '/run/key', tls: { caFile: join(folder, 'ca.crt') } });
  });

  it('is told how to name or make one when it is not there', () => {
    expect(() => loadInventory(join(folder, 'none.yaml'))).toThrow(/there is no such file. Set REKINDLE_CONFIG/);
  });
});
