import { z } from 'zod';
import { recoveryInputFields } from '../recovery/input-schema.ts';

const days = z.number().int('a whole number').min(0, '0 or more').max(3650, 'at most 3650');

export const etcdBackupInputSchema = z.strictObject({
  ...recoveryInputFields,
  keepCount: z
    .number()
    .int('a whole number')
    .min(1, '1 or more')
    .max(1000, 'at most 1000')
    .optional()
    .describe('Newest snapshots that are always kept; default 30.'),
  keepDays: days.optional().describe('Days for which every snapshot is kept; default 30.'),
  lockDays: days.optional().describe('Days for which nobody can delete the new snapshot; default 7, 0 for none.'),
  force: z.boolean().optional().describe('Back up although the cluster is behind its newest snapshot.'),
});
