import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxContext } from '../../sandbox/context.ts';
import { clusterHosts } from '../../sandbox/topology.ts';

/** One answered request, as the API server's audit log has it; no more of it than tests read. */
export interface AuditEntry {
  readonly verb: string;
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  /** ISO 8601 with microseconds. */
  readonly requestReceivedTimestamp: string;
  readonly requestObject?: { readonly gracePeriodSeconds?: number };
}

/** What the API servers of a cluster answered since a moment, in milliseconds since the epoch, in order. */
export function auditSince(context: SandboxContext, cluster: string, since: number): AuditEntry[] {
  const entries = clusterHosts(context, cluster).flatMap(({ logs }) =>
    readdirSync(logs)
      .filter((file) => /^audit.*\.log$/.test(file))
      // What follows the last line's end is a line that is being written.
      .flatMap((file) => readFileSync(join(logs, file), 'utf8').split('\n').slice(0, -1))
      .map((line) => JSON.parse(line) as AuditEntry),
  );
  return entries.filter((entry) => timeOf(entry) >= since).sort((left, right) => timeOf(left) - timeOf(right));
}

export function timeOf({ requestReceivedTimestamp }: AuditEntry): number {
  return Date.parse(requestReceivedTimestamp);
}

/** By Rekindle's own workers. */
export function isOurs({ userAgent = '' }: AuditEntry): boolean {
  return userAgent.startsWith('rekindle');
}

/** A pod that is taken out of the API without asking its kubelet, by whomever. */
export function isForced({ verb, objectRef, requestObject }: AuditEntry): boolean {
  return verb === 'delete' && objectRef?.resource === 'pods' && requestObject?.gracePeriodSeconds === 0;
}

export function isReading({ verb }: AuditEntry): boolean {
  return verb === 'get' || verb === 'list' || verb === 'watch';
}
