import {
  DeleteLifecycleHookCommand,
  DescribeLifecycleHooksCommand,
  PutLifecycleHookCommand,
} from '@aws-sdk/client-auto-scaling';
import { chosenGroups, groupParameter, withAutoScaling } from './auto-scaling-client.ts';
import { numberOf } from './aws-rule.ts';
import type { Fault } from './fault.ts';

const hookName = 'stuck-configuration';

export const fault: Fault = {
  name: 'lifecycle-hook-stuck',
  summary: 'gives Auto Scaling groups a launch hook that nobody completes: new instances stay in Pending:Wait',
  parameters: [
    groupParameter,
    { name: 'seconds', summary: 'how long an instance waits before it is abandoned, 30 to 7200', default: '3600' },
  ],

  async break(sandbox, parameters) {
    const groups = chosenGroups(parameters);
    const seconds = numberOf(parameters, 'seconds');
    await withAutoScaling(sandbox, async (client) => {
      for (const AutoScalingGroupName of groups) {
        await client.send(
          new PutLifecycleHookCommand({
            AutoScalingGroupName,
            LifecycleHookName: hookName,
            LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
            HeartbeatTimeout: seconds,
            DefaultResult: 'ABANDON',
          }),
        );
      }
    });
    return `new instances of ${groups.join(', ')} wait ${seconds} s for a hook`;
  },

  async heal(sandbox, parameters) {
    const groups = chosenGroups(parameters);
    await withAutoScaling(sandbox, async (client) => {
      for (const AutoScalingGroupName of groups) {
        const { LifecycleHooks } = await client.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName }));
        if (!LifecycleHooks?.some((hook) => hook.LifecycleHookName === hookName)) continue;
        await client.send(new DeleteLifecycleHookCommand({ AutoScalingGroupName, LifecycleHookName: hookName }));
      }
    });
    return `no instance of ${groups.join(', ')} waits for the hook`;
  },
};
