/** A Kubernetes definition as the API served it. Kind Secret is refused: no secret leaves the cluster. */
export interface KubernetesDefinition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface SaveDefinitionsInput {
  readonly region: string;
  readonly bucket: string;
  readonly cluster: string;
  readonly recoveryId: string;
  readonly workflowId: string;
  /** Claim that the definitions belong to; the index is kept by it, so that a claim that is deleted later can be found again. */
  readonly claim: { readonly namespace: string; readonly name: string };
  /** In the order in which they should be re-applied; each written as one YAML document. */
  readonly objects: readonly KubernetesDefinition[];
}

export interface SavedDefinitions {
  readonly uri: string;
  /** Hex SHA-256 of the stored bytes. */
  readonly sha256: string;
  readonly bytes: number;
  readonly objects: number;
  readonly savedAt: string;
  /** Recovery that saved them. */
  readonly recoveryId: string;
}

export interface ReadDefinitionsInput {
  readonly region: string;
  readonly bucket: string;
  readonly cluster: string;
  readonly claim: { readonly namespace: string; readonly name: string };
  /** Those of one recovery; default: the newest for the claim, whichever recovery saved them. */
  readonly recoveryId?: string | null;
  /**
   * Kinds that are looked for, e.g. `PersistentVolumeClaim`: the newest save that has them all is taken; where none has, the newest
   * of all. A recovery that found the claim already gone saved a shorter list, which must not hide the whole one.
   */
  readonly preferKinds?: readonly string[];
}

/** `found: null`: none was ever saved. */
export interface ReadDefinitionsResult {
  readonly found: (SavedDefinitions & { readonly definitions: readonly KubernetesDefinition[] }) | null;
}

export interface SaveReportInput {
  readonly region: string;
  readonly bucket: string;
  /** Key prefix without a leading slash; one report a prefix. */
  readonly prefix: string;
  readonly json: string;
  readonly markdown: string;
}

export interface SavedReport {
  readonly jsonUri: string;
  readonly markdownUri: string;
}

/** Names here are Temporal activity types. */
export interface S3Activities {
  saveDefinitions(input: SaveDefinitionsInput): Promise<SavedDefinitions>;
  readDefinitions(input: ReadDefinitionsInput): Promise<ReadDefinitionsResult>;
  saveReport(input: SaveReportInput): Promise<SavedReport>;
}
