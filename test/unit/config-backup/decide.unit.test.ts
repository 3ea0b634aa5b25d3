import { describe, expect, it } from 'vitest';
import { archiveText, configObject, parseArchiveText } from '../../../activities/configuration/clean-yaml.ts';
import { diffOf, entriesOf, summaryOf } from '../../../activities/configuration/record.ts';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { type ConfigFacts, decide } from '../../../workflows/config-backup/decide.ts';
import { runSettings } from '../../worlds/run-settings.ts';

const now = Date.parse('2026-01-02T00:00:00Z');
const settings = runSettings;
const archive = {
  key: 'config/prod/1-backup.yaml.age',
  takenAt: '2026-01-01T00:00:00Z',
  digest: 'd',
  keyId: 'k',
  bytes: 1,
  counts: {},
  skipped: [],
};
const facts: ConfigFacts = {
  settings: { recipients: ['age1x'], canOpen: true, keepCount: 30 },
  survey: { counts: { Role: 2 }, skipped: ['GlobalNetworkPolicy (Calico)'], archives: [archive] },
  restore: null,
};
const input = { cluster: 'prod', dryRun: false, approval: 'automatic' } as const;
const planOf = (create: number, refused: readonly string[] = []) => ({
  archive: archive.key,
  plan: {
    counts: { create, change: 0, same: 3, refused: refused.length },
    samples: ['Role a/b'],
    refused,
    sha256: 's',
  },
});

describe('a configuration backup', () => {
  it('names what the cluster does not serve, and the age of the last archive', () => {
    const verdict = decide({ input, settings }, facts, now);
    expect(verdict).toMatchObject({
      kind: 'proceed',
      work: { restore: null },
      draft: { recoveryPoint: { seconds: 86_400 } },
    });
    expect(verdict.kind === 'proceed' && verdict.draft.warnings.join()).toContain('GlobalNetworkPolicy (Calico)');
  });

  const restoring = { ...input, restore: { archive: 'latest' } };
  it.each([
    ['config-recipients-missing', input, { settings: { ...facts.settings, recipients: [] } }],
    ['config-identity-missing', restoring, { settings: { ...facts.settings, canOpen: false } }],
    ['no-config-archive', restoring, {}],
    ['nothing-to-restore', restoring, { restore: planOf(0, ['ClusterRoleBinding x: the API refuses it']) }],
  ])('ends with %s', (code, asked, more) => {
    expect(decide({ input: asked, settings }, { ...facts, ...more }, now)).toMatchObject({ code });
  });

  it('shows what a restore writes before it does', () => {
    const verdict = decide({ input: restoring, settings }, { ...facts, restore: planOf(1) }, now);
    expect(verdict).toMatchObject({
      kind: 'proceed',
      work: { restore: { archive: archive.key, changes: 1, kinds: null } },
    });
    expect(verdict.kind === 'proceed' && verdict.draft.warnings[0]).toContain('Role a/b');
  });
});

describe('the archive', () => {
  const role = (verbs: readonly string[]): KubernetesObject => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'a', uid: 'u', resourceVersion: '7', managedFields: [] },
    rules: [{ verbs }],
  });
  const secret = (data: Record<string, string>): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 's',
      namespace: 'kube-system',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'Y2FuYXJ5' },
    },
    data,
  });
  const key = { id: 'k', key: Buffer.alloc(32, 1) };

  it('is the same text for the same objects in any order, and can be read back', () => {
    const [one, two] = [configObject(role(['get'])), configObject(secret({ a: 'YQ==' }))];
    const text = archiveText([one, two]);
    expect(archiveText([two, one])).toBe(text);
    expect(text).not.toMatch(/uid|resourceVersion|managedFields|last-applied/);
    expect(archiveText(parseArchiveText(text))).toBe(text);
  });

  it('leaves out the rules that the cluster sums up itself', () => {
    const whole = {
      ...role([]),
      kind: 'ClusterRole',
      aggregationRule: {},
      rules: [{ verbs: ['get'] }],
    } as KubernetesObject;
    expect(configObject(whole).object).not.toHaveProperty('rules');
  });

  it('names what changed, of a Secret the keys, and holds no value', () => {
    const before = entriesOf([configObject(role(['get'])), configObject(secret({ a: 'YQ==', b: 'Yg==' }))], key);
    const after = entriesOf(
      [configObject(role(['list'])), configObject(secret({ a: 'YQ==', b: 'Yw==', c: 'ZA==' }))],
      key,
    );
    const diff = diffOf(before, after);
    expect(diff).toEqual({ added: [], removed: [], changed: ['Role a/reader', 'Secret kube-system/s (keys b, c)'] });
    expect(summaryOf(diff).samples[0]).toBe('~ Role a/reader');
    expect(diffOf(before, before)).toEqual({ added: [], removed: [], changed: [] });
    expect(JSON.stringify(before)).not.toContain('YQ==');
    const other = entriesOf([configObject(role(['get']))], { id: 'l', key: Buffer.alloc(32, 2) });
    expect(other['Role a/reader']?.mac).not.toBe(before['Role a/reader']?.mac);
  });
});
