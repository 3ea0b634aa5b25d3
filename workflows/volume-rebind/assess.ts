import type { KubernetesDefinition } from '../../activities/s3/types.ts';
import type { Admitted } from '../recovery/input.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import type { VolumeRebindInput } from './contract.ts';
import { decide } from './decide.ts';
import type { RebindFacts } from './facts.ts';
import {
  findSnapshots,
  listClusterSnapshots,
  readClaimFacts,
  readDefinitions,
  readVolume,
  rehearseCreateVolume,
} from './ports.ts';
import { knownVolumeId, savedVolume, storageRoute } from './storage.ts';

/**
 * Reads everything that `decide` looks at; changes nothing. The creation that the facts lead to is rehearsed, so that a missing
 * permission or a zone without EBS shows in the plan, before anybody approves it.
 */
export async function assess(admitted: Admitted<VolumeRebindInput>, context: ScenarioContext): Promise<RebindFacts> {
  const facts = await look(admitted);
  const verdict = decide(admitted, facts, Date.now());
  if (verdict.kind !== 'proceed' || verdict.work.source.kind !== 'ebs-snapshot') return facts;
  const { recoveryId, workflowId } = context;
  const { region } = admitted.settings;
  const creation = { ...verdict.work.source.volume, region, recoveryId, workflowId, attempt: 1 };
  return { ...facts, rehearsal: await rehearseCreateVolume(creation) };
}

async function look({ input, settings }: Admitted<VolumeRebindInput>): Promise<RebindFacts> {
  const { cluster: name, namespace, pvc } = input;
  const { region, artefactBucket: bucket } = settings;
  const claim = { namespace, name: pvc };
  const cluster = await readClaimFacts({ cluster: name, namespace, claim: pvc });
  const incomplete = cluster.namespaceFound && (cluster.claim === null || cluster.volume === null);
  const preferKinds = [
    ...(cluster.claim === null ? ['PersistentVolumeClaim'] : []),
    ...(cluster.volume === null ? ['PersistentVolume'] : []),
  ];
  const saved: readonly KubernetesDefinition[] = incomplete
    ? ((await readDefinitions({ region, bucket, cluster: name, claim, preferKinds })).found?.definitions ?? [])
    : [];
  const none = { saved, ec2Volume: null, volumeIdBasis: null, ec2Snapshots: null } as const;
  const noSnapshots = { supported: true, snapshots: [] };
  const route = storageRoute(cluster, saved);
  if (!cluster.namespaceFound || route.kind === 'unsupported')
    return { cluster, ...none, clusterSnapshots: noSnapshots };

  const known = knownVolumeId(cluster.volume, saved);
  const clusterSnapshots = await listClusterSnapshots({
    cluster: name,
    claim,
    volumeHandle: route.kind === 'csi' ? route.handle : (known?.volumeId ?? null),
    driver: route.kind === 'csi' ? route.driver : null,
    named: route.kind === 'csi' ? (input.snapshotId ?? null) : null,
  });
  if (route.kind === 'csi') return { cluster, ...none, clusterSnapshots };

  const ec2Snapshots = await findSnapshots({
    region,
    volumeId: known?.volumeId ?? null,
    pvName: cluster.volume?.name ?? cluster.claim?.volumeName ?? savedVolume(saved)?.metadata.name ?? null,
    claim,
    snapshotHandles: clusterSnapshots.snapshots.flatMap(({ content }) => content.snapshotHandle ?? []),
    snapshotId: input.snapshotId ?? null,
  });
  // A snapshot remembers its volume, also when every object that named it is gone. Copies carry an id that means nothing.
  const remembered = ec2Snapshots.candidates.find(
    ({ matches, volumeId }) =>
      volumeId !== null && volumeId !== unrelated && matches.some((match) => match !== 'named'),
  );
  const volumeId = known?.volumeId ?? remembered?.volumeId ?? null;
  return {
    cluster,
    saved,
    ec2Snapshots,
    clusterSnapshots,
    ec2Volume: volumeId === null ? null : await readVolume({ region, volumeId }),
    volumeIdBasis: volumeId === null ? null : (known?.basis ?? 'snapshot'),
  };
}

/** What EC2 writes as the source volume of a copied snapshot. */
const unrelated = 'vol-ffffffff';
