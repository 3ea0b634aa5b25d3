import { setTimeout as sleep } from 'node:timers/promises';
import { kinds } from '../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';
import { webhookHoldAnnotation } from '../../activities/restores/webhooks.ts';
import { workflowId, workflowType } from '../../workflows/namespace-restore/contract.ts';
import type { RecoveryResult, RecoveryStatus } from '../../workflows/recovery/result.ts';
import {
  configMapKind,
  deleteNamespace,
  openPort,
  restoresOf,
  takeBackup,
  veleroNamespace,
  webNamespace,
} from '../worlds/restore-world.ts';
import type { ScenarioMatrix, Situation } from './scenario-matrix.ts';

const cluster = 'prod';
const webhookKind = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  namespaced: false,
} as const;

interface Variant {
  /** What happens to the namespace between its backup and the run. */
  readonly lose: (port: KubernetesPort, namespace: string) => Promise<void>;
  readonly input?: object;
  readonly end?: RecoveryStatus;
  readonly cancelledIn?: string;
  readonly problems?: (port: KubernetesPort, namespace: string) => Promise<string[]>;
}

function situation({ lose, input = {}, end = 'recovered', cancelledIn, problems }: Variant): Situation {
  return {
    workflowId: (name) => workflowId({ cluster, namespaces: [name] }),
    ...(cancelledIn !== undefined && { cancelledIn }),
    async prepare({ sandbox }, namespace) {
      const port = openPort(sandbox);
      await webNamespace(port, namespace);
      await takeBackup(port, namespace, [namespace]);
      await lose(port, namespace);
      return {
        input: { cluster, backup: namespace, namespaces: [namespace], approval: 'automatic', ...input },
        problems: async (result, recoveryId) => [
          ...wrongEnd(result, end),
          ...(await traces(port, namespace, recoveryId)),
          ...((await problems?.(port, namespace)) ?? []),
        ],
        remove: async () => {
          await port.remove(webhookKind, { name: namespace });
          await port.remove(kinds.namespace, { name: namespace });
        },
      };
    },
  };
}

function wrongEnd(result: RecoveryResult, wanted: RecoveryStatus): string[] {
  return result.status === wanted ? [] : [`the run ended ${JSON.stringify(result)} instead of ${wanted}`];
}

/** One Restore for the one attempt, no ConfigMap of ours, no webhook held. */
async function traces(port: KubernetesPort, namespace: string, recoveryId: string): Promise<string[]> {
  const restores = await restoresOf(port, recoveryId);
  const maps = await port.list(configMapKind, { namespace: veleroNamespace });
  const webhook = await port.read(webhookKind, { name: namespace });
  return [
    ...(restores.length > 1 ? [`${restores.length} Restores: ${restores.join(', ')}`] : []),
    ...(maps.some(({ metadata }) => metadata.name.includes(recoveryId)) ? ['the modifiers are left'] : []),
    ...(webhook?.metadata.annotations?.[webhookHoldAnnotation] === undefined ? [] : ['the webhook is still held']),
    ...(webhook !== null && (webhook.webhooks as { failurePolicy: string }[])[0]?.failurePolicy !== 'Fail'
      ? ['the webhook is not as it was']
      : []),
  ];
}

async function whole(port: KubernetesPort, namespace: string): Promise<string[]> {
  const web = await port.read<KubernetesObject>(kinds.deployment, { namespace, name: 'web' });
  const settings = await port.read(configMapKind, { namespace, name: 'web-settings' });
  const { matchLabels } = ((web?.spec ?? {}) as { selector?: { matchLabels?: object } }).selector ?? {};
  return [
    ...(JSON.stringify(matchLabels) === '{"app":"web"}' ? [] : ['the Deployment is not as it was saved']),
    ...(settings === null ? ['the ConfigMap is missing'] : []),
  ];
}

/** A webhook for the Deployments of the namespace, whose service is not there. */
function deadWebhook(port: KubernetesPort, namespace: string) {
  return port.create<KubernetesObject>(webhookKind, {
    metadata: { name: namespace },
    webhooks: [
      {
        name: `${namespace}.sandbox.rekindle.io`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 1,
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
        clientConfig: { service: { namespace, name: 'gone', path: '/' } },
      },
    ],
  });
}

/** A Deployment of the same name whose selector, which cannot be changed, is another one. */
async function otherSelector(port: KubernetesPort, namespace: string): Promise<void> {
  const ref = { namespace, name: 'web' };
  const web = await port.read<KubernetesObject>(kinds.deployment, ref);
  await port.remove(kinds.deployment, ref);
  while ((await port.read(kinds.deployment, ref)) !== null) await sleep(100);
  const spec = web?.spec as { template: object };
  const labels = { app: 'web', other: 'yes' };
  await port.create<KubernetesObject>(kinds.deployment, {
    metadata: ref,
    spec: { ...spec, selector: { matchLabels: labels }, template: { ...spec.template, metadata: { labels } } },
  });
}

const modifiers = [
  {
    conditions: { groupResource: 'configmaps', resourceNameRegex: '^web-settings$' },
    patches: [{ operation: 'add', path: '/data/restored', value: 'done' }],
  },
];

const situations = {
  'namespace-gone': situation({
    lose: async (port, namespace) => {
      await deleteNamespace(port, namespace);
      await deadWebhook(port, namespace);
    },
    input: { modifiers },
    problems: whole,
  }),
  immutable: situation({ lose: otherSelector, input: { existing: 'recreate' }, problems: whole }),
  cancelled: situation({
    lose: (port, namespace) => deleteNamespace(port, namespace),
    end: 'cancelled',
    cancelledIn: 'watchRestore',
  }),
  'cancelled-after-removal': situation({
    lose: otherSelector,
    input: { existing: 'recreate' },
    end: 'cancelled',
    cancelledIn: 'removeReplaced',
    problems: async (port, namespace) =>
      (await port.read(kinds.deployment, { namespace, name: 'web' })) === null
        ? ['the deleted object is not back']
        : [],
  }),
};

const gone = [{ situation: 'namespace-gone' }] as const;
const immutable = [{ situation: 'immutable' }] as const;

export const namespaceRestoreMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'namespace-restore',
  workflowType,
  extras: ['velero'],
  situations,
  entries: {
    readVeleroSettings: gone,
    readVeleroHealth: gone,
    findBackup: gone,
    surveyRestore: gone,
    holdWebhooks: gone,
    putResourceModifiers: gone,
    createRestore: gone,
    watchRestore: gone,
    judgeRestored: gone,
    releaseWebhooks: gone,
    removeResourceModifiers: gone,
    waitRestoredReady: gone,
    saveReplaced: immutable,
    removeReplaced: immutable,
    settleRestores: [{ situation: 'cancelled' }],
    putBackReplaced: [{ situation: 'cancelled-after-removal' }],
  },
};
