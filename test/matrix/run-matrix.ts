import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { openCluster } from '../../sandbox/seed/cluster-access.ts';
import type { Slug } from '../../workflows/slugs.ts';
import { scenarioRights } from '../worlds/scenario-rights.ts';
import { type CaseOutcome, runLane } from './lane.ts';
import type { MatrixCase } from './matrix-case.ts';
import { openNamespace } from './temporal-namespace.ts';

/** Twenty times what a case takes on a quiet machine. */
export const defaultPatienceMs = 150_000;

/** Runs the cases in so many lanes side by side. The sandbox must be up. `done` is called at the end of each case. */
export async function runMatrix(
  sandbox: Sandbox,
  cases: readonly MatrixCase[],
  lanes: number,
  done: (outcome: CaseOutcome) => void = () => {},
  patienceMs = defaultPatienceMs,
): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  const waiting = [...cases];
  const access = await openCluster(sandbox.context);
  const count = Math.min(lanes, cases.length);
  const rights = new Map<Slug, Readonly<Record<string, string>>>();
  for (const slug of new Set(cases.map(({ matrix }) => matrix.slug))) {
    rights.set(slug, await scenarioRights(sandbox, slug));
  }
  const run = randomUUID().slice(0, 6);
  await Promise.all(
    Array.from({ length: count }, async (_unused, index) => {
      const temporal = await openNamespace(sandbox, `matrix-${run}-${index + 1}`);
      try {
        const next = () => waiting.shift();
        await runLane({ sandbox, access, temporal, patienceMs, rights }, next, (outcome) => {
          outcomes.push(outcome);
          done(outcome);
        });
      } finally {
        await temporal.close();
      }
    }),
  );
  return outcomes;
}
