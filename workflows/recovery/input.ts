/** The options that every scenario takes beside its own; all optional except the cluster. */
export interface RecoveryInput {
  readonly cluster: string;
  readonly dryRun?: boolean;
  readonly approval?: 'automatic' | 'required';
  /** Why the recovery was started, in the words of the person or alert. */
  readonly reason?: string;
  /** Identifier of the incident in the organisation's own tooling. */
  readonly incident?: string;
  /** Who started it; filled by the CLI and the API from the authenticated caller. */
  readonly requestedBy?: string;
}

/** What admission resolved: the input with every default of the inventory filled in, and the settings of the run. */
export interface Admitted<I extends RecoveryInput> {
  readonly input: I & { readonly dryRun: boolean; readonly approval: 'automatic' | 'required' };
  readonly settings: RunSettings;
}

export interface RunSettings {
  readonly approvalTimeoutSeconds: number;
  readonly region: string;
  /** Bucket of saved definitions and reports. */
  readonly artefactBucket: string;
  readonly targets: { readonly recoveryTimeSeconds: number | null; readonly recoveryPointSeconds: number | null };
  readonly contacts: readonly string[];
}
