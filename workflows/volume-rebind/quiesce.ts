import type { Consumer } from '../../activities/kubernetes/claim-facts.ts';
import type { HeldWorkloadPlan } from './work.ts';

export type Quiesce =
  | { readonly kind: 'possible'; readonly workloads: readonly HeldWorkloadPlan[] }
  | { readonly kind: 'impossible'; readonly message: string };

/**
 * The workloads to stop, all that use the claim; or why one of them cannot be stopped. Pure. A completed pod uses nothing, but it
 * keeps a claim from being deleted: `claimMustGo` says whether that is in the way.
 */
export function quiesce(consumers: readonly Consumer[], accessModes: readonly string[], claimMustGo: boolean): Quiesce {
  const workloads: HeldWorkloadPlan[] = [];
  for (const { kind, namespace, name, uid, means, reconcilers, replicas, pods } of consumers) {
    const target = `${kind} ${namespace}/${name}`;
    if (means.kind === 'impossible') {
      return { kind: 'impossible', message: `${target} uses the claim and cannot be stopped: ${means.why}` };
    }
    if (means.kind === 'none') {
      if (claimMustGo && pods.length > 0) {
        return {
          kind: 'impossible',
          message: `${target} has completed, but its pod keeps the claim from going; delete it`,
        };
      }
      continue;
    }
    workloads.push({
      workload: { kind, namespace, name, uid },
      reconcilers,
      replicas,
      minimumReady: minimumReady(replicas ?? 0, accessModes),
    });
  }
  return { kind: 'possible', workloads };
}

/** Pods on several nodes share a volume only where its access mode lets them; else one ready pod proves the mount. */
function minimumReady(replicas: number, accessModes: readonly string[]): number {
  const shared = accessModes.includes('ReadWriteMany') || accessModes.includes('ReadOnlyMany');
  return shared ? replicas : Math.min(1, replicas);
}
