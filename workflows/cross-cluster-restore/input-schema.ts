import { z } from 'zod';
import { backupField, restoreSelectionFields } from '../namespace-restore/input-schema.ts';
import { recoveryInputFields } from '../recovery/input-schema.ts';

const clusterName = z.string().min(1, 'the name of a cluster of the inventory');
const className = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'the name of a storage class');
const zoneName = z.string().regex(/^[a-z]{2}(-[a-z0-9]+)+$/, 'the name of a zone, such as us-east-1a');

export const crossClusterRestoreInputSchema = z
  .strictObject({
    ...recoveryInputFields,
    fromCluster: clusterName.describe('The cluster that was backed up; it need not live.'),
    toCluster: clusterName.describe('The cluster that is restored into; the same as `cluster`.'),
    backup: backupField,
    ...restoreSelectionFields,
    neutralise: z
      .boolean()
      .optional()
      .describe('Default true: CronJobs suspended, no load balancer, no ingress controller, no DNS record.'),
    replicas: z.enum(['keep', 'zero']).optional().describe('`zero`: workloads come back with no replica.'),
    storageClassMapping: z
      .record(className, className)
      .optional()
      .describe('From the storage class in the backup to that of the target.'),
    zoneMapping: z
      .record(zoneName, zoneName)
      .optional()
      .describe('From the zone in the backup to that of the target: volumes are made there, workloads sent there.'),
    promote: z.boolean().optional().describe('Restore nothing, but make what was neutralised act here.'),
  })
  .refine(({ cluster, toCluster }) => cluster === toCluster, {
    path: ['toCluster'],
    message: 'the same cluster as `cluster`, which is the one that is acted on',
  })
  .refine(({ fromCluster, toCluster }) => fromCluster !== toCluster, {
    path: ['fromCluster'],
    message: 'another cluster than `toCluster`; namespace-restore restores into the same',
  });
