import type { BackupStore, NeutralisedObject } from '../../activities/backup-stores/types.ts';
import type { RestoreMemory, RestoreWork } from '../namespace-restore/work.ts';

/** All that the steps need; JSON. */
export type CrossWork =
  | {
      readonly kind: 'restore';
      readonly restore: RestoreWork;
      readonly location: {
        readonly name: string;
        readonly store: BackupStore;
        readonly credential: { readonly secret: string; readonly key: string } | null;
      };
    }
  | { readonly kind: 'promote'; readonly cluster: string; readonly objects: readonly NeutralisedObject[] };

export type CrossMemory = RestoreMemory;

/** The source's location in the target. */
export function locationName(fromCluster: string): string {
  return `rekindle-from-${fromCluster}`;
}
