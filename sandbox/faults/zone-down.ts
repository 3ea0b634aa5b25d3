import { openCluster } from '../seed/cluster-access.ts';
import { chosenInstances, listed } from './chosen-instances.ts';
import type { Fault } from './fault.ts';
import { reviveInstances } from './nodes-dead.ts';

export const fault: Fault = {
  name: 'zone-down',
  summary: 'ends every machine in a zone, and no new one can be had there',
  parameters: [
    { name: 'cluster', summary: 'the cluster of the nodes', default: 'prod' },
    { name: 'zone', summary: 'the zone that goes down', default: 'us-east-1a' },
  ],

  async break(sandbox, { cluster, zone = '' }) {
    const access = await openCluster(sandbox.context, cluster);
    const { standing } = await access.front.faults();
    await access.front.setStandingFaults({ zonesWithoutCapacity: { ...standing.zonesWithoutCapacity, [zone]: [] } });
    const instances = await chosenInstances(access, { zone, count: 'all' });
    for (const { id } of instances) await access.front.endInstance(id, 'stopped');
    return `zone ${zone} has no capacity; stopped: ${listed(instances)}`;
  },

  async heal(sandbox, { cluster, zone = '' }) {
    const access = await openCluster(sandbox.context, cluster);
    const { standing } = await access.front.faults();
    const { [zone]: _gone, ...others } = standing.zonesWithoutCapacity;
    await access.front.setStandingFaults({ zonesWithoutCapacity: others });
    return `zone ${zone} has capacity; ${await reviveInstances(access)}`;
  },
};
