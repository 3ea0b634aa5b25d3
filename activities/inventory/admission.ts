import type { z } from 'zod';
import { approvalFor } from '../../config/approval.ts';
import { checkInput } from '../../config/check-input.ts';
import { closestName } from '../../config/closest-name.ts';
import type { Cluster, Contact, Inventory } from '../../config/schema.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Admitted, RecoveryInput, RunSettings } from '../../workflows/recovery/input.ts';
import type { Slug } from '../../workflows/slugs.ts';

/**
 * Pure: checks the input of a recovery and fills in what the inventory decides. Throws the refusals `invalid-input` and
 * `unknown-cluster`; what the input says itself wins over the inventory.
 */
export function admit(inventory: Inventory, schema: z.ZodType, slug: Slug, given: unknown): Admitted<RecoveryInput> {
  const checked = checkInput(schema, given);
  if (!checked.ok) {
    throw new RekindleError('invalid-input', checked.message, {
      details: { fields: checked.problems.map(({ path }) => path) },
    });
  }
  const input = checked.input as unknown as RecoveryInput;
  const cluster = findCluster(inventory, input.cluster);
  const approval = approvalFor(inventory, input.cluster, slug);
  return {
    input: { ...input, dryRun: input.dryRun ?? false, approval: input.approval ?? approval.mode },
    settings: settingsOf(inventory, cluster, approval.timeoutSeconds),
  };
}

/** @throws RekindleError `unknown-cluster` with the names that there are */
export function findCluster(inventory: Inventory, name: string): Cluster {
  const names = Object.keys(inventory.clusters);
  const cluster = Object.hasOwn(inventory.clusters, name) ? inventory.clusters[name] : undefined;
  if (cluster !== undefined) return cluster;
  const meant = closestName(name, names);
  const hint = meant === null ? '' : ` Did you mean ${meant}?`;
  const message = `cluster: got ${JSON.stringify(name)}, the inventory has ${names.join(', ')}.${hint}`;
  throw new RekindleError('unknown-cluster', message, { details: { cluster: name, known: names } });
}

function settingsOf(inventory: Inventory, cluster: Cluster, approvalTimeoutSeconds: number): RunSettings {
  const { recoveryTimeMinutes, recoveryPointMinutes } = cluster.targets;
  return {
    approvalTimeoutSeconds,
    region: cluster.region,
    artefactBucket: cluster.buckets.artefacts,
    targets: {
      recoveryTimeSeconds: recoveryTimeMinutes === undefined ? null : recoveryTimeMinutes * 60,
      recoveryPointSeconds: recoveryPointMinutes === undefined ? null : recoveryPointMinutes * 60,
    },
    contacts: (cluster.contacts ?? inventory.contacts).map(contactLine),
  };
}

/** `Jo Meyer (head of platform): +1 555 0100, jo@example.com, #incidents`. */
function contactLine({ name, role, phone, email, chat }: Contact): string {
  const ways = [phone, email, chat].filter((way) => way !== undefined);
  return `${name}${role === undefined ? '' : ` (${role})`}: ${ways.join(', ')}`;
}
