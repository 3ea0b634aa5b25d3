import type { Slug } from '../workflows/slugs.ts';
import type { ApprovalMode, Inventory } from './schema.ts';

/** Built in when the inventory says nothing: a person looks at every plan. */
const builtIn = { mode: 'required', timeoutMinutes: 60 } as const;

/**
 * The approval policy of a scenario in a cluster. The cluster's own word wins, for the scenario before its default; then
 * the top level's in the same order; then the built-in one. So a cluster's `default: required` is never softened from above.
 */
export function approvalFor(
  inventory: Inventory,
  cluster: string,
  slug: Slug,
): { readonly mode: ApprovalMode; readonly timeoutSeconds: number } {
  const own = inventory.clusters[cluster]?.approval;
  const top = inventory.approval;
  return {
    mode: own?.byScenario?.[slug] ?? own?.default ?? top?.byScenario?.[slug] ?? top?.default ?? builtIn.mode,
    timeoutSeconds: 60 * (own?.timeoutMinutes ?? top?.timeoutMinutes ?? builtIn.timeoutMinutes),
  };
}
