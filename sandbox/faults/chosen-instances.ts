/** Which instances a fault strikes. */
import type { Instance } from '../controllers/nodes/instance.ts';
import type { ClusterAccess } from '../seed/cluster-access.ts';
import type { FaultParameter, FaultParameters } from './fault.ts';

export const selectionParameters: readonly FaultParameter[] = [
  { name: 'cluster', summary: 'the cluster of the nodes', default: 'prod' },
  { name: 'count', summary: 'how many, or all', default: '1' },
  { name: 'zone', summary: 'only of this zone', default: '' },
  { name: 'group', summary: 'only of this Auto Scaling group', default: '' },
];

/** Running instances of the cluster in the order of their ids. Throws when there are fewer than asked for. */
export async function chosenInstances(access: ClusterAccess, parameters: FaultParameters): Promise<Instance[]> {
  const { count = '1', zone = '', group = '' } = parameters;
  const running = (await access.cloud.instances(access.cluster))
    .filter((instance) => instance.state === 'running' && !instance.impaired)
    .filter((instance) => zone === '' || instance.zone === zone)
    .filter((instance) => group === '' || instance.autoScalingGroup === group)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  if (count === 'all') return running;
  const wanted = Number(count);
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new Error(`--count must be a whole number above 0, or all: ${count}`);
  if (running.length < wanted) throw new Error(`only ${running.length} such instance(s) run, ${wanted} asked for`);
  return running.slice(0, wanted);
}

export function listed(instances: readonly { readonly id: string }[]): string {
  return instances.length === 0 ? 'none' : instances.map((instance) => instance.id).join(', ');
}
