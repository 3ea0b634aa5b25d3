import { type Environment, readEnvironment } from './environment.ts';
import { loadInventory } from './load.ts';
import type { Inventory } from './schema.ts';

/** The inventory and the environment, with the environment's word put over the inventory's. Read once at start. */
export interface Settings {
  readonly environment: Environment;
  readonly inventory: Inventory;
  /** Key file of the payload codec; null means that Temporal stores plain text. */
  readonly codecKeyFile: string | null;
}

/** Reads everything that a process of Rekindle needs to start. Throws ConfigError or EnvironmentError. */
export function loadSettings(environment: Environment = readEnvironment()): Settings {
  const file = loadInventory(environment.inventoryPath);
  const inventory: Inventory = {
    ...file,
    temporal: {
      ...file.temporal,
      address: environment.temporalAddress ?? file.temporal.address,
      namespace: environment.temporalNamespace ?? file.temporal.namespace,
    },
  };
  return { environment, inventory, codecKeyFile: environment.codecKeyFile ?? inventory.codec?.keyFile ?? null };
}
