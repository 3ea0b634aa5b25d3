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
    drainNodes: z
      .array(z.string().min(1, 'the name of a node'))
      .min(1, 'at least one node')
      .optional()
      .describe('Living nodes that are drained within their budgets and replaced too.'),
    drainTimeoutSeconds: seconds(5).optional().describe('How long a budget may refuse an eviction; default 600.'),
    maxPodsPerWave: z
      .number()
      .int('a whole number')
      .min(1, '1 to 10000')
      .max(10_000, '1 to 10000')
      .optional()
      .describe("Most pods that a wave sets free, a single node's excepted; default 300."),
    stuckPodSeconds: seconds(5)
      .optional()
      .describe('How long Kubernetes is given to free a dead node before pods are deleted by force; default 90.'),
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
