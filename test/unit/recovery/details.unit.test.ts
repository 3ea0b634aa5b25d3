import { expect, it } from 'vitest';
import { renderDetails } from '../../../workflows/recovery/details.ts';
import type { Plan } from '../../../workflows/recovery/plan.ts';
import { progressOf } from '../client/progress-of.ts';

const plan: Plan = {
  hash: 'abc',
  summary: 'etcd goes back',
  recoveryPoint: { seconds: 90, basis: 'the snapshot of noon', losses: ['1 Deployment is gone afterwards'] },
  preconditions: [
    { name: 'room on host-one', blocking: true, met: true, detail: '9 GiB' },
    { name: 'the disks are fast enough', blocking: false, met: false, detail: 'slow on host-two' },
  ],
  approvalBecause: 'data is there',
  warnings: ['clients must be restarted'],
  recoveryTimeSeconds: 60,
  steps: [],
};

it('who approves in the UI of Temporal sees the hash, the losses, the warnings, and what is not met', () => {
  const lines = renderDetails(progressOf({ plan, standstill: 'awaiting-approval' })).split('\n');
  expect(lines).toContain('Plan `abc`: etcd goes back');
  expect(lines).toContain('- 1 Deployment is gone afterwards');
  expect(lines).toContain('Needs an approval: data is there');
  expect(lines).toContain('- ⚠ clients must be restarted');
  expect(lines).toContain('- ⚠ not met: the disks are fast enough: slow on host-two');
  expect(lines.join()).not.toContain('room on host-one');
  expect(JSON.parse(lines[lines.indexOf('```json') + 1] ?? '')).toMatchObject({ planHash: 'abc', decision: 'approve' });
});
