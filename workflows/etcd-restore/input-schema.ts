import { z } from 'zod';
import { recoveryInputFields } from '../recovery/input-schema.ts';

export const etcdRestoreInputSchema = z.strictObject({
  ...recoveryInputFields,
  snapshot: z
    .string()
    .regex(/^(latest|s3:\/\/[^/]+\/.+)$/, '`latest`, or s3://bucket/key of a snapshot')
    .optional()
    .describe('Snapshot to restore; default: the newest.'),
  force: z
    .boolean()
    .optional()
    .describe('Restore although etcd is healthy, or only a minority of its members is broken.'),
  fence: z
    .boolean()
    .optional()
    .describe(
      'Stop hosts that do not answer in EC2, by the instance that the inventory names, and restore on the others.',
    ),
  fallback: z
    .enum(['velero', 'none'])
    .optional()
    .describe(
      'Where etcd is out of reach (EKS, or no host answers): restore the critical namespaces from Velero. Default none.',
    ),
  backup: z.string().min(1, '`latest`, or the name of a backup').optional().describe('Velero backup of the fallback.'),
});
