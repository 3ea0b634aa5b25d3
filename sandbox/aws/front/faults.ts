/** Faults on request, as rules that calls are matched with. The choice is pure; counting down is the caller's. */

export const FaultKind = {
  /** Answers with the service's throttling error; the effect does not happen. */
  throttle: 'throttle',
  /** Answers with a server error; the effect does not happen. */
  error: 'error',
  /** The effect happens; the connection breaks before the answer. */
  replyLost: 'reply-lost',
  /** The connection breaks before the effect. */
  requestLost: 'request-lost',
  /** The answer comes late; `ms` says how much. */
  latency: 'latency',
} as const;
export type FaultKind = (typeof FaultKind)[keyof typeof FaultKind];

export interface FaultRule {
  readonly id: string;
  readonly kind: FaultKind;
  /** `ec2`, `autoscaling`, `s3`, `sts`; every service when absent. */
  readonly service?: string;
  /** One action (`CreateVolume`), or a beginning with a star (`Describe*`); every action when absent. */
  readonly action?: string;
  /** How many calls it still strikes; without end when absent. */
  readonly remaining?: number;
  /** 0 to 1, the share of matching calls that it strikes; default 1. */
  readonly probability?: number;
  /** Milliseconds, for latency. */
  readonly ms?: number;
  /** For `error`: the error code and HTTP status; default the service's internal error, 500. */
  readonly code?: string;
  readonly status?: number;
  /** Strikes only callers whose user agent contains this. */
  readonly userAgent?: string;
}

/** Faults that last until they are healed, or that wait for the right moment. */
export interface StandingFaults {
  /** How many of the next volumes fail after CreateVolume succeeded. */
  readonly failingVolumes: number;
  /**
   * How they fail: in the state `error`, or gone as if they had never been, which is what AWS does when the key of an encrypted
   * volume cannot be used.
   */
  readonly failingVolumesEnd: 'error' | 'gone';
  /** By snapshot: how many of the next volumes made of it fail, as when its key cannot be used for them. */
  readonly failingSnapshots: Readonly<Record<string, number>>;
  /** By zone: the instance types that cannot be had there; an empty list means all types. */
  readonly zonesWithoutCapacity: Readonly<Record<string, readonly string[]>>;
  /** Names or ids of launch templates whose instances launch but never join their cluster. */
  readonly brokenLaunchTemplates: readonly string[];
  /** On-demand vCPUs that may run at once in the account. */
  readonly vcpuQuota: number;
}

export interface CallToStrike {
  readonly service: string;
  readonly action: string;
  readonly userAgent: string;
}

function matches(rule: FaultRule, call: CallToStrike): boolean {
  if (rule.remaining !== undefined && rule.remaining <= 0) return false;
  if (rule.service !== undefined && rule.service !== call.service) return false;
  if (rule.userAgent !== undefined && !call.userAgent.includes(rule.userAgent)) return false;
  if (rule.action === undefined || rule.action === '*') return true;
  return rule.action.endsWith('*') ? call.action.startsWith(rule.action.slice(0, -1)) : rule.action === call.action;
}

/**
 * The rules that strike this call: every latency, and at most one of the others (the oldest), since a call can fail in one way
 * only.
 *
 * @param random gives a number from 0 up to 1, once for each rule that has a probability
 */
export function strikingRules(rules: Iterable<FaultRule>, call: CallToStrike, random: () => number): FaultRule[] {
  const struck: FaultRule[] = [];
  let failing = false;
  for (const rule of rules) {
    if (!matches(rule, call)) continue;
    if (rule.kind !== FaultKind.latency && failing) continue;
    if (rule.probability !== undefined && random() >= rule.probability) continue;
    struck.push(rule);
    if (rule.kind !== FaultKind.latency) failing = true;
  }
  return struck;
}

/** The error codes that each service throttles with, and their HTTP status. */
export const throttlingErrors: Readonly<Record<string, { code: string; status: number; message: string }>> = {
  ec2: { code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.' },
  s3: { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
};
export const otherThrottlingError = { code: 'Throttling', status: 400, message: 'Rate exceeded' };

/** The error codes that each service fails inside with. */
export const internalErrorCodes: Readonly<Record<string, string>> = { autoscaling: 'InternalFailure' };
export const otherInternalErrorCode = 'InternalError';
