import type { Machine } from './port.ts';

export type { Machine } from './port.ts';

export interface GroupFacts {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly zones: readonly string[];
  readonly memberIds: readonly string[];
  readonly endingIds: readonly string[];
  readonly suspended: readonly string[];
  readonly launchHooks: readonly string[];
  readonly refresh: string | null;
  readonly warmPool: boolean;
  /** AWS's words on the latest scaling activity of the last hour that failed. */
  readonly lastFailure: string | null;
  /** Recovery that holds the group, or null. */
  readonly heldBy: string | null;
}

export interface ReadGroupsInput {
  readonly cluster: string;
  readonly region: string;
  /** Null: those that the inventory names for the cluster. */
  readonly groups: readonly string[] | null;
  /** Instances of the nodes, members or not. */
  readonly instanceIds: readonly string[];
}

export interface GroupsView {
  readonly groups: readonly GroupFacts[];
  /** Names that were asked for and that Auto Scaling does not know. */
  readonly unknown: readonly string[];
  /** Those that do not plainly run well in their group. A machine that was asked for and is not here runs, with passing checks. */
  readonly machines: readonly Machine[];
  /** How many run well. */
  readonly well: number;
}

interface Held {
  readonly cluster: string;
  readonly region: string;
  readonly recoveryId: string;
  readonly workflowId: string;
}

export interface HoldGroupsInput extends Held {
  /** As the plan saw them; another size now is drift. */
  readonly groups: readonly {
    readonly name: string;
    readonly min: number;
    readonly max: number;
    readonly desired: number;
  }[];
}

export interface RaiseCapacityInput extends Held {
  /** `desired` is absolute, so that a repeat changes nothing; max follows where it must. */
  readonly groups: readonly { readonly name: string; readonly desired: number }[];
}

/** A node that is replaced, as the plan names it. */
export interface PlannedNode {
  readonly node: string;
  readonly nodeUid: string;
  readonly instanceId: string;
  readonly group: string;
  readonly zone: string;
}

export interface WaitReplacementsInput {
  readonly cluster: string;
  readonly region: string;
  readonly recoveryId: string;
  readonly groups: readonly { readonly name: string; readonly ready: number }[];
  /** Machines that do not count, whatever Auto Scaling says of them. */
  readonly deadIds: readonly string[];
  readonly limitSeconds: number;
  /** How long a launch may fail before a person is asked. */
  readonly patienceSeconds: number;
}

export interface RetireInput extends Held {
  readonly nodes: readonly PlannedNode[];
  /** `dead`: each must be proved so; `drained`: each lives, cordoned and with nothing on it that a drain would move. */
  readonly as: 'dead' | 'drained';
  readonly limitSeconds: number;
}

export interface ReleaseGroupsInput extends Held {
  readonly groups: readonly {
    readonly name: string;
    /** Desired capacity at the end; null: as before. */
    readonly desired: number | null;
    /** Members when the plan was made. */
    readonly formerMembers: readonly string[];
  }[];
  readonly dead: readonly PlannedNode[];
}

export interface AutoscalingActivities {
  readGroups(input: ReadGroupsInput): Promise<GroupsView>;
  holdGroups(input: HoldGroupsInput): Promise<string>;
  raiseCapacity(input: RaiseCapacityInput): Promise<string>;
  waitReplacements(input: WaitReplacementsInput): Promise<string>;
  retireMachines(input: RetireInput): Promise<string>;
  releaseGroups(input: ReleaseGroupsInput): Promise<string>;
}
