import type { Sandbox } from '../sandbox.ts';

export interface FaultParameter {
  readonly name: string;
  readonly summary: string;
  /** A parameter without a default must be given to `break`. `heal` needs none of them unless the fault says so. */
  readonly default?: string;
}

export type FaultParameters = Readonly<Record<string, string>>;

/**
 * A way to break the sandbox, and back. Both return one sentence that says what was done. `break` twice is as good as once;
 * `heal` of what is not broken is no error.
 */
export interface Fault {
  /** The word on the command line. */
  readonly name: string;
  readonly summary: string;
  readonly parameters: readonly FaultParameter[];
  break(sandbox: Sandbox, parameters: FaultParameters): Promise<string>;
  heal(sandbox: Sandbox, parameters: FaultParameters): Promise<string>;
}
