import { describe, expect, it } from 'vitest';
import type { VcpuQuota } from '../../../activities/quotas/types.ts';
import { decide } from '../../../workflows/node-replacement/decide.ts';
import { admittedOf, deadNode, factsOf, silentNode } from './facts-of.ts';

const group = 'workers-a';
const growing = { desiredCapacity: 6, autoScalingGroups: [group] };

/** Three dead nodes of five, two vCPUs each, one a wave unless told otherwise. */
function quotaLine(quota: VcpuQuota, input: Parameters<typeof admittedOf>[0] = {}, impaired = false) {
  const machine = { state: 'running', checks: 'impaired' } as const;
  const dead = (id: string) => (impaired ? { id, node: silentNode, machine } : deadNode(id));
  const facts = factsOf([dead('i-1'), dead('i-2'), dead('i-3'), { id: 'i-4' }, { id: 'i-5' }]);
  const verdict = decide(admittedOf({ maxUnhealthyPercent: 100, maxParallel: 1, ...input }), { ...facts, quota });
  if (verdict.kind !== 'proceed') throw new Error(verdict.message);
  return verdict.draft.preconditions.find(({ name }) => name.includes('vCPU'));
}

const known = (used: number, limit: number, vcpus: number | null = 2): VcpuQuota => ({
  used,
  limit,
  each: [{ group, vcpus }],
});

describe('the vCPU quota in the plan', () => {
  it.each([
    ['covers all waves', known(4, 10), {}, false, { met: true, blocking: false, detail: '4 of 10 vCPUs run' }],
    [
      'ends in the second wave',
      known(4, 7),
      {},
      false,
      { met: false, blocking: false, detail: /wave 2 of 3 would need 8/ },
    ],
    [
      'has no room for the first wave',
      known(4, 5),
      {},
      false,
      { met: false, blocking: true, detail: /wave 1 of 3 .*lower/ },
    ],
    [
      'is asked for a wave at once',
      known(4, 9),
      { maxParallel: 3 },
      false,
      { met: false, blocking: true, detail: /10/ },
    ],
    [
      'counts impaired machines until their end',
      known(10, 12),
      {},
      true,
      { met: true, blocking: false, detail: /10 of 12/ },
    ],
    [
      'counts added nodes',
      known(4, 10),
      growing,
      false,
      { met: false, blocking: false, detail: /added nodes would need 12/ },
    ],
    [
      'has no machine to tell by',
      known(4, 5, null),
      {},
      false,
      { met: true, blocking: false, detail: /not known of workers-a/ },
    ],
    [
      'could not be read',
      { unread: 'AccessDeniedException' },
      {},
      false,
      { met: false, blocking: false, detail: 'not read: AccessDeniedException' },
    ],
  ] as const)('%s', (_what, quota, input, impaired, { met, blocking, detail }) => {
    const said = typeof detail === 'string' ? detail : expect.stringMatching(detail);
    expect(quotaLine(quota, input, impaired)).toMatchObject({ met, blocking, detail: said });
  });
});
