import { z } from 'zod';
import { clusterSchema } from './schema/cluster.ts';
import { label } from './schema/names.ts';
import { approvalSchema, contactSchema } from './schema/people.ts';
import { codecSchema, temporalSchema } from './schema/temporal.ts';

/**
 * The inventory `rekindle.yaml`. Unknown fields are errors everywhere. It names secrets by file and never holds one, because
 * its parts travel through Temporal's history.
 */
export const inventorySchema = z.strictObject({
  $schema: z.string().optional().describe('For editors; not read.'),
  version: z.literal(1).describe('Version of this format.'),
  temporal: temporalSchema.prefault({}).describe('How to reach Temporal.'),
  codec: codecSchema.optional().describe('Encryption of what Temporal stores.'),
  aws: z
    .strictObject({
      s3ForcePathStyle: z.boolean().default(false).describe('Buckets in the path, for S3-compatible stores.'),
    })
    .prefault({}),
  approval: approvalSchema.optional().describe('Approval policy of every cluster without its own.'),
  contacts: z.array(contactSchema).default([]).describe('Whom to call, in the order of escalation.'),
  clusters: z
    .record(label, clusterSchema)
    .refine((clusters) => Object.keys(clusters).length > 0, { message: 'at least one cluster' })
    .describe('Clusters by the name that inputs, workflow ids and reports use.'),
});

export type Inventory = z.infer<typeof inventorySchema>;
/** The inventory as it is written, before defaults. */
export type InventoryFile = z.input<typeof inventorySchema>;
export { type BackupPolicy, defaultBackupPolicy } from './schema/backups.ts';
export type { Cluster } from './schema/cluster.ts';
export type { ConsistencyCheck } from './schema/consistency.ts';
export type { ApprovalMode, ApprovalPolicy, Contact } from './schema/people.ts';
export type { Schedule } from './schema/schedules.ts';
