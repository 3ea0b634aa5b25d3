import { z } from 'zod';
import { recoveryInputFields } from '../recovery/input-schema.ts';

const kinds = [
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'NetworkPolicy',
  'GlobalNetworkPolicy',
] as const;

export const configBackupInputSchema = z.strictObject({
  ...recoveryInputFields,
  restore: z
    .strictObject({
      archive: z
        .string()
        .regex(/^(latest|config\/.+\.yaml\.age)$/, '`latest`, or the key of an archive: config/<cluster>/....yaml.age')
        .describe('Archive to restore from.'),
      kinds: z.array(z.enum(kinds)).min(1, 'at least one kind').optional().describe('Default: all of the archive.'),
    })
    .optional()
    .describe('Bring configuration back instead of saving it.'),
});
