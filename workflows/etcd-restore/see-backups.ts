import type { ControlPlane } from '../../activities/etcd/types.ts';
import { findBackup, readVeleroSettings } from '../namespace-restore/ports.ts';
import type { EtcdRestoreInput } from './contract.ts';
import type { SeenBackup } from './facts.ts';

/**
 * The backup of each priority, looked for once: a restore in several waves must take all of them from the same one, and the plan must
 * name it. Empty unless the fallback was asked for.
 */
export async function seeBackups(
  { cluster, fallback, backup = 'latest' }: EtcdRestoreInput,
  { criticalNamespaces }: Pick<ControlPlane, 'criticalNamespaces'>,
): Promise<readonly SeenBackup[]> {
  if (fallback !== 'velero' || criticalNamespaces.length === 0) return [];
  const { veleroNamespace } = await readVeleroSettings({ cluster });
  const priorities = [...new Set(criticalNamespaces.map(({ priority }) => priority))].sort((a, b) => a - b);
  return Promise.all(
    priorities.map(async (priority) => {
      const namespaces = criticalNamespaces.filter((one) => one.priority === priority).map(({ name }) => name);
      return { priority, namespaces, found: await findBackup({ cluster, veleroNamespace, backup, namespaces }) };
    }),
  );
}
