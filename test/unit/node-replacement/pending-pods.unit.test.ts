import { describe, expect, it } from 'vitest';
import { sortPending } from '../../../activities/kubernetes/pending-pods.ts';

const unscheduled = (name: string, message: string) => ({
  metadata: { name, namespace: 'shop' },
  spec: {},
  status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message }] },
});

describe('pending pods', () => {
  it.each([
    ['resources', '0/6 nodes are available: 2 Insufficient cpu, 4 node(s) had untolerated taint {a: b}.'],
    ['taints', '0/6 nodes are available: 6 node(s) had untolerated taint {a: b}.'],
    ['volume-zone', '0/6 nodes are available: 2 node(s) had volume node affinity conflict, 4 Insufficient cpu.'],
    ['attach-limit', '0/6 nodes are available: 6 node(s) exceed max volume count.'],
    ['affinity', "0/6 nodes are available: 6 node(s) didn't match Pod's node affinity/selector."],
    ['other', '0/6 nodes are available: something new.'],
  ])('wait for %s', (cause, message) => {
    expect(sortPending([unscheduled('a', message)])).toEqual([{ cause, count: 1, examples: ['shop/a'] }]);
  });

  it('wait for their image when they are placed and cannot pull it', () => {
    const containerStatuses = [{ state: { waiting: { reason: 'ImagePullBackOff' } } }];
    const pod = {
      metadata: { name: 'a', namespace: 'shop' },
      spec: {},
      status: { phase: 'Pending', containerStatuses },
    };
    expect(sortPending([pod])[0]?.cause).toBe('image');
  });

  it('count only when something is wrong, the most frequent cause first', () => {
    const starting = { metadata: { name: 's', namespace: 'shop' }, spec: {}, status: { phase: 'Pending' } };
    const many = ['a', 'b'].map((name) => unscheduled(name, 'untolerated taint'));
    const causes = sortPending([unscheduled('c', 'Insufficient cpu'), ...many, starting]).map(({ cause, count }) => [
      cause,
      count,
    ]);
    expect(causes).toEqual([
      ['taints', 2],
      ['resources', 1],
    ]);
  });
});
