/** The front's admin port, typed. Every method throws when the front does not answer or refuses. */

import type { StatusCheck } from './ec2/instance.ts';
import type { ForeignSnapshot, GenerationStatus } from './front/admin.ts';
import { FaultKind, type FaultRule, type StandingFaults } from './front/faults.ts';
import type { JournalEntry, JournalQuery } from './front/journal.ts';
import type { Timing } from './front/timing.ts';

export { joinTag } from './join-tag.ts';
export type { FaultRule, ForeignSnapshot, GenerationStatus, JournalEntry, JournalQuery, StandingFaults, Timing };
export { FaultKind };

/** Which calls a fault strikes, and how often. See FaultRule. */
export type FaultTarget = Pick<FaultRule, 'service' | 'action' | 'remaining' | 'probability' | 'userAgent'>;

export class FrontAdmin {
  private readonly endpoint: string;

  /** @param endpoint `http://127.0.0.1:<admin port>` */
  constructor(endpoint: string) {
    this.endpoint = endpoint.replace(/\/$/, '');
  }

  health(): Promise<{ readonly pid: number; readonly generation?: string }> {
    return this.call('GET', '/health');
  }

  /** Whether the emulator still has what was seeded. */
  generation(): Promise<GenerationStatus> {
    return this.call('GET', '/generation');
  }

  /** Marks the emulator's present life as the one that is seeded. */
  markGeneration(): Promise<GenerationStatus> {
    return this.call('POST', '/generation');
  }

  /** Forgets every resource, bucket, fault, journal entry and volume directory. */
  reset(): Promise<void> {
    return this.call('POST', '/reset');
  }

  timing(): Promise<Timing> {
    return this.call('GET', '/timing');
  }

  setTiming(changes: Partial<Timing>): Promise<Timing> {
    return this.call('PUT', '/timing', changes);
  }

  faults(): Promise<{ readonly rules: FaultRule[]; readonly standing: StandingFaults }> {
    return this.call('GET', '/faults');
  }

  addFault(rule: Omit<FaultRule, 'id'>): Promise<FaultRule> {
    return this.call('POST', '/faults', rule);
  }

  removeFault(id: string): Promise<void> {
    return this.call('DELETE', `/faults/${encodeURIComponent(id)}`);
  }

  /** Takes every rule of that kind away; every rule when no kind is given. Standing faults stay. */
  async removeFaults(kind?: FaultKind): Promise<void> {
    if (kind === undefined) return this.call('DELETE', '/faults');
    const { rules } = await this.faults();
    for (const rule of rules) if (rule.kind === kind) await this.removeFault(rule.id);
  }

  throttle(target: FaultTarget = {}): Promise<FaultRule> {
    return this.addFault({ ...target, kind: FaultKind.throttle });
  }

  fail(target: FaultTarget & Pick<FaultRule, 'code' | 'status'> = {}): Promise<FaultRule> {
    return this.addFault({ ...target, kind: FaultKind.error });
  }

  /** The effect happens; the caller sees a broken connection. */
  loseReply(target: FaultTarget): Promise<FaultRule> {
    return this.addFault({ ...target, kind: FaultKind.replyLost });
  }

  /** The caller sees a broken connection; nothing has happened. */
  loseRequest(target: FaultTarget): Promise<FaultRule> {
    return this.addFault({ ...target, kind: FaultKind.requestLost });
  }

  delay(target: FaultTarget, ms: number): Promise<FaultRule> {
    return this.addFault({ ...target, kind: FaultKind.latency, ms });
  }

  setStandingFaults(changes: Partial<StandingFaults>): Promise<StandingFaults> {
    return this.call('PUT', '/standing-faults', changes);
  }

  /** The next volumes fail after CreateVolume succeeded: they end in the state `error`, or are gone. */
  failNextVolumes(count: number, end: StandingFaults['failingVolumesEnd'] = 'error'): Promise<StandingFaults> {
    return this.setStandingFaults({ failingVolumes: count, failingVolumesEnd: end });
  }

  /** The next volumes made of the snapshot end in the state `error`; those of other snapshots are as they were. */
  async failNextVolumesOf(snapshotId: string, count: number): Promise<void> {
    await this.call('PUT', `/failing-snapshots/${snapshotId}`, { count });
  }

  /** Takes a volume away behind everybody's back, attached or not, with its data. */
  deleteVolume(volumeId: string): Promise<void> {
    return this.call('DELETE', `/volumes/${volumeId}`);
  }

  addForeignSnapshot(snapshot: ForeignSnapshot): Promise<{ readonly snapshotId: string }> {
    return this.call('POST', '/foreign-snapshots', snapshot);
  }

  setStatusChecks(
    instanceId: string,
    checks: { readonly system?: StatusCheck; readonly instance?: StatusCheck },
  ): Promise<void> {
    return this.call('PUT', `/instances/${instanceId}/checks`, checks);
  }

  /** The instance ends by itself, as when its host fails. */
  endInstance(instanceId: string, state: 'stopped' | 'terminated'): Promise<void> {
    return this.call('POST', `/instances/${instanceId}/end`, { state });
  }

  journal(query: JournalQuery = {}): Promise<JournalEntry[]> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
    return this.call('GET', `/journal?${parameters}`);
  }

  /** How many calls of an action were carried out: faults that struck before the effect are not counted. */
  async carriedOut(action: string, query: Omit<JournalQuery, 'action' | 'carriedOut'> = {}): Promise<number> {
    return (await this.journal({ ...query, action, carriedOut: true })).length;
  }

  /** The number of the newest journal entry, for `after`. */
  async journalMark(): Promise<number> {
    return (await this.call<{ number: number }>('GET', '/journal/last')).number;
  }

  clearJournal(): Promise<void> {
    return this.call('DELETE', '/journal');
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.endpoint + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const content = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new Error(`the front's admin port refused ${method} ${path}: ${content.error}`);
    return content;
  }
}
