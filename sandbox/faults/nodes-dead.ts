import { type ClusterAccess, openCluster } from '../seed/cluster-access.ts';
import { chosenInstances, listed, selectionParameters } from './chosen-instances.ts';
import type { Fault } from './fault.ts';

/** Starts what is stopped and mends failed status checks. Terminated instances do not come back. */
export async function reviveInstances({ cloud, cluster, front }: ClusterAccess): Promise<string> {
  const instances = await cloud.instances(cluster);
  const impaired = instances.filter((instance) => instance.impaired);
  for (const { id } of impaired) await front.setStatusChecks(id, { system: 'ok', instance: 'ok' });
  const stopped = instances.filter((instance) => instance.state === 'stopped');
  await cloud.startInstances(stopped.map((instance) => instance.id));
  return `started: ${listed(stopped)}; status checks mended: ${listed(impaired)}`;
}

export const fault: Fault = {
  name: 'nodes-dead',
  summary: 'ends the machines behind nodes; the nodes stop reporting and turn NotReady after their grace period',
  parameters: [
    ...selectionParameters,
    { name: 'state', summary: 'what EC2 says of them: stopped, terminated or impaired', default: 'stopped' },
  ],

  async break(sandbox, parameters) {
    const access = await openCluster(sandbox.context, parameters.cluster);
    const { state } = parameters;
    const instances = await chosenInstances(access, parameters);
    for (const { id } of instances) {
      if (state === 'stopped' || state === 'terminated') await access.front.endInstance(id, state);
      else if (state === 'impaired')
        await access.front.setStatusChecks(id, { system: 'impaired', instance: 'impaired' });
      else throw new Error(`--state must be stopped, terminated or impaired: ${state}`);
    }
    return `${state}: ${listed(instances)}`;
  },

  async heal(sandbox, parameters) {
    return reviveInstances(await openCluster(sandbox.context, parameters.cluster));
  },
};
