/** An instance as the quota of on-demand vCPUs sees it. */
export interface CountedMachine {
  /** Auto Scaling group that launched it; null: none. */
  readonly group: string | null;
  /** vCPUs that it takes from the quota while it runs: 0 for a spot instance, and for one of a family with a quota of its own. */
  readonly vcpus: number;
  /** Whether it takes them now. */
  readonly runs: boolean;
}

/** What a region allows, as narrow as the recoveries need. Every method throws `RekindleError` alone (or a cancellation). */
export interface QuotaRegion {
  /** On-demand vCPUs of the standard families that may run at once: quota `standardVcpus` of EC2. */
  standardVcpus(signal?: AbortSignal): Promise<number>;
  /** All instances of the account in the region, by pages; also those that ended within the last hour. */
  machines(signal?: AbortSignal): Promise<readonly CountedMachine[]>;
}

export interface QuotaRegions {
  region(name: string): QuotaRegion;
}

/** Code of "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances". */
export const standardVcpus = 'L-1216C47A';
