import type { z } from 'zod';
import type { Inventory } from '../../config/schema.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Admitted, RecoveryInput } from '../../workflows/recovery/input.ts';
import type { Slug } from '../../workflows/slugs.ts';
import { admit, findCluster } from './admission.ts';
import { backupPolicy } from './backup-policy.ts';

export interface InventoryActivities {
  /**
   * Checks a recovery's input and fills in the defaults of the inventory. Refuses with `invalid-input` or `unknown-cluster`.
   *
   * Safe to retry: reads only what the worker holds in memory.
   */
  admitRecovery(request: { slug: Slug; input: Record<string, unknown> }): Promise<Admitted<RecoveryInput>>;
  /**
   * What the inventory says of a cluster's Velero and of what comes back first. Throws `unknown-cluster`.
   *
   * Safe to retry: reads only what the worker holds in memory.
   */
  readVeleroSettings(request: { cluster: string }): Promise<VeleroSettings>;
  /**
   * A backup policy of a cluster. `default` is there also where the inventory has none. Throws `unknown-cluster`, `policy-unknown`.
   *
   * Safe to retry: reads only what the worker holds in memory.
   */
  readBackupPolicy(request: { cluster: string; policy: string }): Promise<BackupPolicyFacts>;
  /**
   * Where the Velero of a cluster keeps its backups, by the inventory. Throws `unknown-cluster`.
   *
   * Safe to retry: reads only what the worker holds in memory.
   */
  readBackupStore(request: { cluster: string }): Promise<BackupStoreFacts>;
}

export interface BackupPolicyFacts {
  readonly name: string;
  readonly veleroNamespace: string;
  /** Cron expression; null for none. */
  readonly schedule: string | null;
  readonly ttlHours: number;
  /** Null: all. */
  readonly namespaces: readonly string[] | null;
  /** Values of the label app.kubernetes.io/component that are left out. */
  readonly excludedComponents: readonly string[];
  readonly fileSystemVolumes: boolean;
}

export interface BackupStoreFacts {
  readonly region: string;
  /** Null where the inventory names none. */
  readonly bucket: string | null;
  /** Secret by which another cluster's Velero reads the bucket; null: that Velero's own rights. */
  readonly readCredential: { readonly secret: string; readonly key: string } | null;
}

export interface VeleroSettings {
  readonly veleroNamespace: string;
  /** Lower numbers first; a namespace that is not named comes after all of them. */
  readonly criticalNamespaces: readonly { readonly name: string; readonly priority: number }[];
}

export interface InventoryDependencies {
  readonly inventory: Inventory;
  readonly inputSchemas: Readonly<Partial<Record<Slug, z.ZodType>>>;
}

export function createInventoryActivities({ inventory, inputSchemas }: InventoryDependencies): InventoryActivities {
  return {
    async admitRecovery({ slug, input }) {
      const schema = inputSchemas[slug];
      if (schema === undefined) throw new RekindleError('internal', `the scenario ${slug} has no input schema`);
      return admit(inventory, schema, slug, input);
    },
    async readVeleroSettings({ cluster }) {
      const { velero, criticalNamespaces } = findCluster(inventory, cluster);
      return { veleroNamespace: velero.namespace, criticalNamespaces };
    },
    async readBackupStore({ cluster }) {
      const { region, buckets, velero } = findCluster(inventory, cluster);
      return { region, bucket: buckets.velero ?? null, readCredential: velero.readCredential ?? null };
    },
    async readBackupPolicy({ cluster, policy }) {
      return backupPolicy(policy, findCluster(inventory, cluster));
    },
  };
}
