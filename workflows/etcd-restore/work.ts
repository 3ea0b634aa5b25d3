/** One control-plane host and its member. */
export interface RestoreHost {
  readonly host: string;
  readonly member: string;
  readonly peerUrl: string;
  readonly clientUrl: string;
}

/** All that the steps need; JSON, and stable while the plan waits for its approval. */
export interface RestoreWork {
  readonly cluster: string;
  readonly region: string;
  readonly artefactBucket: string;
  readonly hosts: readonly RestoreHost[];
  readonly snapshot: {
    readonly bucket: string;
    readonly key: string;
    readonly sha256: string;
    readonly revision: number;
    readonly serviceAccountKey: string | null;
  };
  /** Added to the revision of the snapshot, so that no watch continues from a revision that never was. */
  readonly bumpRevision: number;
}

/** What the steps learn. */
export interface RestoreMemory {
  /** Where the token of this attempt lies, and its digest; the token itself is nowhere in a history. */
  tokenKey: string | null;
  tokenDigest: string | null;
  /** Where each host keeps its old data. */
  before: Record<string, string | null>;
}
