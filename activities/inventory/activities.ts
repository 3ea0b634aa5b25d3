import type { z } from 'zod';
import type { Inventory } from '../../config/schema.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Admitted, RecoveryInput } from '../../workflows/recovery/input.ts';
import type { Slug } from '../../workflows/slugs.ts';
import { admit, findCluster } from './admission.ts';

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
  };
}
