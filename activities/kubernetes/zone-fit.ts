import type { ZoneFit } from './claim-facts.ts';
import type { Node, NodeSelectorTerm, PodSpec } from './objects.ts';
import { refusalOf, zoneOf } from './scheduling.ts';

/** A consumer's pod, and where its other volumes bind it to. */
export interface PlacedPod {
  readonly consumer: string;
  readonly pod: PodSpec;
  readonly otherVolumePlaces: readonly (readonly NodeSelectorTerm[])[];
}

/** For each zone with nodes: how many of them take every consumer. Sorted by name. Pure. */
export function zoneFits(nodes: readonly Node[], pods: readonly PlacedPod[]): ZoneFit[] {
  const zones = new Map<string, Node[]>();
  for (const node of nodes) {
    const zone = zoneOf(node);
    if (zone !== null) zones.set(zone, [...(zones.get(zone) ?? []), node]);
  }
  return [...zones]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([zone, members]) => zoneFit(zone, members, pods));
}

function zoneFit(zone: string, nodes: readonly Node[], pods: readonly PlacedPod[]): ZoneFit {
  const asked = pods.length > 0 ? pods : [{ consumer: 'any pod', pod: {}, otherVolumePlaces: [] }];
  const reasons = new Set<string>();
  let fittingNodes = nodes.length;
  let fittingAlone = nodes.length;
  for (const { pod, otherVolumePlaces } of asked) {
    const refusals = nodes.map((node) => refusalOf(node, pod, otherVolumePlaces));
    for (const refusal of refusals) if (refusal !== null) reasons.add(refusal);
    // Consumers may run on different nodes of a zone, so each counts for itself and the scarcest one decides.
    fittingNodes = Math.min(fittingNodes, refusals.filter((refusal) => refusal === null).length);
    fittingAlone = Math.min(fittingAlone, nodes.filter((node) => refusalOf(node, pod, []) === null).length);
  }
  return { zone, nodes: nodes.length, fittingNodes, fittingAlone, reasons: [...reasons].sort() };
}
