import type { z } from 'zod';
import * as clusterBackup from '../workflows/cluster-backup/contract.ts';
import * as configBackup from '../workflows/config-backup/contract.ts';
import * as crossClusterRestore from '../workflows/cross-cluster-restore/contract.ts';
import * as etcdBackup from '../workflows/etcd-backup/contract.ts';
import * as etcdRestore from '../workflows/etcd-restore/contract.ts';
import { inputSchemas } from '../workflows/input-schemas.ts';
import * as namespaceRestore from '../workflows/namespace-restore/contract.ts';
import * as nodeReplacement from '../workflows/node-replacement/contract.ts';
import type { RecoveryInput } from '../workflows/recovery/input.ts';
import type { Slug } from '../workflows/slugs.ts';
import * as volumeRebind from '../workflows/volume-rebind/contract.ts';

/** A scenario as a client sees it: how to check its input, and what to start under which id. */
export interface StartableScenario {
  readonly slug: Slug;
  readonly summary: string;
  readonly workflowType: string;
  readonly schema: z.ZodType;
  /** The input must have passed the schema. */
  workflowId(input: RecoveryInput): string;
}

interface Contract<Input> {
  readonly workflowType: string;
  workflowId(input: Input): string;
}

function scenario<Input extends RecoveryInput>(
  slug: Slug,
  summary: string,
  contract: Contract<Input>,
): StartableScenario {
  const schema = inputSchemas[slug];
  if (schema === undefined) throw new Error(`the scenario ${slug} has no input schema`);
  return {
    slug,
    summary,
    schema,
    workflowType: contract.workflowType,
    workflowId: (input) => contract.workflowId(input as Input),
  };
}

/** Every scenario that can be started, in the order of the README's table. */
export const scenarios: readonly StartableScenario[] = [
  scenario('volume-rebind', 'Bring a lost volume back from its best snapshot, under the same claim', volumeRebind),
  scenario('etcd-backup', 'Save etcd: a snapshot of a healthy member, tried by a restore, on S3', etcdBackup),
  scenario('etcd-restore', 'Bring etcd back from a snapshot on every control-plane host', etcdRestore),
  scenario('node-replacement', 'Replace dead nodes in waves, capacity first, or add nodes', nodeReplacement),
  scenario(
    'cluster-backup',
    'Back the cluster up with Velero by a policy, and say what is not protected',
    clusterBackup,
  ),
  scenario('config-backup', 'Save RBAC, network policies and kube-system, encrypted; or bring them back', configBackup),
  scenario('namespace-restore', 'Bring objects back from a Velero backup, judged one by one', namespaceRestore),
  scenario(
    'cross-cluster-restore',
    'Restore a backup of one cluster into another, held back until promoted',
    crossClusterRestore,
  ),
];
