import type { ScenarioContext } from '../recovery/scenario.ts';
import type { RebindWork } from './work.ts';

/** What every effect on the cluster carries. */
export function identityOf({ cluster }: RebindWork, { recoveryId, workflowId }: ScenarioContext) {
  return { cluster, recoveryId, workflowId };
}

export function claimTarget({ namespace, claim }: RebindWork): string {
  return `claim ${namespace}/${claim}`;
}
