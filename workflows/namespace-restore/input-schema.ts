import { z } from 'zod';
import { recoveryInputFields } from '../recovery/input-schema.ts';

const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'the name of a namespace');
const rule = z.looseObject({
  conditions: z.looseObject({ groupResource: z.string().min(1, 'a kind such as deployments.apps') }),
});

/** What every restore from Velero takes; also of the restore into another cluster. */
export const restoreSelectionFields = {
  namespaces: z
    .array(label)
    .min(1, 'at least one namespace')
    .optional()
    .describe('Namespaces as the backup has them; default: all of the backup.'),
  resources: z
    .array(z.string().min(1, 'a kind such as deployments or statefulsets.apps'))
    .min(1, 'at least one kind')
    .optional()
    .describe('Kinds; default: all but what controllers make again.'),
  selector: z
    .string()
    .min(1, 'a label selector such as tier=frontend')
    .optional()
    .describe('Label selector as kubectl takes it; volumes of chosen claims come along.'),
  namespaceMapping: z
    .record(label, label)
    .optional()
    .describe('From the namespace in the backup to that in the cluster.'),
  existing: z
    .enum(['keep', 'update', 'recreate'])
    .optional()
    .describe(
      'What is there and differs: keep it (default), change it, or delete and create it where it cannot be changed.',
    ),
  modifiers: z.array(rule).optional().describe('Rules of a Velero resource modifier, version v1.'),
};

export const backupField = z
  .string()
  .min(1, '`latest` or the name of a Velero backup')
  .describe('`latest`: the newest completed one that holds the namespaces; or a name.');

/** Unknown fields are an error: a misspelt option must not be taken for its default. */
export const namespaceRestoreInputSchema = z.strictObject({
  ...recoveryInputFields,
  backup: backupField,
  ...restoreSelectionFields,
});
