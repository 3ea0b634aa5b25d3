import { detectDatabase } from '../databases/detection.ts';
import type { AttachmentState, ClaimFacts, Consumer } from './claim-facts.ts';
import { listClaimsAndVolumes } from './claims-and-volumes.ts';
import { consumersOf, type PlainConsumer } from './consumers.ts';
import { kinds } from './kinds.ts';
import type {
  Event,
  Node,
  NodeSelectorTerm,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodTemplate,
  StorageClass,
  VolumeAttachment,
  Workload,
} from './objects.ts';
import type { KubernetesObject, KubernetesPort } from './port.ts';
import { readNamespaceContents } from './read-namespace-contents.ts';
import { claimState, storageClassState, volumeState } from './volume-state.ts';
import { claimsOf, otherClaimsOf, templateOf } from './workload-reference.ts';
import { type PlacedPod, zoneFits } from './zone-fit.ts';

export interface ReadClaimFactsInput {
  readonly cluster: string;
  readonly namespace: string;
  readonly claim: string;
}

const defaultClassAnnotation = 'storageclass.kubernetes.io/is-default-class';

/**
 * One look at everything around a claim. Changes nothing. The parts are not of one instant: what names another is read before it, so
 * that what is being made meanwhile is never taken for lost.
 */
export async function readClaimFacts(
  port: KubernetesPort,
  { namespace, claim: name }: ReadClaimFactsInput,
  signal: AbortSignal,
): Promise<ClaimFacts> {
  const [found, { claims, volumes }, classes, nodes, attachments, drivers, events, contents] = await Promise.all([
    port.read(kinds.namespace, { name: namespace }, signal),
    listClaimsAndVolumes(port, { namespace }, signal),
    port.list<StorageClass>(kinds.storageClass, {}, signal),
    port.list<Node>(kinds.node, {}, signal),
    port.list<VolumeAttachment>(kinds.attachment, {}, signal),
    port.list(kinds.csiDriver, {}, signal),
    port.list<Event>(kinds.event, { namespace, fieldSelector: 'type=Warning' }, signal),
    readNamespaceContents(port, namespace, signal),
  ]);
  const claim = claims.find(({ metadata }) => metadata.name === name) ?? null;
  const volume = volumeOf(claim, namespace, name, volumes);
  const consumers = consumersOf(name, contents);
  const className = claim?.spec.storageClassName ?? volume?.spec.storageClassName ?? templateClass(consumers);
  const storageClass =
    classes.find(({ metadata }) => metadata.name === className) ??
    (className === undefined ? classes.find(isDefaultClass) : undefined);
  return {
    namespaceFound: found !== null,
    claim: claim === null ? null : claimState(claim),
    volume: volume === null ? null : volumeState(volume),
    storageClass: storageClass === undefined ? null : storageClassState(storageClass),
    csiDrivers: drivers.map(({ metadata }) => metadata.name).sort(),
    consumers: consumers.map(withDatabase),
    attachments: attachments
      .filter(({ spec }) => volume !== null && spec.source.persistentVolumeName === volume.metadata.name)
      .map(attachmentState),
    zones: zoneFits(nodes, placedPods(name, consumers, claims, volumes)),
    warnings: warningsOf(events, name, consumers),
  };
}

/** The one that the claim names; without a claim, the newest that names it. */
function volumeOf(
  claim: PersistentVolumeClaim | null,
  namespace: string,
  name: string,
  volumes: readonly PersistentVolume[],
): PersistentVolume | null {
  const named = claim?.spec.volumeName;
  if (claim !== null) return volumes.find(({ metadata }) => metadata.name === named) ?? null;
  const naming = volumes.filter(({ spec }) => spec.claimRef?.namespace === namespace && spec.claimRef.name === name);
  return naming.toSorted((left, right) => createdAt(right).localeCompare(createdAt(left)))[0] ?? null;
}

function createdAt({ metadata }: KubernetesObject): string {
  return metadata.creationTimestamp ?? '';
}

function isDefaultClass({ metadata }: StorageClass): boolean {
  return metadata.annotations?.[defaultClassAnnotation] === 'true';
}

function templateClass(consumers: readonly PlainConsumer[]): string | undefined {
  for (const { claimTemplate } of consumers) {
    const { storageClassName } = (claimTemplate as PersistentVolumeClaim | null)?.spec ?? {};
    if (storageClassName !== undefined) return storageClassName;
  }
  return undefined;
}

function withDatabase({ object, ...consumer }: PlainConsumer): Consumer {
  const template = podTemplateOf(object);
  const pod = {
    name: consumer.name,
    ...(template.metadata?.labels && { labels: template.metadata.labels }),
    ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
    containers: template.spec.containers ?? [],
  };
  const containers = pod.containers.map(({ name, image }) => ({ name, image }));
  return { ...consumer, database: detectDatabase({ pod: { ...pod, containers } }) };
}

function podTemplateOf(object: Workload | Pod): PodTemplate {
  if (object.kind === 'Pod') {
    const { metadata, spec } = object as Pod;
    return { metadata, spec };
  }
  return templateOf(object as Workload) ?? { spec: {} };
}

/** Completed pods and finished Jobs bind the volume to no place. */
function placedPods(
  claim: string,
  consumers: readonly PlainConsumer[],
  claims: readonly PersistentVolumeClaim[],
  volumes: readonly PersistentVolume[],
): PlacedPod[] {
  const places = (names: readonly string[]): (readonly NodeSelectorTerm[])[] =>
    names.flatMap((name) => {
      const bound = claims.find(({ metadata }) => metadata.name === name)?.spec.volumeName;
      const volume = volumes.find(({ metadata }) => metadata.name === bound);
      const terms = volume?.spec.nodeAffinity?.required?.nodeSelectorTerms;
      return terms === undefined ? [] : [terms];
    });
  return consumers
    .filter(({ means }) => means.kind !== 'none')
    .map(({ kind, name, object }) => {
      const others =
        object.kind === 'Pod'
          ? claimsOf((object as Pod).spec).filter((other) => other !== claim)
          : otherClaimsOf(object as Workload, claim);
      return { consumer: `${kind} ${name}`, pod: podTemplateOf(object).spec, otherVolumePlaces: places(others) };
    });
}

function attachmentState({ metadata, spec, status }: VolumeAttachment): AttachmentState {
  return {
    name: metadata.name,
    node: spec.nodeName,
    attached: status?.attached ?? false,
    error: status?.attachError?.message ?? status?.detachError?.message ?? null,
  };
}

function warningsOf(events: readonly Event[], claim: string, consumers: readonly PlainConsumer[]): string[] {
  const names = new Set([claim, ...consumers.flatMap(({ name, pods }) => [name, ...pods.map((pod) => pod.name)])]);
  return events
    .filter(({ involvedObject }) => names.has(involvedObject?.name ?? ''))
    .toSorted((left, right) => (left.lastTimestamp ?? '').localeCompare(right.lastTimestamp ?? ''))
    .slice(-5)
    .map(
      ({ reason, involvedObject, message }) => `${reason} ${involvedObject?.name}: ${(message ?? '').slice(0, 200)}`,
    );
}
