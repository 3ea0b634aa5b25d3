import { z } from 'zod';
import { recoveryInputFields } from '../recovery/input-schema.ts';

const seconds = (least: number) =>
  z.number().int('a whole number').min(least, `${least} to 7200 s`).max(7_200, `${least} to 7200 s`);

/** Unknown fields are an error: a misspelt option must not be taken for its default. */
export const nodeReplacementInputSchema = z
  .strictObject({
    ...recoveryInputFields,
    autoScalingGroups: z
      .array(z.string().min(1, 'the name of an Auto Scaling group'))
      .min(1, 'at least one group')
      .optional()
      .describe('Default: all of the cluster in the inventory.'),
    desiredCapacity: z
      .number()
      .int('a whole number')
      .min(1, 'at least 1')
      .optional()
      .describe('Desired capacity of each named group at the end. Needs autoScalingGroups.'),
    maxParallel: z
      .number()
      .int('a whole number')
      .min(1, '1 to 100')
      .max(100, '1 to 100')
      .optional()
      .describe('Most nodes that are replaced at once; default 10.'),
    maxUnhealthyPercent: z
      .number()
      .min(0, '0 to 100')
      .max(100, '0 to 100')
      .optional()
      .describe('Share of dead nodes beyond which the plan needs an approval; default 20.'),
    joinTimeoutSeconds: seconds(20).optional().describe('From a launch to its Ready node; default 600.'),
    launchPatienceSeconds: seconds(5).optional().describe('How long launches may fail; default 120.'),
  })
  .refine(
    ({ desiredCapacity, autoScalingGroups }) => desiredCapacity === undefined || autoScalingGroups !== undefined,
    {
      path: ['autoScalingGroups'],
      message: 'missing; desiredCapacity is that of each named group',
    },
  );
