import { z } from 'zod';
import { recoveryInputFields } from '../recovery/input-schema.ts';

export const clusterBackupInputSchema = z.strictObject({
  ...recoveryInputFields,
  policy: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'the name of a policy: lower-case letters, digits and dashes')
    .optional()
    .describe('A policy of `policies.backups` of the cluster; default `default`.'),
});
