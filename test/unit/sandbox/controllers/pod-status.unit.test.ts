import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { type PodFacts, podStatus, sameStatus } from '../../../../sandbox/controllers/kubelet/pod-status.ts';

const scheduled = { type: 'PodScheduled', status: 'True' };
const pod: V1Pod = {
  metadata: { name: 'db-0', uid: 'a' },
  spec: { containers: [{ name: 'postgresql', image: 'postgres' }] },
  status: { conditions: [scheduled] },
};
const facts: PodFacts = {
  main: { phase: 'running', ready: true, startedAt: '2026-01-01T00:00:00Z' },
  restarts: 0,
  now: '2026-01-01T00:00:05Z',
  hostIp: '10.0.0.4',
};

/** The pod as the API server would give it back after the status was written. */
function written(status: object): V1Pod {
  return JSON.parse(JSON.stringify({ ...pod, status })) as V1Pod;
}

test('keeps the conditions that others wrote', () => {
  expect(podStatus(pod, facts)).toMatchObject({ phase: 'Running', conditions: expect.arrayContaining([scheduled]) });
});

test('a status that was written is the same at a later time', () => {
  const first = podStatus(pod, facts);
  expect(sameStatus(pod, first)).toBe(false);
  expect(sameStatus(written(first), podStatus(written(first), { ...facts, now: '2026-01-01T00:09:00Z' }))).toBe(true);
});

test('a crash is not ready, names its reason, and keeps the time since when', () => {
  const running = written(podStatus(pod, facts));
  const crash = { phase: 'crashed', exitCode: 137, finishedAt: facts.now, message: 'vol-1 is lost' } as const;
  const first = podStatus(running, { ...facts, main: crash, restarts: 1 });
  expect(sameStatus(running, first)).toBe(false);
  expect(first).toMatchObject({
    phase: 'Running',
    conditions: expect.arrayContaining([
      {
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'vol-1 is lost',
        lastTransitionTime: facts.now,
      },
    ]),
    containerStatuses: [{ ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 1 }],
  });
});

test('a pod that waits for its volumes is pending', () => {
  const main = { phase: 'creating', message: 'waiting for volume vol-1 to be attached' } as const;
  expect(podStatus(pod, { ...facts, main })).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
});
