import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { groupsOf, rightsGroups } from '../../../sandbox/cluster/worker-rights.ts';
import { missingRights, neededRights, type Right } from '../../../worker/doctor/permissions.ts';
import { slugs } from '../../../workflows/slugs.ts';
import { readRepositoryFile } from '../architecture/source-file.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
}

const files = readdirSync('deploy/rbac').filter((file) => file.endsWith('.yaml'));
const manifests = files.flatMap((file) =>
  parseAllDocuments(readRepositoryFile(`deploy/rbac/${file}`)).map((one) => ({ file, ...(one.toJS() as Manifest) })),
);
const roles = manifests.filter(({ kind }) => kind.endsWith('Role'));
const keyOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;

describe('the manifests of rights', () => {
  it('bind each role once, in its own namespace, to groups that a file is named after', () => {
    const bindings = manifests.filter(({ kind }) => kind.endsWith('RoleBinding'));
    const bound = bindings.map(
      ({ roleRef, metadata }) => `${roleRef?.kind} ${metadata.namespace ?? ''} ${roleRef?.name}`,
    );
    expect(bound.sort()).toEqual(roles.map(keyOf).sort());
    const named = files.map((file) => `rekindle:${file.replace('.yaml', '')}`);
    expect(rightsGroups().filter((group) => !named.includes(group))).toEqual([]);
    expect(bindings.flatMap(({ subjects = [] }) => subjects.map(({ kind }) => kind))).toEqual(
      bindings.flatMap(({ subjects = [] }) => subjects.map(() => 'Group')),
    );
  });

  it('have the rights of every scenario that asks the API', () => {
    const without = slugs.filter((slug) => groupsOf(slug).length === 0);
    expect(without.filter((slug) => readRepositoryFile('README.md').includes(`workflows/${slug}/`))).toEqual([
      'etcd-backup',
    ]);
  });

  it('say every verb, and give everything only where everything is read, or restored over', () => {
    const verbs = roles.flatMap(({ rules = [] }) => rules.flatMap((rule) => rule.verbs));
    expect(verbs).not.toContain('*');
    const everything = roles.flatMap(({ file, rules = [] }) =>
      rules.filter(({ resources }) => resources.includes('*')).map((rule) => `${file}: ${rule.verbs.join(' ')}`),
    );
    expect(everything.sort()).toEqual([
      'cross-cluster-restore.yaml: get list',
      'etcd-restore.yaml: get list',
      'namespace-restore-existing.yaml: create patch delete',
      'namespace-restore.yaml: get list',
    ]);
    const dangerous = roles.filter(({ rules = [] }) =>
      rules.some((rule) => rule.verbs.some((verb) => /^(bind|escalate|impersonate)$/.test(verb))),
    );
    expect(dangerous.map(({ file }) => file)).toEqual(['config-restore.yaml']);
  });

  it('are what the doctor asks the API for, right by right', async () => {
    const asked: unknown[] = [];
    const cluster = {
      create: async (_kind: unknown, object: { spec: { resourceAttributes: Right } }) => {
        asked.push(object.spec.resourceAttributes);
        return { ...object, status: { allowed: object.spec.resourceAttributes.verb !== 'delete' } };
      },
    };
    const volumes = neededRights().find(({ name }) => name === 'volume-rebind');
    const missing = await missingRights(cluster as never, volumes?.rights ?? []);
    expect(missing).toContain('delete persistentvolumes');
    expect(asked).toContainEqual({ verb: 'get', group: '', resource: 'pods', subresource: 'exec' });
    const leases = neededRights().find(({ name }) => name === 'node-replacement');
    expect(leases?.rights).toContainEqual({
      ...{ verb: 'list', group: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-node-lease' },
    });
  });
});
