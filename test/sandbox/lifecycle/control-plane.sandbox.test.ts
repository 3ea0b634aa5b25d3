import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import {
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostDirectory } from '../../../sandbox/hosts/host-directory.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const namespace = 'control-plane-test';
let sandbox: Sandbox;
let host: HostDirectory;
let config: KubeConfig;
let core: CoreV1Api;

beforeAll(async () => {
  sandbox = sharedSandbox();
  [host] = sandbox.hosts('prod') as [HostDirectory];
  config = new KubeConfig();
  config.loadFromFile(sandbox.kubeconfigPath);
  core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
});

afterAll(async () => {
  await core.deleteNamespace({ name: namespace });
});

function etcdGet(key: string): string {
  const endpoint = `https://127.0.0.1:${sandbox.context.state.knownPort(`${host.name}-etcd-client`)}`;
  const pki = (file: string) => join(host.pki, 'etcd', file);
  const credentials = [
    `--cacert=${pki('ca.crt')}`,
    `--cert=${pki('healthcheck-client.crt')}`,
    `--key=${pki('healthcheck-client.key')}`,
  ];
  const etcdctl = sandbox.context.path('bin', 'etcdctl');
  return execFileSync(etcdctl, [`--endpoints=${endpoint}`, ...credentials, 'get', key], { encoding: 'latin1' });
}

test('Secrets lie encrypted in etcd, and only Secrets', async () => {
  const body = { metadata: { name: 'token' }, stringData: { value: 'open sesame' } };
  await core.createNamespacedSecret({ namespace, body });
  await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: 'plain' }, data: { value: 'open sesame' } },
  });
  const secret = etcdGet(`/registry/secrets/${namespace}/token`);
  expect(secret).toContain('k8s:enc:secretbox:v1:');
  expect(secret).not.toContain('open sesame');
  expect(etcdGet(`/registry/configmaps/${namespace}/plain`)).toContain('open sesame');
  expect((await core.readNamespacedSecret({ namespace, name: 'token' })).data?.value).toBe(btoa('open sesame'));
});

test('a service account may do what RBAC gives it and nothing else', async () => {
  const metadata = { name: 'reader' };
  await core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
  await rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace }],
    },
  });
  const request = { namespace, name: 'reader', body: { spec: { audiences: [] } } };
  const { status } = await core.createNamespacedServiceAccountToken(request);
  const review = await config.makeApiClient(AuthenticationV1Api).createTokenReview({
    body: { spec: { token: status?.token ?? '' } },
  });
  expect(review.status?.user?.username).toBe(`system:serviceaccount:${namespace}:reader`);
  const allowed = async (verb: string, resource: string): Promise<boolean> => {
    const answer = await config.makeApiClient(AuthorizationV1Api).createSubjectAccessReview({
      body: { spec: { user: review.status?.user?.username ?? '', resourceAttributes: { namespace, verb, resource } } },
    });
    return answer.status?.allowed ?? false;
  };
  // The authorizer learns of the binding through its own watch.
  await waitFor('the binding to count', () => allowed('list', 'pods'), { timeoutMs: 60_000 });
  expect(await allowed('delete', 'pods')).toBe(false);
  expect(await allowed('get', 'secrets')).toBe(false);
});

test('nobody is anonymous but for the probes', async () => {
  const port = sandbox.context.state.knownPort(`${host.name}-api-server`);
  const ca = readFileSync(join(host.pki, 'ca.crt'));
  const status = (path: string) =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
  expect(await status('/readyz')).toBe(200);
  expect(await status('/api')).toBe(401);
});

test('the audit log tells who changed what, without bodies', async () => {
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'audited' }, stringData: { value: 'very private' } },
  });
  const log = join(host.logs, 'audit.log');
  const entry = await waitFor(
    'the audit entry',
    () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .find((line) => line.includes('"verb":"create"') && line.includes(`/namespaces/${namespace}/secrets`)),
    { timeoutMs: 60_000 },
  );
  expect(JSON.parse(entry)).toMatchObject({ level: 'Metadata', user: { username: 'kubernetes-admin' } });
  expect(readFileSync(log, 'utf8')).not.toContain(btoa('very private'));
});

test('crictl on the host names the containers that run', async () => {
  const containers = () => {
    const output = execFileSync(join(host.bin, 'crictl'), ['ps', '-o', 'json'], { encoding: 'utf8' });
    return (JSON.parse(output) as { containers: { metadata: { name: string }; state: string }[] }).containers;
  };
  // A controller that could not renew its lease ends, and is started again.
  await expect
    .poll(() =>
      containers()
        .map(({ metadata }) => metadata.name)
        .sort(),
    )
    .toEqual(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);
  expect(containers().every(({ state }) => state === 'CONTAINER_RUNNING')).toBe(true);
});
