import { groupsOf } from '../../sandbox/cluster/worker-rights.ts';
import { renderInventory } from '../../sandbox/inventory.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { writeIfChanged } from '../../sandbox/write-if-changed.ts';
import type { Slug } from '../../workflows/slugs.ts';

/**
 * What the environment of a worker has otherwise, so that it may do in the clusters what `deploy/rbac` grants for one scenario, and
 * nothing else. Not at once for the same scenario: its certificate is made at the first call.
 */
export async function scenarioRights(sandbox: Sandbox, slug: Slug): Promise<Readonly<Record<string, string>>> {
  const file = sandbox.context.path(`rekindle-${slug}.yaml`);
  writeIfChanged(file, await renderInventory(sandbox.context, groupsOf(slug)), 0o644);
  return { REKINDLE_CONFIG: file };
}
