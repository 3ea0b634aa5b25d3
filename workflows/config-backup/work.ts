import type { SavedConfig } from '../../activities/configuration/types.ts';

/** All that the steps need; JSON. */
export interface ConfigWork {
  readonly cluster: string;
  readonly region: string;
  readonly bucket: string;
  /** Null: a backup alone. */
  readonly restore: {
    readonly archive: string;
    readonly kinds: readonly string[] | null;
    /** Objects that are created or changed, and the digest over their names and paths. */
    readonly changes: number;
    readonly sha256: string;
    readonly refused: readonly string[];
  } | null;
}

/** What the steps learn. */
export interface ConfigMemory {
  saved: SavedConfig | null;
}
