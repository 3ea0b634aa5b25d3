import { kinds } from '../kubernetes/kinds.ts';
import type { Node, PersistentVolume } from '../kubernetes/objects.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import { isZoneLabel, zoneLabels } from '../kubernetes/scheduling.ts';
import type { SavedObject } from './saved-objects.ts';
import type { ClaimFinding, PlannedObject } from './types.ts';
import type { VolumeData } from './volume-infos.ts';

export interface ClaimOptions {
  readonly remapped: boolean;
  /** From the zone in the backup to that of the new volume. */
  readonly zones?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

/** What stands in the way of the claims that are to be created, or leaves them empty. */
export async function claimFindings(
  cluster: KubernetesPort,
  saved: readonly SavedObject[],
  planned: readonly PlannedObject[],
  volumes: ReadonlyMap<string, VolumeData>,
  { remapped, zones: zoneMapping = {}, signal }: ClaimOptions,
): Promise<{ findings: ClaimFinding[]; withData: number }> {
  const created = planned.filter(
    ({ resource, action }) => resource === 'persistentvolumeclaims' && action === 'create',
  );
  if (created.length === 0) return { findings: [], withData: 0 };
  const claims = new Map(
    saved
      .filter(({ resource }) => resource === 'persistentvolumeclaims')
      .map((one) => [`${one.namespace}/${one.name}`, one]),
  );
  const volumeObjects = new Map(
    saved
      .filter(({ resource }) => resource === 'persistentvolumes')
      .map((one) => [one.name, one.object as PersistentVolume]),
  );
  const classes = new Set((await cluster.list(kinds.storageClass, {}, signal)).map(({ metadata }) => metadata.name));
  const nodes = await cluster.list<Node>(kinds.node, {}, signal);
  const zones = new Set(nodes.flatMap(({ metadata }) => zoneLabels.flatMap((label) => metadata.labels?.[label] ?? [])));
  const live = new Map(
    (await cluster.list<PersistentVolume>(kinds.volume, {}, signal)).map((volume) => [volume.metadata.name, volume]),
  );
  const findings: ClaimFinding[] = [];
  let withData = 0;
  for (const { from: source, namespace, name } of created) {
    const claim = `${namespace}/${name}`;
    const spec = (claims.get(`${source}/${name}`)?.object.spec ?? {}) as {
      storageClassName?: string;
      volumeName?: string;
    };
    const volume = volumeObjects.get(spec.volumeName ?? '');
    const data = dataOf(volume, volumes.get(spec.volumeName ?? '') ?? 'none');
    if (data === null)
      findings.push({ claim, code: 'no-data', detail: 'the backup has no data of its volume: it comes back empty' });
    else withData += 1;
    const { storageClassName = '' } = spec;
    if (storageClassName !== '' && !classes.has(storageClassName) && data !== 'native-snapshot') {
      findings.push({
        claim,
        code: 'no-storage-class',
        detail: `the cluster has no storage class ${storageClassName}`,
      });
    }
    const from = volume === undefined ? null : zoneOfVolume(volume);
    const zone = from === null ? null : (zoneMapping[from] ?? from);
    if (data === 'native-snapshot' && zone !== null && !zones.has(zone)) {
      findings.push({ claim, code: 'zone-without-nodes', detail: `its volume is made in ${zone}, where no node is` });
    }
    const there = live.get(spec.volumeName ?? '');
    if (there?.status?.phase === 'Released' && !remapped && data === 'native-snapshot') {
      const detail = `volume object ${there.metadata.name} is Released and in the way; Velero waits for its end, then gives up`;
      const leaving = there.spec.persistentVolumeReclaimPolicy === 'Delete';
      findings.push({ claim, code: 'volume-released', detail, ...(leaving && { leaving }) });
    }
  }
  return { findings, withData };
}

/** Null: there is none. A volume that is kept when its claim goes is simply used again. */
function dataOf(volume: PersistentVolume | undefined, data: VolumeData): VolumeData | 'kept' | null {
  if (data !== 'none') return data;
  return volume !== undefined && volume.spec.persistentVolumeReclaimPolicy !== 'Delete' ? 'kept' : null;
}

/** Where a volume object says that its volume lies. Pure. */
export function zoneOfVolume({ metadata, spec }: PersistentVolume): string | null {
  for (const label of zoneLabels) {
    const named = metadata.labels?.[label];
    if (named !== undefined) return named;
  }
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const zone = terms
    .flatMap(({ matchExpressions = [] }) => matchExpressions)
    .find(({ key, values }) => isZoneLabel(key) && values?.length === 1);
  return zone?.values?.[0] ?? null;
}
