import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import type { ApiFinding, CheckApiInput } from './types.ts';

const configMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const secret: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

const tokenReview: Kind = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
};
/** For the event to come; a busy API server takes a second or two. */
const watchSeconds = 8;

/**
 * What the API shows after a restore: something can be written, watched and read back, every kind can be listed, every Secret decrypted,
 * tokens that Secrets hold since before are accepted, and a watcher that comes with a revision of before is told to list anew. No value
 * of a Secret leaves this function.
 */
export async function checkClusterApi(
  port: KubernetesPort,
  input: CheckApiInput,
  signal?: AbortSignal,
): Promise<readonly ApiFinding[]> {
  return Promise.all([
    finding('a canary', 'POST, GET, DELETE configmaps', () => canary(port, input, signal)),
    finding('every kind', 'GET of each list', () => everyKind(port, signal)),
    finding('the Secrets of every namespace', 'GET secrets', () => everySecret(port, signal)),
    finding('tokens from before', 'POST tokenreviews', () => oldTokens(port, signal)),
    finding('watchers from before', 'WATCH configmaps', () => oldWatch(port, input, signal)),
  ]);
}

async function finding(target: string, source: string, look: () => Promise<string>): Promise<ApiFinding> {
  try {
    return { target, source, outcome: 'proved', detail: await look() };
  } catch (error) {
    if (!(error instanceof RekindleError) || error.retryable) throw error;
    return { target, source, outcome: 'disproved', detail: `${error.code}: ${error.message}` };
  }
}

async function canary(port: KubernetesPort, input: CheckApiInput, signal?: AbortSignal): Promise<string> {
  const ref = { namespace: 'kube-system', name: `rekindle-canary-${input.recoveryId}` };
  const annotations = { 'rekindle.io/recovery': input.recoveryId, 'rekindle.io/workflow-id': input.workflowId };
  const wanted = { metadata: { ...ref, annotations }, data: { recovery: input.recoveryId } } as KubernetesObject;
  // A repeat after a kill finds the one of before.
  await port.remove(configMap, ref);
  const made = await port.create(configMap, wanted);
  const resourceVersion = made.metadata.resourceVersion ?? '';
  const until = `MODIFIED ${ref.namespace}/${ref.name}`;
  const watching = port.watch(configMap, { ...ref, resourceVersion, seconds: watchSeconds, until }, signal);
  // Its failure is told where it is awaited below; before that nobody else hears it, and it would end the whole worker.
  watching.catch(() => {});
  await port.patch(configMap, ref, { metadata: { labels: { 'rekindle.io/canary': 'changed' } } });
  const read = await port.read<KubernetesObject>(configMap, ref, signal);
  if ((read?.data as { recovery?: string } | undefined)?.recovery !== input.recoveryId) {
    throw new RekindleError('not-found', 'the canary was written and could not be read back');
  }
  const { events } = await watching;
  await port.remove(configMap, ref);
  if (!events.includes(until)) {
    throw new RekindleError('not-found', `a watcher was not told of the change within ${watchSeconds} s`);
  }
  return `written at resourceVersion ${made.metadata.resourceVersion}, seen by a watcher, read back, removed`;
}

/** Tokens without an end that Secrets hold: they were signed before the failure. */
async function oldTokens(port: KubernetesPort, signal?: AbortSignal): Promise<string> {
  const selection = { fieldSelector: 'type=kubernetes.io/service-account-token' };
  const secrets = await port.list<KubernetesObject>(secret, selection, signal);
  let accepted = 0;
  for (const { metadata, data } of secrets) {
    const encoded = (data as { token?: string } | undefined)?.token;
    if (encoded === undefined) continue;
    const token = Buffer.from(encoded, 'base64').toString();
    const asked = { metadata: { name: 'rekindle' }, spec: { token } } as KubernetesObject;
    const { status } = await port.create(tokenReview, asked);
    if (!(status as { authenticated?: boolean } | undefined)?.authenticated) {
      throw new RekindleError(
        'unauthenticated',
        `the token in Secret ${metadata.namespace}/${metadata.name} is refused`,
      );
    }
    accepted += 1;
  }
  return accepted === 0
    ? 'no Secret holds a token; that of a bound token is proved by the key that signs them'
    : `${accepted} tokens that Secrets hold are accepted`;
}

async function oldWatch(port: KubernetesPort, { staleRevision }: CheckApiInput, signal?: AbortSignal): Promise<string> {
  if (staleRevision === null) return 'nothing was rewound';
  const selection = { namespace: 'kube-system', resourceVersion: String(staleRevision), seconds: watchSeconds };
  const { expired } = await port.watch(configMap, selection, signal);
  if (expired) return `a watch from revision ${staleRevision} is told to list anew`;
  throw new RekindleError('drifted', `a watch from revision ${staleRevision} goes on as if nothing had been rewound`);
}

async function everyKind(port: KubernetesPort, signal?: AbortSignal): Promise<string> {
  const kinds = await port.discover(signal);
  let objects = 0;
  for (const kind of kinds) objects += (await port.list(kind, {}, signal)).length;
  return `${kinds.length} kinds listed, ${objects} objects`;
}

async function everySecret(port: KubernetesPort, signal?: AbortSignal): Promise<string> {
  const secrets = await port.list<KubernetesObject>(secret, {}, signal);
  const namespaces = new Set(secrets.map(({ metadata }) => metadata.namespace));
  return `${secrets.length} Secrets of ${namespaces.size} namespaces decrypted`;
}
