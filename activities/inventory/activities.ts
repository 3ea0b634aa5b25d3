import type { z } from 'zod';
import type { Inventory } from '../../config/schema.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Admitted, RecoveryInput } from '../../workflows/recovery/input.ts';
import type { Slug } from '../../workflows/slugs.ts';
import { admit } from './admission.ts';

export interface InventoryActivities {
  /**
   * Checks a recovery's input and fills in the defaults of the inventory. Refuses with `invalid-input` or `unknown-cluster`.
   *
   * Safe to retry: reads only what the worker holds in memory.
   */
  admitRecovery(request: { slug: Slug; input: Record<string, unknown> }): Promise<Admitted<RecoveryInput>>;
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
  };
}
