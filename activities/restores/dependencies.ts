import type { SealingKey } from '../hosts/saved-files.ts';
import type { KubernetesClusters } from '../kubernetes/port.ts';
import type { Pace } from '../pace.ts';
import type { S3Regions } from '../s3/port.ts';
import type { SignedFiles } from '../velero/port.ts';
import type { Archives } from './port.ts';

export interface RestoreDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly files: SignedFiles;
  readonly archives: Archives;
  readonly regions: S3Regions;
  /** Seals definitions that are deleted; null: nothing is deleted. */
  readonly sealing: () => SealingKey | null;
  readonly pace: Pace;
}
