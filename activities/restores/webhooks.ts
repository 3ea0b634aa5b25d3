import type { Kind } from '../kubernetes/kinds.ts';
import type { Holder } from '../kubernetes/marks.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import { type LabelSelector, selects } from './label-selector.ts';
import type { DeadWebhook, PlannedObject } from './types.ts';

/** On a webhook configuration that is held: who holds it, and the failure policy of each webhook as it was. */
export const webhookHoldAnnotation = 'rekindle.io/webhook-hold';

const service: Kind = { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true };
const endpointSlice: Kind = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};
const configurations: Readonly<Record<DeadWebhook['kind'], Kind>> = {
  ValidatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    namespaced: false,
  },
  MutatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    plural: 'mutatingwebhookconfigurations',
    namespaced: false,
  },
};

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig: { readonly service?: { readonly namespace: string; readonly name: string } };
  readonly namespaceSelector?: LabelSelector;
  readonly rules?: readonly {
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly operations?: readonly string[];
  }[];
}

interface WebhookConfiguration extends KubernetesObject {
  readonly webhooks?: readonly Webhook[];
}

interface EndpointSlice extends KubernetesObject {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
}

/** A namespace that objects go to, with the labels that it has or will have. */
export type NamespaceLabels = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Webhooks that must answer for one of the objects, and whose backend in the cluster is not there. A backend behind an address is not
 * asked. What an object selector leaves out is taken for meant: holding a webhook that nobody asks does no harm.
 */
export async function deadWebhooks(
  cluster: KubernetesPort,
  changed: readonly PlannedObject[],
  labels: NamespaceLabels,
  signal: AbortSignal,
): Promise<DeadWebhook[]> {
  const found: DeadWebhook[] = [];
  for (const kind of Object.keys(configurations) as DeadWebhook['kind'][]) {
    for (const { metadata, webhooks = [] } of await cluster.list<WebhookConfiguration>(
      configurations[kind],
      {},
      signal,
    )) {
      for (const webhook of webhooks) {
        if (webhook.failurePolicy === 'Ignore' || !changed.some((object) => asks(webhook, object, labels))) continue;
        const why = await missingBackend(cluster, webhook, signal);
        if (why !== null) found.push({ kind, configuration: metadata.name, webhook: webhook.name, why });
      }
    }
  }
  return found;
}

function asks(
  { rules = [], namespaceSelector }: Webhook,
  { resource, namespace }: PlannedObject,
  labels: NamespaceLabels,
) {
  const [plural = '', ...rest] = resource.split('.');
  const group = rest.join('.');
  const meant = rules.some(
    ({ apiGroups = [], resources = [], operations = [] }) =>
      apiGroups.some((one) => one === '*' || one === group) &&
      resources.some((one) => one === '*' || one === '*/*' || one === plural) &&
      operations.some((one) => one === '*' || one === 'CREATE' || one === 'UPDATE'),
  );
  return (
    meant &&
    (namespace === null || namespaceSelector === undefined || selects(namespaceSelector, labels.get(namespace)))
  );
}

async function missingBackend(cluster: KubernetesPort, { clientConfig }: Webhook, signal: AbortSignal) {
  const { service: ref } = clientConfig;
  if (ref === undefined) return null;
  const told = `service ${ref.namespace}/${ref.name}`;
  if ((await cluster.read(service, ref, signal)) === null) return `${told} is not there`;
  const slices = await cluster.list<EndpointSlice>(
    endpointSlice,
    { namespace: ref.namespace, labelSelector: `kubernetes.io/service-name=${ref.name}` },
    signal,
  );
  const ready = slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
  return ready ? null : `${told} has no ready endpoint`;
}

interface HoldNote {
  readonly recoveryId: string;
  readonly policies: Readonly<Record<string, string>>;
}

/** Lets the named webhooks be passed over when they do not answer, noting how they were. Returns one line. */
export async function holdWebhooks(
  cluster: KubernetesPort,
  webhooks: readonly DeadWebhook[],
  { recoveryId }: Holder,
): Promise<string> {
  const held: string[] = [];
  for (const { kind, name, names } of grouped(webhooks)) {
    const found = await cluster.read<WebhookConfiguration>(configurations[kind], { name });
    if (found === null) continue;
    const note = noteOf(found);
    if (note !== null && note.recoveryId !== recoveryId) {
      held.push(`${name} is held by recovery ${note.recoveryId}`);
      continue;
    }
    held.push(...names);
    if (note !== null) continue;
    const { webhooks: all = [], metadata } = found;
    const policies = Object.fromEntries(
      all.filter((one) => names.includes(one.name)).map((one) => [one.name, one.failurePolicy ?? 'Fail']),
    );
    await cluster.patch(
      configurations[kind],
      { name },
      {
        metadata: { annotations: { [webhookHoldAnnotation]: JSON.stringify({ recoveryId, policies }) } },
        webhooks: all.map((one) => (names.includes(one.name) ? { ...one, failurePolicy: 'Ignore' } : one)),
      },
      { resourceVersion: metadata.resourceVersion ?? '' },
    );
  }
  return `held: ${held.join(', ') || 'none'}`;
}

/** Gives each webhook the failure policy that it had. One that was taken away meanwhile stays away. */
export async function releaseWebhooks(
  cluster: KubernetesPort,
  webhooks: readonly DeadWebhook[],
  { recoveryId }: Holder,
): Promise<string> {
  const released: string[] = [];
  for (const { kind, name } of grouped(webhooks)) {
    const found = await cluster.read<WebhookConfiguration>(configurations[kind], { name });
    const note = found === null ? null : noteOf(found);
    if (found === null || note === null || note.recoveryId !== recoveryId) continue;
    const { webhooks: all = [], metadata } = found;
    await cluster.patch(
      configurations[kind],
      { name },
      {
        metadata: { annotations: { [webhookHoldAnnotation]: null } },
        webhooks: all.map((one) =>
          note.policies[one.name] === undefined ? one : { ...one, failurePolicy: note.policies[one.name] },
        ),
      },
      { resourceVersion: metadata.resourceVersion ?? '' },
    );
    released.push(...Object.keys(note.policies));
  }
  return `put back: ${released.join(', ') || 'none'}`;
}

function noteOf({ metadata }: KubernetesObject): HoldNote | null {
  const text = metadata.annotations?.[webhookHoldAnnotation];
  return text === undefined ? null : (JSON.parse(text) as HoldNote);
}

function grouped(webhooks: readonly DeadWebhook[]) {
  const groups = new Map<string, { kind: DeadWebhook['kind']; name: string; names: string[] }>();
  for (const { kind, configuration, webhook } of webhooks) {
    const key = `${kind} ${configuration}`;
    const group = groups.get(key) ?? { kind, name: configuration, names: [] };
    group.names.push(webhook);
    groups.set(key, group);
  }
  return [...groups.values()];
}
