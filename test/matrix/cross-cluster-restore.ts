import { kinds } from '../../activities/kubernetes/kinds.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../activities/kubernetes/objects.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import { deployLightWorkloads, type LightWorkload, readMark } from '../../sandbox/seed/light-workloads.ts';
import { workflowId, workflowType } from '../../workflows/cross-cluster-restore/contract.ts';
import type { RecoveryStatus } from '../../workflows/recovery/result.ts';
import { openPort, restoresOf, takeBackup, webNamespace } from '../worlds/restore-world.ts';
import type { ScenarioMatrix, Situation } from './scenario-matrix.ts';

const clusters = { cluster: 'dr', fromCluster: 'prod', toCluster: 'dr' };
const mark = 'rekindle.io/neutralised';
/** Each to the next: wherever a volume lies, it moves. */
const zoneMapping: Readonly<Record<string, string>> = {
  'us-east-1a': 'us-east-1b',
  'us-east-1b': 'us-east-1c',
  'us-east-1c': 'us-east-1a',
};

interface Variant {
  readonly end?: RecoveryStatus;
  readonly cancelledIn?: string;
  /** A claim whose volume is made in another zone by the recovery itself. */
  readonly moved?: boolean;
}

/** A front end of prod with a CronJob that must not act in dr. */
function restoring({ end = 'recovered', cancelledIn, moved = false }: Variant = {}): Situation {
  return {
    // An id of its own for each case: the worker that is armed for the next one must leave this one alone.
    workflowId: (name) => `${workflowId(clusters)}/${name}`,
    ...(cancelledIn !== undefined && { cancelledIn }),
    async prepare({ sandbox, access }, namespace) {
      const [prod, dr] = [openPort(sandbox), openPort(sandbox, 'dr')];
      const [light] = moved ? await deployLightWorkloads(access, namespace, 1) : [];
      if (light === undefined) await webNamespace(prod, namespace);
      await cronJob(prod, namespace, {}, false);
      await takeBackup(prod, namespace, [namespace]);
      return {
        input: {
          ...clusters,
          ...{ backup: namespace, namespaces: [namespace], approval: 'automatic' },
          ...(moved && { zoneMapping }),
        },
        async problems(result, recoveryId) {
          const restores = await restoresOf(dr, recoveryId);
          const job = await dr.read<KubernetesObject>(kinds.cronJob, { namespace, name: 'mail' });
          const acts = job !== null && (job.spec as { suspend?: boolean }).suspend !== true;
          return [
            ...(result.status === end ? [] : [`the run ended ${JSON.stringify(result)} instead of ${end}`]),
            ...(restores.length > 1 ? [`${restores.length} Restores: ${restores.join(', ')}`] : []),
            ...(acts ? ['the CronJob acts in dr'] : []),
            ...(end === 'recovered' && job === null ? ['the CronJob is missing'] : []),
            ...(light === undefined
              ? []
              : end === 'cancelled'
                ? await leftovers(access, dr, light, recoveryId)
                : await volumeProblems(access, dr, light, recoveryId)),
          ];
        },
        remove: () => removeEverywhere([prod, dr], namespace),
      };
    },
  };
}

/** One volume of the run, in the other zone, with the data; its object bound to the claim. */
async function volumeProblems(
  { context, cloud }: ClusterAccess,
  dr: KubernetesPort,
  { namespace, name, volumeName, volumeId, mark }: LightWorkload,
  recoveryId: string,
): Promise<string[]> {
  const made = await cloud.volumes({ 'tag:rekindle.io/recovery': recoveryId });
  const [volume] = made;
  const id = volume?.VolumeId ?? '';
  const former = await cloud.volume(volumeId);
  const object = await dr.read<PersistentVolume>(kinds.volume, { name: volumeName });
  const claim = await dr.read<PersistentVolumeClaim>(kinds.claim, { namespace, name });
  return [
    ...(made.length === 1 ? [] : [`the run made ${made.length} volumes`]),
    ...(volume?.AvailabilityZone === zoneMapping[former?.AvailabilityZone ?? '']
      ? []
      : ['the volume is in the wrong zone']),
    ...(readMark(context, id) === mark ? [] : ['the volume has other data']),
    ...(object?.spec.csi?.volumeHandle === id ? [] : ['the volume object stands for another volume']),
    ...(claim?.status?.phase === 'Bound' && claim.spec.volumeName === volumeName
      ? []
      : ['the claim is not bound to it']),
  ];
}

/** Of a run that was cancelled before Velero began. */
async function leftovers(
  { cloud }: ClusterAccess,
  dr: KubernetesPort,
  { namespace, name, volumeName }: LightWorkload,
  recoveryId: string,
): Promise<string[]> {
  const made = await cloud.volumes({ 'tag:rekindle.io/recovery': recoveryId });
  const left = made.filter(({ State }) => State !== 'deleting' && State !== 'deleted');
  return [
    ...left.map(({ VolumeId }) => `volume ${VolumeId} is left`),
    ...((await dr.read(kinds.claim, { namespace, name })) === null ? [] : ['the claim is left']),
    ...((await dr.read(kinds.volume, { name: volumeName })) === null ? [] : ['the volume object is left']),
  ];
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
  moved: restoring({ moved: true }),
  'moved-cancelled': restoring({ moved: true, end: 'cancelled', cancelledIn: 'swapPersistentVolume' }),
  cancelled: restoring({ end: 'cancelled', cancelledIn: 'waitBackupSynced' }),
  promoted: promoting,
};
const lost = [{ situation: 'lost' }] as const;
const moved = [{ situation: 'moved' }] as const;
const takenBack = [{ situation: 'moved-cancelled' }] as const;
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
    createVolumeFromSnapshot: moved,
    ensureNamespace: moved,
    recreateClaim: moved,
    swapPersistentVolume: moved,
    restoreClaim: takenBack,
    restorePersistentVolume: takenBack,
    deleteRecoveryVolume: takenBack,
    removeReadOnlyLocation: [{ situation: 'cancelled' }],
    listNeutralised: promoted,
    promoteNeutralised: promoted,
  },
};
