import type { SandboxContext } from '../context.ts';

export const PartState = { running: 'running', degraded: 'degraded', stopped: 'stopped' } as const;
export type PartState = (typeof PartState)[keyof typeof PartState];

/** What `status` shows of one part. `mend` is the command that would put it right. */
export interface PartHealth {
  readonly state: PartState;
  readonly pid?: number;
  readonly ports?: Readonly<Record<string, number>>;
  readonly detail?: string;
  readonly mend?: string;
}

/**
 * One part of the sandbox, in the order that `dependsOn` gives.
 *
 * - `start` is idempotent and repairs: it leaves alone what is healthy, starts what is missing, and returns only when the part
 *   answers. It starts after every part that it depends on; parts that do not depend on each other start side by side.
 * - `health` is cheap, changes nothing and never throws for a part that is down.
 * - `stop` ends every process of the part and keeps its data. A part that is not running is no error.
 * - `wipe` removes the part's data. It is called by `reset` after every part has stopped.
 */
export interface ManagedPart {
  readonly name: string;
  readonly dependsOn: readonly string[];
  /**
   * True for a part that keeps its data in the memory of the process recorded under the part's name: when that process is another
   * one than the last `up` saw, the world is made anew.
   */
  readonly volatile?: boolean;
  start(context: SandboxContext): Promise<void>;
  health(context: SandboxContext): Promise<PartHealth>;
  stop(context: SandboxContext): Promise<void>;
  wipe?(context: SandboxContext): Promise<void>;
}
