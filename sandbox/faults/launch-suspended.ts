import { ResumeProcessesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { chosenGroups, groupParameter, withAutoScaling } from './auto-scaling-client.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'launch-suspended',
  summary: 'suspends processes of Auto Scaling groups, by default Launch: nothing is replaced any more',
  parameters: [groupParameter, { name: 'processes', summary: 'the processes, with commas', default: 'Launch' }],

  async break(sandbox, parameters) {
    const groups = chosenGroups(parameters);
    const processes = (parameters.processes ?? 'Launch').split(',');
    await withAutoScaling(sandbox, async (client) => {
      for (const AutoScalingGroupName of groups) {
        await client.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: processes }));
      }
    });
    return `${processes.join(', ')} suspended in ${groups.join(', ')}`;
  },

  async heal(sandbox, parameters) {
    const groups = chosenGroups(parameters);
    await withAutoScaling(sandbox, async (client) => {
      for (const AutoScalingGroupName of groups)
        await client.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    });
    return `every process runs in ${groups.join(', ')}`;
  },
};
