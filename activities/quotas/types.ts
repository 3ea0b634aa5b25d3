/** The quota of on-demand vCPUs of the standard families and what counts against it now, or why it could not be read. */
export type VcpuQuota =
  | {
      readonly limit: number;
      readonly used: number;
      /** vCPUs that one more machine of a group takes, by the largest that it launched; null where none of its machines is known. */
      readonly each: readonly { readonly group: string; readonly vcpus: number | null }[];
    }
  | { readonly unread: string };

export interface ReadVcpuQuotaInput {
  readonly region: string;
  readonly groups: readonly string[];
}

export interface QuotaActivities {
  readVcpuQuota(input: ReadVcpuQuotaInput): Promise<VcpuQuota>;
}
