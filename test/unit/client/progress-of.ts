import type { Progress, StepProgress } from '../../../workflows/recovery/progress.ts';

export type { Progress };

/** A recovery that executes since the epoch, with what a test is about put over it. */
export function progressOf(over: Partial<Progress>): Progress {
  return {
    workflowId: 'volume-rebind/prod/a/b',
    runId: 'run',
    recoveryId: 'recovery',
    slug: 'volume-rebind',
    cluster: 'prod',
    target: 'claim a/b',
    phase: 'executing',
    standstill: null,
    startedAt: 0,
    elapsedSeconds: 0,
    etaSeconds: null,
    plan: null,
    steps: [],
    evidence: [],
    operatorRequest: null,
    timeline: [],
    result: null,
    ...over,
  };
}

/** `stepOf('two')` is titled `Two`, and pending. */
export function stepOf(id: string, over: Partial<StepProgress> = {}): StepProgress {
  const title = `${id[0]?.toUpperCase()}${id.slice(1)}`;
  return { id, title, target: 'claim a/b', state: 'pending', startedAt: null, endedAt: null, detail: '', ...over };
}
