import { z } from 'zod';
import { label, text } from './names.ts';

const timeoutSeconds = z.number().int().positive().default(60).describe('Longest time of one check, seconds.');

/** Where a check runs: a pod found by label, and its container. */
const inPod = {
  namespace: label,
  selector: text.describe('Label selector of the pods, such as app=db.'),
  container: text.optional().describe('Default: the pod’s first container.'),
  timeoutSeconds,
};

/** Checks of data after a recovery, run inside the pods or against a service; never with a password in the inventory. */
export const consistencyCheckSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('postgresql'),
    name: label,
    ...inPod,
    database: text.optional().describe('Default: every database that takes connections.'),
    user: text.default('postgres'),
  }),
  z.strictObject({
    kind: z.literal('mysql'),
    name: label,
    ...inPod,
    database: text.optional().describe('Default: every database but the system’s.'),
    defaultsFile: text.optional().describe('Options file inside the container that holds the credentials.'),
  }),
  z.strictObject({
    kind: z.literal('http'),
    name: label,
    namespace: label,
    service: label,
    port: z.union([z.number().int().min(1).max(65535), text]),
    path: z.string().startsWith('/').default('/'),
    expectStatus: z.number().int().min(100).max(599).default(200),
    expectBody: text.optional().describe('Text that the answer must contain.'),
    timeoutSeconds,
  }),
  z.strictObject({
    kind: z.literal('command'),
    name: label,
    ...inPod,
    command: z
      .array(z.string())
      .min(1, 'at least the program')
      .describe('Program and arguments; exit 0 proves the claim.'),
  }),
]);

export type ConsistencyCheck = z.infer<typeof consistencyCheckSchema>;
