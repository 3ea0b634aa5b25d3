export type MachineState =
  | 'pending'
  | 'running'
  | 'stopping'
  | 'stopped'
  | 'shutting-down'
  | 'terminated'
  | 'missing'
  | 'unknown';

/** An instance as EC2 tells it. */
export interface Machine {
  readonly instanceId: string;
  readonly state: MachineState;
  readonly zone: string;
  /** Auto Scaling group that launched it, also after it left the group. */
  readonly group: string | null;
  /** Both status checks together; `unknown` where EC2 has none, as for a machine that does not run. */
  readonly checks: 'ok' | 'impaired' | 'initializing' | 'unknown';
  /** Recovery that stopped it because nobody reached it; null: none. */
  readonly fencedBy: string | null;
}

/** Tag of a machine that was stopped because nobody reached it; its value is the recovery, or empty afterwards. */
export const fenceTag = 'rekindle.io/fenced-by';

export interface GroupMember {
  readonly instanceId: string;
  readonly zone: string;
  /** Auto Scaling's own word: `InService`, `Pending:Wait`, `Terminating`, ... */
  readonly lifecycle: string;
}

export interface Group {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly zones: readonly string[];
  readonly members: readonly GroupMember[];
  /** Names of suspended processes, sorted. */
  readonly suspended: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly warmPool: boolean;
}

export interface GroupSize {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/** A scaling activity that failed, with AWS's words. */
export interface ScalingFailure {
  readonly at: number;
  readonly message: string;
}

/**
 * Auto Scaling and the instances of EC2 in one region, as narrow as the recoveries need. Every method throws `RekindleError` alone
 * (or a cancellation). Reads take a signal and may be given up at any moment; effects do not.
 */
export interface AutoScalingRegion {
  readonly region: string;
  /** All pages; groups that are not there are left out. */
  groups(names: readonly string[], signal?: AbortSignal): Promise<readonly Group[]>;
  /** One for each id, in that order; `missing` for an id that EC2 does not know in this account and region. */
  machines(instanceIds: readonly string[], signal?: AbortSignal): Promise<readonly Machine[]>;
  /** The failed scaling activities of the latest page. */
  failures(group: string, signal?: AbortSignal): Promise<readonly ScalingFailure[]>;
  /** Names of the hooks that hold a launch. */
  launchHooks(group: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Id of an instance refresh that is under way, or null. */
  refresh(group: string, signal?: AbortSignal): Promise<string | null>;
  tag(groups: readonly { readonly name: string; readonly tags: Readonly<Record<string, string>> }[]): Promise<void>;
  untag(groups: readonly { readonly name: string; readonly keys: readonly string[] }[]): Promise<void>;
  suspend(group: string, processes: readonly string[]): Promise<void>;
  resume(group: string, processes: readonly string[]): Promise<void>;
  resize(group: string, size: GroupSize): Promise<void>;
  /** Ends members and takes as many off the desired capacity. At most 100. */
  terminateAndShrink(group: string, instanceIds: readonly string[]): Promise<void>;
  tagMachines(instanceIds: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
  /** `hard`: without waiting for the system that runs on it. */
  stopMachines(instanceIds: readonly string[], hard: boolean): Promise<void>;
  startMachines(instanceIds: readonly string[]): Promise<void>;
}

export interface AutoScalingRegions {
  region(name: string): AutoScalingRegion;
}

/** Most members that one termination takes. */
export const terminationBatch = 100;

export function isEnding({ lifecycle }: GroupMember): boolean {
  return lifecycle.startsWith('Terminat') || lifecycle.startsWith('Detach');
}

/** Only this proves that nothing runs on the machine any more. */
export function isProvedDead({ state }: Machine): boolean {
  return state === 'stopped' || state === 'terminated';
}

export function isWell({ state, checks }: Machine): boolean {
  return state === 'running' && checks === 'ok';
}
