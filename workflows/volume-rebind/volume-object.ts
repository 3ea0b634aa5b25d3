import type { ClaimState, StorageClassState } from '../../activities/kubernetes/claim-facts.ts';
import type { NodeSelectorTerm, PersistentVolume } from '../../activities/kubernetes/objects.ts';
import { ebsDriver } from './storage.ts';
import { namesZone } from './volume-id.ts';
import type { VolumeObjectPlan } from './work.ts';

const zoneKey = 'topology.kubernetes.io/zone';
const zoneKeys: readonly string[] = [
  zoneKey,
  'topology.ebs.csi.aws.com/zone',
  'failure-domain.beta.kubernetes.io/zone',
];

/** Written by the volume controller when it bound the object by itself; ours is bound by its claimRef. */
const boundByController = 'pv.kubernetes.io/bound-by-controller';

interface NewVolume {
  readonly name: string;
  readonly namespace: string;
  readonly claim: string;
  readonly zone: string;
  readonly sizeGiB: number;
}

/**
 * The object for the new volume after the pattern of the old one: same driver, attributes, secrets, file system, mode, class and
 * mount options; another volume, `Retain`, and the new zone wherever the old one named its own. Pure.
 */
export function planVolumeObject(old: PersistentVolume, wanted: NewVolume): VolumeObjectPlan {
  const { awsElasticBlockStore, csi } = old.spec;
  const handleForm =
    awsElasticBlockStore === undefined
      ? 'csi'
      : namesZone(awsElasticBlockStore.volumeID)
        ? 'in-tree-with-zone'
        : 'in-tree';
  const { [boundByController]: _bound, ...annotations } = old.metadata.annotations ?? {};
  const labels = inZone(old.metadata.labels ?? {}, wanted.zone);
  return {
    name: wanted.name,
    handleForm,
    template: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: wanted.name, annotations, ...(old.metadata.labels && { labels }) },
      spec: {
        ...old.spec,
        ...(csi && { csi: { ...csi, volumeHandle: '' } }),
        ...(awsElasticBlockStore && { awsElasticBlockStore: { ...awsElasticBlockStore, volumeID: '' } }),
        capacity: { ...old.spec.capacity, storage: `${wanted.sizeGiB}Gi` },
        claimRef: claimRefOf(wanted),
        persistentVolumeReclaimPolicy: 'Retain',
        nodeAffinity: { required: { nodeSelectorTerms: movedTerms(old, wanted.zone) } },
      },
    },
  };
}

/** The object where no pattern is left: as the EBS driver would make it for this claim. Pure. */
export function newVolumeObject(
  wanted: NewVolume,
  claim: Pick<ClaimState, 'accessModes' | 'volumeMode' | 'storageClassName'>,
  storageClass: StorageClassState | null,
): VolumeObjectPlan {
  const fsType = storageClass?.parameters['csi.storage.k8s.io/fstype'] ?? storageClass?.parameters.fsType ?? 'ext4';
  const mountOptions = storageClass?.mountOptions ?? [];
  return {
    name: wanted.name,
    handleForm: 'csi',
    template: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: wanted.name, annotations: { 'pv.kubernetes.io/provisioned-by': ebsDriver } },
      spec: {
        capacity: { storage: `${wanted.sizeGiB}Gi` },
        accessModes: claim.accessModes.length > 0 ? claim.accessModes : ['ReadWriteOnce'],
        ...(claim.storageClassName !== null && { storageClassName: claim.storageClassName }),
        ...(mountOptions.length > 0 && { mountOptions }),
        volumeMode: claim.volumeMode,
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: claimRefOf(wanted),
        csi: { driver: ebsDriver, volumeHandle: '', ...(claim.volumeMode === 'Filesystem' && { fsType }) },
        nodeAffinity: { required: { nodeSelectorTerms: [zoneTerm(wanted.zone)] } },
      },
    },
  };
}

/** The object to create once the volume and the claim's uid are known. Pure. */
export function volumeObject(
  { template, handleForm }: VolumeObjectPlan,
  volume: { readonly volumeId: string; readonly zone: string; readonly claimUid: string },
): PersistentVolume {
  const { volumeId, zone, claimUid } = volume;
  const { csi, awsElasticBlockStore, claimRef } = template.spec;
  const volumeID = handleForm === 'in-tree-with-zone' ? `aws://${zone}/${volumeId}` : volumeId;
  return {
    ...template,
    spec: {
      ...template.spec,
      ...(csi && { csi: { ...csi, volumeHandle: volumeId } }),
      ...(awsElasticBlockStore && { awsElasticBlockStore: { ...awsElasticBlockStore, volumeID } }),
      claimRef: { ...claimRef, uid: claimUid },
    },
  };
}

/** Where the template's volume lies. */
export function zoneOfTemplate({ template }: VolumeObjectPlan): string {
  for (const { matchExpressions = [] } of template.spec.nodeAffinity?.required?.nodeSelectorTerms ?? []) {
    const zone = matchExpressions.find(({ key }) => zoneKeys.includes(key))?.values?.[0];
    if (zone !== undefined) return zone;
  }
  return '';
}

function claimRefOf({ namespace, claim }: NewVolume) {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim };
}

function zoneTerm(zone: string): NodeSelectorTerm {
  return { matchExpressions: [{ key: zoneKey, operator: 'In', values: [zone] }] };
}

/** Every zone of the old terms becomes the new one; an object without a place gets one, or pods could land in another zone. */
function movedTerms(old: PersistentVolume, zone: string): readonly NodeSelectorTerm[] {
  const terms = old.spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const named = terms.some(({ matchExpressions }) => matchExpressions?.some(({ key }) => zoneKeys.includes(key)));
  if (!named) return [zoneTerm(zone)];
  return terms.map((term) => ({
    ...term,
    ...(term.matchExpressions && {
      matchExpressions: term.matchExpressions.map((expression) =>
        zoneKeys.includes(expression.key) ? { ...expression, operator: 'In', values: [zone] } : expression,
      ),
    }),
  }));
}

function inZone(labels: Readonly<Record<string, string>>, zone: string): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, zoneKeys.includes(key) ? zone : value]));
}
