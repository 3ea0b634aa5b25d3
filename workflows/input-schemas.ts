import type { z } from 'zod';
import { clusterBackupInputSchema } from './cluster-backup/input-schema.ts';
import { configBackupInputSchema } from './config-backup/input-schema.ts';
import { crossClusterRestoreInputSchema } from './cross-cluster-restore/input-schema.ts';
import { etcdBackupInputSchema } from './etcd-backup/input-schema.ts';
import { etcdRestoreInputSchema } from './etcd-restore/input-schema.ts';
import { namespaceRestoreInputSchema } from './namespace-restore/input-schema.ts';
import { nodeReplacementInputSchema } from './node-replacement/input-schema.ts';
import type { Slug } from './slugs.ts';
import { volumeRebindInputSchema } from './volume-rebind/input-schema.ts';

/**
 * The input schema of each scenario that can be started. The command line and the API check an input by it before they start a
 * recovery; admission checks it again, since a recovery may also be started from the Temporal UI. Never imported by workflow code.
 */
export const inputSchemas: Readonly<Partial<Record<Slug, z.ZodType>>> = {
  'volume-rebind': volumeRebindInputSchema,
  'etcd-backup': etcdBackupInputSchema,
  'etcd-restore': etcdRestoreInputSchema,
  'node-replacement': nodeReplacementInputSchema,
  'cluster-backup': clusterBackupInputSchema,
  'cross-cluster-restore': crossClusterRestoreInputSchema,
  'config-backup': configBackupInputSchema,
  'namespace-restore': namespaceRestoreInputSchema,
};
