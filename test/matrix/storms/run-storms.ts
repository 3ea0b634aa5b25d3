import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { dropOldData } from '../../worlds/control-plane.ts';
import type { CaseOutcome } from '../lane.ts';
import { describeStorm, type Storm } from './storm.ts';

/** Runs storms one after another, each on the cluster that the one before left, and says how each ended. */
export async function runStorms(
  sandbox: Sandbox,
  storms: readonly Storm[],
  say: (line: string) => void = (line) => console.log(line),
): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  for (const storm of storms) {
    const began = Date.now();
    const title = `storm: ${describeStorm(storm)}`;
    const problems = await storm.run(sandbox).catch((error: unknown) => [String(error)]);
    const seconds = (Date.now() - began) / 1000;
    outcomes.push({ title, problems, seconds, secondsAfterDeath: null });
    say(
      `[${outcomes.length}/${storms.length}] ${problems.length === 0 ? 'passed' : 'FAILED'} ${title} (${seconds.toFixed(1)} s)`,
    );
    for (const problem of problems) say(`    ${problem}`);
    if (problems.length === 0) dropOldData(sandbox.hosts('prod'));
  }
  return outcomes;
}
