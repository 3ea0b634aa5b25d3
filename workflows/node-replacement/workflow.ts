import type { Carry } from '../recovery/carry.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Scenario } from '../recovery/scenario.ts';
import { assess } from './assess.ts';
import type { NodeReplacementInput } from './contract.ts';
import { decide } from './decide.ts';
import type { NodeFacts } from './facts.ts';
import { steps } from './steps.ts';
import { checks } from './verify.ts';
import type { ReplacementMemory, ReplacementWork } from './work.ts';

/** Dead nodes are proved dead, replaced in waves, and their pods back on their feet. */
const scenario: Scenario<NodeReplacementInput, NodeFacts, ReplacementWork, ReplacementMemory> = {
  slug: 'node-replacement',
  target: ({ autoScalingGroups, cluster }) => autoScalingGroups?.join(', ') ?? `nodes of ${cluster}`,
  assess,
  decide,
  scopes: () => ['nodes'],
  memory: () => ({ grown: false }),
  steps,
  verify: checks,
};

export async function nodeReplacement(input: NodeReplacementInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}
