import { listClaimsAndVolumes } from '../kubernetes/claims-and-volumes.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../kubernetes/objects.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import { sourceOf } from '../kubernetes/volume-state.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { BackupObject } from '../velero/objects.ts';
import { backupKinds } from './kinds.ts';
import type { ScheduleObject } from './objects.ts';
import { scheduleFacts, standingBackup } from './translate.ts';
import type { BackedBy, BackupStanding, ScopeClaim } from './types.ts';

const componentLabel = 'app.kubernetes.io/component';

/** So many of the newest backups are looked at: a namespace whose last one is older than all of these is not covered. */
const longestList = 100;

/** Everything in a cluster that has data, and every backup and schedule that there is. `now` in milliseconds since the epoch. */
export async function readStanding(
  cluster: KubernetesPort,
  veleroNamespace: string,
  now: number,
  signal: AbortSignal,
): Promise<BackupStanding> {
  const own = { namespace: veleroNamespace };
  const [namespaces, { claims, volumes }, pods, schedules, backups] = await Promise.all([
    cluster.list<KubernetesObject>(kinds.namespace, {}, signal),
    listClaimsAndVolumes(cluster, {}, signal),
    cluster.list<Pod>(kinds.pod, { fieldSelector: 'status.phase=Running' }, signal),
    cluster.list<ScheduleObject>(backupKinds.schedule, own, signal),
    cluster.list<BackupObject>(veleroKinds.backup, own, signal),
  ]);
  const byName = new Map(volumes.map((volume) => [volume.metadata.name, volume]));
  const mounted = new Set(pods.flatMap(mountedClaims));
  return {
    namespaces: namespaces.map(({ metadata: { name } }) => name).sort(),
    claims: claims.map((claim) => scopeClaim(claim, byName, mounted)).sort(byPath),
    schedules: schedules.map((schedule) => scheduleFacts(schedule, backups, now)),
    backups: backups
      .map(standingBackup)
      .sort((one, other) => (other.startedAt ?? '').localeCompare(one.startedAt ?? ''))
      .slice(0, longestList),
  };
}

function mountedClaims({ metadata: { namespace }, spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim === undefined ? [] : [`${namespace}/${claim.claimName}`],
  );
}

function scopeClaim(
  { metadata, spec, status }: PersistentVolumeClaim,
  volumes: ReadonlyMap<string, PersistentVolume>,
  mounted: ReadonlySet<string>,
): ScopeClaim {
  const { name, namespace = '' } = metadata;
  const volume = volumes.get(spec.volumeName ?? '');
  return {
    namespace,
    name,
    phase: status?.phase ?? 'Pending',
    component: metadata.labels?.[componentLabel] ?? null,
    volume: volume === undefined ? null : { name: volume.metadata.name, backedBy: backedBy(volume) },
    mounted: mounted.has(`${namespace}/${name}`),
  };
}

function backedBy(volume: PersistentVolume): BackedBy {
  return sourceOf(volume);
}

function byPath(one: ScopeClaim, other: ScopeClaim): number {
  return `${one.namespace}/${one.name}`.localeCompare(`${other.namespace}/${other.name}`);
}
