import { closestName } from '../../config/closest-name.ts';
import { type Cluster, defaultBackupPolicy } from '../../config/schema.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { BackupPolicyFacts } from './activities.ts';

/** Pure. @throws RekindleError `policy-unknown` with the names that there are */
export function backupPolicy(name: string, { velero, policies }: Cluster): BackupPolicyFacts {
  const known = policies?.backups ?? {};
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found === undefined && name !== 'default') {
    const names = [...new Set(['default', ...Object.keys(known)])];
    const meant = closestName(name, names);
    const hint = meant === null ? '' : ` Did you mean ${meant}?`;
    const message = `policy: got ${JSON.stringify(name)}, the inventory has ${names.join(', ')}.${hint}`;
    throw new RekindleError('policy-unknown', message, { details: { policy: name, known: names } });
  }
  const { schedule, ttlHours, namespaces, excludedComponents, fileSystemVolumes } = found ?? defaultBackupPolicy;
  return {
    name,
    veleroNamespace: velero.namespace,
    schedule: schedule ?? null,
    ttlHours,
    namespaces: namespaces ?? null,
    excludedComponents,
    fileSystemVolumes,
  };
}
