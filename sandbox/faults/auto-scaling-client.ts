import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { homeRegion } from '../aws/account.ts';
import { groupName } from '../aws/seed.ts';
import { sandboxCredentials } from '../environment-file.ts';
import type { Sandbox } from '../sandbox.ts';
import type { FaultParameters } from './fault.ts';

/** Runs `work` with a client of the sandbox's Auto Scaling. */
export async function withAutoScaling<T>(
  sandbox: Sandbox,
  work: (client: AutoScalingClient) => Promise<T>,
): Promise<T> {
  const client = new AutoScalingClient({
    endpoint: sandbox.awsEndpoint,
    region: homeRegion,
    credentials: sandboxCredentials,
    customUserAgent: 'sandbox-fault',
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

export const groupParameter = {
  name: 'group',
  summary: 'one Auto Scaling group, several with commas, or all',
  default: 'all',
};

export function chosenGroups({ group = 'all' }: FaultParameters): string[] {
  return group === 'all' ? ['a', 'b', 'c'].map((letter) => groupName('prod', letter)) : group.split(',');
}
