/** The status that a kubelet would write. Pure. */
import { createHash } from 'node:crypto';
import type { V1ContainerStatus, V1Pod, V1PodCondition } from '@kubernetes/client-node';

export type ContainerPhase =
  | { readonly phase: 'creating'; readonly message: string }
  | {
      readonly phase: 'running';
      readonly ready: boolean;
      readonly startedAt: string;
      readonly message?: string | undefined;
    }
  | { readonly phase: 'crashed'; readonly finishedAt: string; readonly exitCode: number; readonly message: string };

export interface PodFacts {
  readonly main: ContainerPhase;
  /** Of the container that the database runs in. */
  readonly restarts: number;
  /** ISO 8601, used for conditions that change. */
  readonly now: string;
  readonly hostIp: string;
}

/** In 10.244.0.0/16 and the same for the pod's whole life. */
export function podIp(uid: string): string {
  const digest = createHash('sha256').update(uid).digest();
  return `10.244.${digest[0]}.${1 + ((digest[1] ?? 0) % 254)}`;
}

export function podStatus(pod: V1Pod, { main, restarts, now, hostIp }: PodFacts): object {
  const ready = main.phase === 'running' && main.ready;
  const started = main.phase !== 'creating' || pod.status?.phase === 'Running';
  const problem = ready
    ? undefined
    : { reason: 'ContainersNotReady', message: main.message ?? 'containers are not ready' };
  const ip = podIp(pod.metadata?.uid ?? '');
  return {
    phase: started ? 'Running' : 'Pending',
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    startTime: pod.status?.startTime ?? now,
    ...(started ? { podIP: ip, podIPs: [{ ip }] } : {}),
    conditions: conditions(pod.status?.conditions ?? [], now, [
      { type: 'PodReadyToStartContainers', status: started ? 'True' : 'False' },
      { type: 'Initialized', status: 'True' },
      { type: 'ContainersReady', status: ready ? 'True' : 'False', ...problem },
      { type: 'Ready', status: ready ? 'True' : 'False', ...problem },
    ]),
    containerStatuses: (pod.spec?.containers ?? []).map((container) => ({
      name: container.name,
      image: container.image ?? '',
      imageID: '',
      restartCount: restarts,
      ...containerState(main, containerBefore(pod, container.name), now),
    })),
  };
}

function containerBefore(pod: V1Pod, name: string): V1ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find((status) => status.name === name);
}

function containerState(main: ContainerPhase, before: V1ContainerStatus | undefined, now: string): object {
  switch (main.phase) {
    case 'creating':
      return {
        ready: false,
        started: false,
        state: { waiting: { reason: 'ContainerCreating', message: main.message } },
      };
    case 'running': {
      const startedAt = main.startedAt || now;
      const running = { ready: main.ready, started: main.ready, state: { running: { startedAt } } };
      return before?.lastState === undefined ? running : { ...running, lastState: before.lastState };
    }
    case 'crashed':
      return {
        ready: false,
        started: false,
        state: { waiting: { reason: 'CrashLoopBackOff', message: main.message } },
        lastState: {
          terminated: { reason: 'Error', exitCode: main.exitCode, finishedAt: main.finishedAt, message: main.message },
        },
      };
  }
}

/** Keeps conditions of other writers (PodScheduled) and the time of those that did not change. */
function conditions(before: readonly V1PodCondition[], now: string, wanted: readonly V1PodCondition[]): object[] {
  const types = new Set(wanted.map((condition) => condition.type));
  const kept: object[] = before.filter((condition) => !types.has(condition.type));
  for (const condition of wanted) {
    const old = before.find((entry) => entry.type === condition.type);
    const lastTransitionTime = old?.status === condition.status ? (old.lastTransitionTime ?? now) : now;
    kept.push({ ...condition, lastTransitionTime });
  }
  return kept;
}

/** True when writing `wanted` would change nothing but times. */
export function sameStatus(pod: V1Pod, wanted: object): boolean {
  const text = (status: object): string =>
    JSON.stringify(status, (field, value) =>
      ['lastTransitionTime', 'startTime', 'finishedAt', 'startedAt'].includes(field) ? undefined : value,
    );
  const present: Record<string, unknown> = {};
  for (const field of Object.keys(wanted)) present[field] = Reflect.get(pod.status ?? {}, field);
  return canonical(text(present)) === canonical(text(wanted));
}

function canonical(json: string): string {
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).filter(([, entry]) => entry !== null);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sort(entry)]));
  };
  const sorted = sort(JSON.parse(json)) as { conditions?: { type: string }[] };
  sorted.conditions?.sort((a, b) => (a.type < b.type ? -1 : 1));
  return JSON.stringify(sorted);
}
