import { describe, expect, it } from 'vitest';
import type { Node, NodeSelectorTerm, PodSpec } from '../../../activities/kubernetes/objects.ts';
import { refusalOf } from '../../../activities/kubernetes/scheduling.ts';
import { zoneFits } from '../../../activities/kubernetes/zone-fit.ts';

const zone = 'topology.kubernetes.io/zone';

function node(
  name: string,
  change: { labels?: Record<string, string>; spec?: Node['spec']; ready?: string } = {},
): Node {
  return {
    metadata: { name, labels: { [zone]: 'a', disk: 'ssd', cores: '8', ...change.labels } },
    spec: change.spec ?? {},
    status: { conditions: [{ type: 'Ready', status: change.ready ?? 'True' }] },
  };
}

function affinity(...terms: NodeSelectorTerm[]): PodSpec {
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
  };
}

const expression = (key: string, operator: string, ...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [{ key, operator, values }],
});
const tainted = node('n', { spec: { taints: [{ key: 'spot', value: 'yes', effect: 'NoSchedule' }] } });

describe('a node', () => {
  it.each<[string, Node, PodSpec, string | null]>([
    ['takes a pod that asks for nothing', node('n'), {}, null],
    ['that is not ready takes none', node('n', { ready: 'Unknown' }), {}, 'not ready'],
    ['that is cordoned takes none', node('n', { spec: { unschedulable: true } }), {}, 'cordoned'],
    ['with a taint takes none', tainted, {}, 'taint spot'],
    [
      'with a taint takes a pod that tolerates its value',
      tainted,
      { tolerations: [{ key: 'spot', value: 'yes' }] },
      null,
    ],
    [
      'with a taint takes no pod that tolerates another value',
      tainted,
      { tolerations: [{ key: 'spot', value: 'no' }] },
      'taint spot',
    ],
    [
      'with a taint takes a pod that tolerates its key',
      tainted,
      { tolerations: [{ key: 'spot', operator: 'Exists' }] },
      null,
    ],
    ['with a taint takes a pod that tolerates everything', tainted, { tolerations: [{ operator: 'Exists' }] }, null],
    [
      'with a taint takes no pod that tolerates another effect',
      tainted,
      { tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] },
      'taint spot',
    ],
    [
      'with a preference against pods takes them',
      node('n', { spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] } }),
      {},
      null,
    ],
    [
      'must have the labels that the pod selects',
      node('n'),
      { nodeSelector: { disk: 'hdd' } },
      'node selector disk=hdd',
    ],
    [
      'must meet one of the terms',
      node('n'),
      affinity(expression('disk', 'In', 'hdd'), expression('disk', 'In', 'ssd')),
      null,
    ],
    [
      'must meet every expression of a term',
      node('n'),
      affinity({
        matchExpressions: [
          ...(expression('disk', 'In', 'ssd').matchExpressions ?? []),
          ...(expression('gpu', 'Exists').matchExpressions ?? []),
        ],
      }),
      'required node affinity',
    ],
    ['meets NotIn without the label', node('n'), affinity(expression('gpu', 'NotIn', 'a100')), null],
    ['meets DoesNotExist', node('n'), affinity(expression('gpu', 'DoesNotExist')), null],
    ['meets Gt by number', node('n'), affinity(expression('cores', 'Gt', '4')), null],
    ['fails Lt by number', node('n'), affinity(expression('cores', 'Lt', '4')), 'required node affinity'],
    [
      'fails an operator that is not known',
      node('n'),
      affinity(expression('disk', 'Like', 'ssd')),
      'required node affinity',
    ],
    ['fails an empty term', node('n'), affinity({}), 'required node affinity'],
    [
      'is found by its name',
      node('n'),
      affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }),
      null,
    ],
  ])('%s', (_title, candidate, pod, expected) => {
    expect(refusalOf(candidate, pod, [])).toBe(expected);
  });

  it('takes no pod whose other volume lies elsewhere', () => {
    expect(refusalOf(node('n'), {}, [[expression(zone, 'In', 'b')]])).toBe('another volume of the pod lies elsewhere');
    expect(refusalOf(node('n'), {}, [[expression(zone, 'In', 'a')]])).toBeNull();
  });
});

describe('the zones', () => {
  it('are counted by the scarcest consumer, with the reasons against', () => {
    const nodes = [
      node('1'),
      node('2', { labels: { disk: 'hdd' } }),
      node('3', { labels: { [zone]: 'b' }, ready: 'False' }),
      { ...node('4'), metadata: { name: 'without-zone' } },
    ];
    const placed = (pod: PodSpec) => ({ consumer: 'c', pod, otherVolumePlaces: [] });
    expect(zoneFits(nodes, [placed({}), placed({ nodeSelector: { disk: 'ssd' } })])).toEqual([
      { zone: 'a', nodes: 2, fittingNodes: 1, fittingAlone: 1, reasons: ['node selector disk=ssd'] },
      { zone: 'b', nodes: 1, fittingNodes: 0, fittingAlone: 0, reasons: ['not ready'] },
    ]);
  });
});
