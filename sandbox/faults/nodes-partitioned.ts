import { partitionedFile, readPartitioned, writePartitioned } from '../controllers/nodes/partitioned-instances.ts';
import { openCluster } from '../seed/cluster-access.ts';
import { chosenInstances, listed, selectionParameters } from './chosen-instances.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'nodes-partitioned',
  summary: 'cuts nodes off from the API server; EC2 finds them well, and their containers run on',
  parameters: selectionParameters,

  async break(sandbox, parameters) {
    const access = await openCluster(sandbox.context, parameters.cluster);
    const file = partitionedFile(sandbox.dir, access.cluster);
    const instances = await chosenInstances(access, parameters);
    writePartitioned(file, [...readPartitioned(file), ...instances.map((instance) => instance.id)]);
    return `cut off from the API server: ${listed(instances)}`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const file = partitionedFile(sandbox.dir, cluster);
    const cutOff = [...readPartitioned(file)].map((id) => ({ id }));
    writePartitioned(file, []);
    return `connected again: ${listed(cutOff)}`;
  },
};
