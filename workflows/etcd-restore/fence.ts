import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { fencing, limits } from './ports.ts';
import type { SnapshotWork } from './work.ts';

/** Hosts that do not answer are stopped before anything else, so that nothing of theirs runs while the others change. */
export function fenceSteps(
  { region, fenced }: SnapshotWork,
  { recoveryId, workflowId }: ScenarioContext,
): readonly Step[] {
  if (fenced.length === 0) return [];
  const order = {
    region,
    machines: fenced,
    offBefore: fenced.filter(({ off }) => off).map(({ instanceId }) => instanceId),
    recoveryId,
    workflowId,
    limitSeconds: limits.fence,
  };
  return [
    {
      id: 'fence-hosts',
      title: 'Stop the hosts that do not answer in EC2',
      target: fenced.map(({ host, instanceId }) => `${host} (${instanceId})`).join(', '),
      effect: 'change',
      expectedSeconds: 120,
      skippable: false,
      undo: {
        kind: 'revert',
        title: 'Start the fenced hosts again',
        run: () => fencing.unfenceHosts(order),
      },
      run: () => fencing.fenceHosts(order),
    },
  ];
}
