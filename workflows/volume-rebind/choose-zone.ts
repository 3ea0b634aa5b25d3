import type { ZoneFit } from '../../activities/kubernetes/claim-facts.ts';

export type ZoneChoice =
  | { readonly kind: 'chosen'; readonly zone: string; readonly reason: string; readonly moved: boolean }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The zone of the new volume. Pure. A zone that was asked for; else the old zone where the pods can run there; else the zone with
 * the most nodes that take them.
 */
export function chooseZone(fits: readonly ZoneFit[], original: string | null, asked: string | null): ZoneChoice {
  if (asked !== null) {
    const fit = fits.find(({ zone }) => zone === asked);
    if (fit === undefined) return { kind: 'refused', message: `zone ${asked} has no node; ${describe(fits)}` };
    if (fit.fittingAlone === 0) {
      return { kind: 'refused', message: `no node in ${asked} takes the pods: ${fit.reasons.join(', ')}` };
    }
    return { kind: 'chosen', zone: asked, reason: 'asked for', moved: original !== null && original !== asked };
  }
  const there = fits.find(({ zone }) => zone === original);
  if (there !== undefined && there.fittingNodes > 0) {
    return { kind: 'chosen', zone: there.zone, reason: 'the zone of the lost volume', moved: false };
  }
  const best = fits
    .filter(({ fittingNodes }) => fittingNodes > 0)
    .toSorted((left, right) => right.fittingNodes - left.fittingNodes || left.zone.localeCompare(right.zone))[0];
  if (best === undefined)
    return { kind: 'refused', message: `no zone has a node that takes the pods; ${describe(fits)}` };
  const count = `${best.fittingNodes} nodes there take the pods`;
  if (original === null) return { kind: 'chosen', zone: best.zone, reason: count, moved: false };
  const why = there === undefined ? 'it has no node' : there.reasons.join(', ');
  return { kind: 'chosen', zone: best.zone, reason: `${count}, none in ${original}: ${why}`, moved: true };
}

function describe(fits: readonly ZoneFit[]): string {
  if (fits.length === 0) return 'the cluster has no node with a zone';
  return fits
    .map(({ zone, nodes, fittingNodes, reasons }) =>
      fittingNodes > 0
        ? `${zone}: ${fittingNodes} of ${nodes} nodes`
        : `${zone}: none of ${nodes} nodes (${reasons.join(', ')})`,
    )
    .join('; ');
}
