import type { Kind } from '../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { workflowId, workflowType } from '../../workflows/config-backup/contract.ts';
import { reportQuery } from '../../workflows/recovery/messages.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { resultOf } from '../worlds/recovery-in-namespace.ts';
import { openPort } from '../worlds/restore-world.ts';
import type { BrokenWorld, ScenarioMatrix, Situation } from './scenario-matrix.ts';
import type { OwnNamespace } from './temporal-namespace.ts';

const cluster = 'prod';
const bindingKind: Kind = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
};

const recovered = (result: RecoveryResult): string[] =>
  result.status === 'recovered' ? [] : [`the run ended ${JSON.stringify(result)}`];

/** An id of its own: the worker that is armed for the next case must leave this one alone. */
const idOf = (name: string) => `${workflowId({ cluster })}/${name}`;

const situations: Readonly<Record<'saved' | 'restored', Situation>> = {
  saved: {
    workflowId: idOf,
    prepare: async () => ({
      input: { cluster, approval: 'automatic' },
      problems: async (result) => recovered(result),
      remove: async () => {},
    }),
  },
  restored: {
    workflowId: idOf,
    async prepare({ sandbox, temporal }, name) {
      const done = await nextTurn();
      try {
        return await broken(openPort(sandbox), temporal, name, done);
      } catch (error) {
        done();
        throw error;
      }
    },
  },
};

let turn: Promise<void> = Promise.resolve();

/**
 * One world at a time: an archive holds the bindings of all that are there when it is taken, and a restore would bring back, or miss,
 * those of another line of cases. Resolves to what ends the turn.
 */
function nextTurn(): Promise<() => void> {
  const before = turn;
  return new Promise((resolve) => {
    turn = new Promise((end) => {
      void before.then(() => resolve(end));
    });
  });
}

/** A binding that an archive has and the cluster has not. */
async function broken(
  port: KubernetesPort,
  temporal: OwnNamespace,
  name: string,
  done: () => void,
): Promise<BrokenWorld> {
  await port.create<KubernetesObject>(bindingKind, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', name: 'jo', apiGroup: 'rbac.authorization.k8s.io' }],
  });
  const handle = await temporal.client.workflow.start(workflowType, {
    workflowId: `${idOf(name)}-before`,
    taskQueue: temporal.settings.inventory.temporal.taskQueue,
    args: [{ cluster, approval: 'automatic' }],
  });
  await resultOf(handle);
  // By its name: the latest may be that of another line of cases, taken when the binding was gone already.
  const patience = { timeoutMs: 60_000, intervalMs: 250 };
  const { steps } = await waitFor('the report', () => handle.query(reportQuery), patience);
  const archive = /config\/\S+\.yaml\.age/.exec(steps[0]?.detail ?? '')?.[0] ?? '';
  await port.remove(bindingKind, { name });
  const input = { cluster, approval: 'automatic', restore: { archive, kinds: ['ClusterRoleBinding'] } };
  return {
    input,
    problems: async (result) => [
      ...recovered(result),
      ...((await port.read(bindingKind, { name })) === null ? ['the binding is not back'] : []),
    ],
    remove: async () => {
      await port.remove(bindingKind, { name }).finally(done);
    },
  };
}

const saved = [{ situation: 'saved' }] as const;
const restored = [{ situation: 'restored' }] as const;

export const configBackupMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'config-backup',
  workflowType,
  situations,
  entries: {
    readConfigSettings: saved,
    surveyConfig: saved,
    saveConfig: saved,
    pruneConfigArchives: saved,
    checkConfigArchive: saved,
    planConfigRestore: restored,
    applyConfig: restored,
  },
};
