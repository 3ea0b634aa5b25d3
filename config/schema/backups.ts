import { z } from 'zod';
import { label, text } from './names.ts';

/** What a named backup policy may say; a field left out takes the scenario's own default. */
export const backupPolicySchema = z.strictObject({
  schedule: text.optional().describe('Cron expression; without one the backup is taken only when asked for.'),
  ttlHours: z.number().int().positive().default(168).describe('How long a backup is kept, hours.'),
  namespaces: z.array(label).optional().describe('Default: all.'),
  excludedComponents: z
    .array(text)
    .default(['monitoring', 'logging'])
    .describe('Values of the label app.kubernetes.io/component that are not backed up.'),
  fileSystemVolumes: z.boolean().default(true).describe('File-system backup for volumes that cannot be snapshotted.'),
});

export const policiesSchema = z.strictObject({
  backups: z
    .record(label, backupPolicySchema)
    .optional()
    .describe('Backup policies by name; `default` is taken when none is named.'),
});

export type BackupPolicy = z.infer<typeof backupPolicySchema>;

/** What a cluster is backed up by whose inventory says nothing of it. */
export const defaultBackupPolicy: BackupPolicy = backupPolicySchema.parse({});
