/** What the front keeps of Auto Scaling. Times are milliseconds since 1970. */

export const LifecycleState = {
  pending: 'Pending',
  pendingWait: 'Pending:Wait',
  pendingProceed: 'Pending:Proceed',
  inService: 'InService',
  terminating: 'Terminating',
  terminatingWait: 'Terminating:Wait',
  terminatingProceed: 'Terminating:Proceed',
  standby: 'Standby',
} as const;
export type LifecycleState = (typeof LifecycleState)[keyof typeof LifecycleState];

export interface TemplateReference {
  readonly id: string;
  readonly name: string;
  /** As given: a number, `$Latest` or `$Default`. */
  readonly version: string;
}

/** A hook that an instance waits for. */
export interface HookWait {
  readonly hook: string;
  readonly token: string;
  readonly until: number;
  /** Heartbeats do not reach beyond this. */
  readonly latest: number;
}

export interface Member {
  readonly instanceId: string;
  readonly zone: string;
  readonly subnetId: string;
  readonly instanceType: string;
  readonly state: LifecycleState;
  readonly healthy: boolean;
  readonly protected: boolean;
  readonly template?: TemplateReference;
  /** The activity that its present change belongs to. */
  readonly activityId?: string;
  readonly waits?: readonly HookWait[];
  readonly inServiceAt?: number;
}

export interface GroupTag {
  readonly key: string;
  readonly value: string;
  readonly propagate: boolean;
}

export interface WarmPool {
  readonly minSize: number;
  readonly maxPrepared?: number;
  readonly poolState: string;
  readonly reuseOnScaleIn: boolean;
}

export interface InstanceRefresh {
  readonly id: string;
  readonly status: 'Pending' | 'InProgress' | 'Successful' | 'Failed' | 'Cancelling' | 'Cancelled';
  readonly startTime: number;
  readonly endTime?: number;
  /** Instances that were there at the start and are still to be replaced. */
  readonly remaining: readonly string[];
  readonly total: number;
  readonly minHealthyPercentage: number;
}

export interface AutoScalingGroup {
  readonly name: string;
  readonly arn: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desired: number;
  /** Seconds */
  readonly defaultCooldown: number;
  /** Seconds */
  readonly healthCheckGracePeriod: number;
  readonly healthCheckType: string;
  readonly template: TemplateReference;
  /** True when the template came in a mixed-instances policy. */
  readonly mixed: boolean;
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  readonly createdTime: number;
  readonly members: readonly Member[];
  readonly suspended: Readonly<Record<string, string>>;
  readonly tags: readonly GroupTag[];
  readonly newInstancesProtected: boolean;
  readonly terminationPolicies: readonly string[];
  readonly capacityRebalance: boolean;
  readonly deleting: boolean;
  /** No launch before that moment: the last one failed. */
  readonly launchAfter: number;
  /** Why the capacity that is being reached is wanted, for the activities' causes. */
  readonly reason?: string;
  readonly lastScaledAt?: number;
  readonly warmPool?: WarmPool;
  readonly refreshes: readonly InstanceRefresh[];
}

export interface LifecycleHook {
  readonly group: string;
  readonly name: string;
  readonly transition: 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';
  /** Seconds */
  readonly heartbeatTimeout: number;
  readonly defaultResult: 'CONTINUE' | 'ABANDON';
  readonly notificationTarget?: string;
  readonly notificationMetadata?: string;
  readonly role?: string;
}

export interface ScalingActivity {
  readonly id: string;
  /** Rises with every activity: the order in which they are shown, newest first. */
  readonly order: number;
  readonly group: string;
  readonly groupArn: string;
  readonly groupDeleted?: boolean;
  readonly description: string;
  readonly cause: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly status: 'InProgress' | 'PreInService' | 'MidLifecycleAction' | 'Successful' | 'Failed' | 'Cancelled';
  readonly statusMessage?: string;
  /** 0 to 100 */
  readonly progress: number;
  readonly details: string;
}
