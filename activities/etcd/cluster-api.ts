import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import type { ApiFinding, CheckApiInput } from './types.ts';

const configMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const secret: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/**
 * What the API shows after a restore: something can be written and read back, every kind can be listed, every Secret decrypted. No
 * value of a Secret leaves this function.
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
  const made = (await port.read<KubernetesObject>(configMap, ref, signal)) ?? (await port.create(configMap, wanted));
  const read = await port.read<KubernetesObject>(configMap, ref, signal);
  if ((read?.data as { recovery?: string } | undefined)?.recovery !== input.recoveryId) {
    throw new RekindleError('not-found', 'the canary was written and could not be read back');
  }
  await port.remove(configMap, ref);
  return `written at resourceVersion ${made.metadata.resourceVersion}, read back, removed`;
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
