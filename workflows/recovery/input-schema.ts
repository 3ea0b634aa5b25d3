import { z } from 'zod';

/**
 * Fields that the input of every scenario takes; a scenario's own schema is `z.strictObject({...recoveryInputFields, ...})`.
 * For the edges (client, admission) only: workflow code never imports zod.
 */
export const recoveryInputFields = {
  cluster: z.string().min(1, 'the name of a cluster of the inventory'),
  dryRun: z.boolean().optional().describe('End after the plan, with nothing changed.'),
  approval: z.enum(['automatic', 'required']).optional().describe('Default: the approval policy of the inventory.'),
  reason: z.string().max(2_000, 'at most 2000 characters').optional().describe('Why the recovery is started.'),
  incident: z.string().max(200, 'at most 200 characters').optional().describe('The incident in your own tooling.'),
  requestedBy: z
    .string()
    .max(200, 'at most 200 characters')
    .optional()
    .describe('Who asked; filled in by the command line.'),
};
