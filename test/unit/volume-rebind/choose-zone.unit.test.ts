import { describe, expect, it } from 'vitest';
import type { ZoneFit } from '../../../activities/kubernetes/claim-facts.ts';
import { chooseZone } from '../../../workflows/volume-rebind/choose-zone.ts';

function zoneWith(zone: string, fittingNodes: number, change: Partial<ZoneFit> = {}): ZoneFit {
  return { zone, nodes: 2, fittingNodes, fittingAlone: fittingNodes, reasons: [], ...change };
}

describe('the zone of the new volume is', () => {
  it.each<[string, readonly ZoneFit[], string | null, string | null, string]>([
    ['the old one where the pods can run there', [zoneWith('a', 1), zoneWith('b', 2)], 'a', null, 'a'],
    [
      'the one with the most nodes when the old one takes no pod',
      [zoneWith('a', 0), zoneWith('b', 1), zoneWith('c', 2)],
      'a',
      null,
      'c',
    ],
    ['the first by name when two have as many nodes', [zoneWith('c', 2), zoneWith('b', 2)], 'a', null, 'b'],
    [
      'the one with the most nodes when the old one is not known',
      [zoneWith('a', 1), zoneWith('b', 2)],
      null,
      null,
      'b',
    ],
    ['the one that was asked for', [zoneWith('a', 2), zoneWith('b', 1)], 'a', 'b', 'b'],
    [
      'the one that was asked for, although another volume lies elsewhere',
      [zoneWith('b', 0, { fittingAlone: 1 })],
      'a',
      'b',
      'b',
    ],
    ['refused when no zone takes the pods', [zoneWith('a', 0, { reasons: ['cordoned'] })], 'a', null, 'refused'],
    ['refused when the one that was asked for has no node', [zoneWith('a', 2)], 'a', 'b', 'refused'],
    ['refused when no node of the one that was asked for takes the pods', [zoneWith('b', 0)], 'a', 'b', 'refused'],
    ['refused without any node', [], 'a', null, 'refused'],
  ])('%s', (_title, fits, original, asked, expected) => {
    const choice = chooseZone(fits, original, asked);
    expect(choice.kind === 'chosen' ? choice.zone : choice.kind).toBe(expected);
  });

  it('told with the reason why it is not the old one', () => {
    const choice = chooseZone([zoneWith('a', 0, { reasons: ['cordoned', 'taint spot'] }), zoneWith('b', 1)], 'a', null);
    expect(choice).toMatchObject({
      moved: true,
      reason: '1 nodes there take the pods, none in a: cordoned, taint spot',
    });
  });
});
