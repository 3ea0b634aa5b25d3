import { resolve } from 'node:path';
import type { Inventory } from './schema.ts';

/** Makes every file that the inventory names absolute; relative ones start at `folder`. */
export function resolvePaths(inventory: Inventory, folder: string): Inventory {
  const { temporal, codec, clusters } = inventory;
  const absolute = (path: string) => resolve(folder, path);
  return {
    ...inventory,
    temporal: {
      ...temporal,
      ...(temporal.apiKeyFile === undefined ? {} : { apiKeyFile: absolute(temporal.apiKeyFile) }),
      ...(temporal.tls === undefined ? {} : { tls: mapFiles(temporal.tls, absolute) }),
    },
    ...(codec === undefined ? {} : { codec: { keyFile: absolute(codec.keyFile) } }),
    clusters: Object.fromEntries(
      Object.entries(clusters).map(([name, cluster]) => [
        name,
        {
          ...cluster,
          ...(cluster.kubeconfig !== undefined && { kubeconfig: absolute(cluster.kubeconfig) }),
          ...(cluster.configBackup?.identityFile !== undefined && {
            configBackup: { ...cluster.configBackup, identityFile: absolute(cluster.configBackup.identityFile) },
          }),
        },
      ]),
    ),
  };
}

function mapFiles(tls: NonNullable<Inventory['temporal']['tls']>, absolute: (path: string) => string) {
  const resolved = { ...tls };
  for (const name of ['caFile', 'certFile', 'keyFile'] as const) {
    const path = resolved[name];
    if (path !== undefined) resolved[name] = absolute(path);
  }
  return resolved;
}
