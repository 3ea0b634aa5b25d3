import { kinds } from '../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';
import { workflowId, workflowType } from '../../workflows/cross-cluster-restore/contract.ts';
import type { RecoveryStatus } from '../../workflows/recovery/result.ts';
import { openPort, restoresOf, takeBackup, webNamespace } from '../worlds/restore-world.ts';
import type { ScenarioMatrix, Situation } from './scenario-matrix.ts';

const clusters = { cluster: 'dr', fromCluster: 'prod', toCluster: 'dr' };
const mark = 'rekindle.io/neutralised';

interface Variant {
  readonly end?: RecoveryStatus;
  readonly cancelledIn?: string;
}

/** A front end of prod with a CronJob that must not act in dr. */
function restoring({ end = 'recovered', cancelledIn }: Variant = {}): Situation {
  return {
    // An id of its own for each case: the worker that is armed for the next one must leave this one alone.
    workflowId: (name) => `${workflowId(clusters)}/${name}`,
    ...(cancelledIn !== undefined && { cancelledIn }),
    async prepare({ sandbox }, namespace) {
      const [prod, dr] = [openPort(sandbox), openPort(sandbox, 'dr')];
      await webNamespace(prod, namespace);
      await cronJob(prod, namespace, {}, false);
      await takeBackup(prod, namespace, [namespace]);
      return {
        input: { ...clusters, backup: namespace, namespaces: [namespace], approval: 'automatic' },
        async problems(result, recoveryId) {
          const restores = await restoresOf(dr, recoveryId);
          const job = await dr.read<KubernetesObject>(kinds.cronJob, { namespace, name: 'mail' });
          const acts = job !== null && (job.spec as { suspend?: boolean }).suspend !== true;
          return [
            ...(result.status === end ? [] : [`the run ended ${JSON.stringify(result)} instead of ${end}`]),
            ...(restores.length > 1 ? [`${restores.length} Restores: ${restores.join(', ')}`] : []),
            ...(acts ? ['the CronJob acts in dr'] : []),
            ...(end === 'recovered' && job === null ? ['the CronJob is missing'] : []),
          ];
        },
        remove: () => removeEverywhere([prod, dr], namespace),
      };
    },
  };
}

/** What an earlier restore neutralised. */
const promoting: Situation = {
  workflowId: (name) => `${workflowId(clusters)}/${name}`,
  async prepare({ sandbox }, namespace) {
    const dr = openPort(sandbox, 'dr');
    await dr.create<KubernetesObject>(kinds.namespace, { metadata: { name: namespace } });
    await cronJob(dr, namespace, { [mark]: '{"spec":{"suspend":false}}' }, true);
    return {
      input: { ...clusters, backup: 'latest', namespaces: [namespace], promote: true, approval: 'automatic' },
      async problems(result) {
        const job = await dr.read<KubernetesObject>(kinds.cronJob, { namespace, name: 'mail' });
        const { suspend } = (job?.spec ?? {}) as { suspend?: boolean };
        return [
          ...(result.status === 'recovered' ? [] : [`the run ended ${JSON.stringify(result)}`]),
          ...(suspend === false ? [] : ['the CronJob does not act']),
        ];
      },
      remove: () => removeEverywhere([dr], namespace),
    };
  },
};

async function cronJob(port: KubernetesPort, namespace: string, annotations: object, suspend: boolean): Promise<void> {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'busybox' }] } };
  await port.create<KubernetesObject>(kinds.cronJob, {
    metadata: { namespace, name: 'mail', annotations: { ...annotations } },
    spec: { schedule: '0 4 1 1 *', suspend, jobTemplate: { spec: { template } } },
  });
}

async function removeEverywhere(ports: readonly KubernetesPort[], namespace: string): Promise<void> {
  await Promise.all(ports.map((port) => port.remove(kinds.namespace, { name: namespace })));
}

const situations = {
  lost: restoring(),
  cancelled: restoring({ end: 'cancelled', cancelledIn: 'waitBackupSynced' }),
  promoted: promoting,
};
const lost = [{ situation: 'lost' }] as const;
const promoted = [{ situation: 'promoted' }] as const;

export const crossClusterRestoreMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'cross-cluster-restore',
  workflowType,
  extras: ['dr'],
  situations,
  entries: {
    readBackupStore: lost,
    findStoredBackup: lost,
    surveyStoredBackup: lost,
    readTarget: lost,
    ensureReadOnlyLocation: lost,
    waitBackupSynced: lost,
    removeReadOnlyLocation: [{ situation: 'cancelled' }],
    listNeutralised: promoted,
    promoteNeutralised: promoted,
  },
};
