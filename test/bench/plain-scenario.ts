/** A scenario's own assessment, steps and checks in order, without Temporal: no report, no lease, no approval. */
import { randomUUID } from 'node:crypto';
import type { Admitted, RecoveryInput } from '../../workflows/recovery/input.ts';
import type { Scenario, ScenarioContext } from '../../workflows/recovery/scenario.ts';

export type PlainScenario<Input extends RecoveryInput, Facts, Work, Memory> = Pick<
  Scenario<Input, Facts, Work, Memory>,
  'slug' | 'assess' | 'decide' | 'memory' | 'steps' | 'verify'
>;

type Call = (name: string, input: unknown) => Promise<unknown>;

/** Throws unless it ends with everything proved. */
export async function recoverPlainly<Input extends RecoveryInput, Facts, Work, Memory>(
  scenario: PlainScenario<Input, Facts, Work, Memory>,
  input: Input,
  call: Call,
): Promise<void> {
  const admitted = (await call('admitRecovery', { slug: scenario.slug, input })) as Admitted<Input>;
  const context: ScenarioContext = {
    recoveryId: randomUUID(),
    workflowId: `plain/${scenario.slug}`,
    settings: admitted.settings,
    plan: () => null,
    report: () => {},
  };
  const verdict = scenario.decide(admitted, await scenario.assess(admitted, context), Date.now());
  if (verdict.kind !== 'proceed') throw new Error(`${verdict.kind}: ${verdict.message}`);
  const { work } = verdict;
  const memory = scenario.memory(work);
  const list = scenario.steps(work, memory, context);
  for (const step of list) await step.run();
  for (const { undo } of list.toReversed()) if (undo?.kind === 'put-back') await undo.run();
  for (const check of scenario.verify(work, memory, context)) {
    const { outcome, detail } = await check.run();
    if (outcome !== 'proved') throw new Error(`${check.claim} is ${outcome}: ${detail}`);
  }
}
