import { z } from 'zod';
import { recoveryInputFields } from '../recovery/input-schema.ts';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const zone = /^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/;

/** Unknown fields are an error: a misspelt option must not be taken for its default. */
export const volumeRebindInputSchema = z.strictObject({
  ...recoveryInputFields,
  namespace: z.string().regex(label, 'the name of a namespace'),
  pvc: z.string().regex(objectName, 'the name of a PersistentVolumeClaim'),
  snapshotId: z
    .string()
    .min(1, 'a snapshot id such as snap-0123456789abcdef0, or the name of a VolumeSnapshot')
    .max(253, 'at most 253 characters')
    .optional()
    .describe('Snapshot to use instead of the newest completed one.'),
  zone: z
    .string()
    .regex(zone, 'an availability zone such as us-east-1a')
    .optional()
    .describe('Default: the zone of the lost volume where the pods can run there.'),
  initializationRateMiBps: z
    .number()
    .int('a whole number')
    .min(100, '100 to 300 MiB/s')
    .max(300, '100 to 300 MiB/s')
    .optional()
    .describe('Paid initialization rate of EBS; default: none.'),
  force: z.boolean().optional().describe('Your word that the data on the volume is lost, where EC2 does not say so.'),
});
