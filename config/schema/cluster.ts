import { z } from 'zod';
import { policiesSchema } from './backups.ts';
import { consistencyCheckSchema } from './consistency.ts';
import { bucket, label, minutes, path, region, text } from './names.ts';
import { approvalSchema, contactSchema } from './people.ts';
import { schedulesSchema } from './schedules.ts';

const hostSchema = z.strictObject({
  name: text.describe('Name of the host; its agent listens on the task queue host/<cluster>/<name>.'),
  address: text.optional().describe('Address of the host for people and for etcd peers.'),
  instanceId: z
    .string()
    .regex(/^i-[0-9a-f]{8,17}$/, 'an instance id of EC2: i-0123456789abcdef0')
    .optional()
    .describe('EC2 instance of the host: a host that does not answer can only be fenced by it.'),
});

const bucketsSchema = z.strictObject({
  artefacts: bucket.describe('Saved definitions and reports.'),
  etcd: bucket.optional().describe('etcd snapshots.'),
  velero: bucket.optional().describe('Velero’s backup storage location.'),
});

const criticalNamespaceSchema = z.strictObject({
  name: label,
  priority: z.number().int().min(1).max(1000).describe('1 comes back first; equal priorities come back together.'),
});

const targetsSchema = z.strictObject({
  recoveryTimeMinutes: minutes.optional().describe('RTO: longest time from the start of a recovery to its proof.'),
  recoveryPointMinutes: minutes.optional().describe('RPO: oldest data that is acceptable after a recovery.'),
});

const every = {
  context: text.describe('Context of the kubeconfig.'),
  kubeconfig: path.optional().describe('Default: KUBECONFIG, ~/.kube/config, or the service account of the pod.'),
  region: region.describe('AWS region of the cluster.'),
  autoScalingGroups: z.array(text).default([]).describe('Auto Scaling groups of the worker nodes.'),
  velero: z
    .strictObject({
      namespace: label.default('velero'),
      readCredential: z
        .strictObject({ secret: text, key: text.default('cloud') })
        .optional()
        .describe(
          'Secret in the Velero namespace of another cluster that may only read this cluster’s bucket; default: what that Velero may.',
        ),
    })
    .prefault({}),
  buckets: bucketsSchema,
  criticalNamespaces: z.array(criticalNamespaceSchema).default([]),
  targets: targetsSchema.prefault({}),
  consistencyChecks: z.array(consistencyCheckSchema).default([]),
  approval: approvalSchema
    .optional()
    .describe('This cluster’s policy; what it says, also its default, wins over the top-level policy.'),
  contacts: z.array(contactSchema).optional().describe('Instead of the top-level contacts.'),
  policies: policiesSchema.optional(),
  configBackup: z
    .strictObject({
      recipients: z
        .array(z.string().regex(/^age1[0-9a-z]+$/, 'an age recipient, age1...'))
        .min(1, 'at least one recipient')
        .describe('Who can open the archives: age recipients, whose identities are kept elsewhere.'),
      identityFile: path
        .optional()
        .describe('File with an age identity, mode 0600: lets the worker check archives and restore from them.'),
      keepCount: z.number().int().min(1).default(30).describe('Archives that are kept.'),
    })
    .optional()
    .describe('Backup of RBAC, network policies, and kube-system’s ConfigMaps and Secrets.'),
  schedules: schedulesSchema
    .default({})
    .describe('What is started by itself, by scenario. `rekindle schedules apply` brings it to Temporal.'),
};

/** A cluster whose control plane is ours, or one where EKS keeps etcd out of reach. */
export const clusterSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('self-managed'),
    controlPlane: z.strictObject({ hosts: z.array(hostSchema).min(1, 'at least one host') }),
    ...every,
  }),
  z.strictObject({ kind: z.literal('eks'), ...every }),
]);

export type Cluster = z.infer<typeof clusterSchema>;
