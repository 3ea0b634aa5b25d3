import type { Fault } from './fault.ts';
import { fault as partitioned } from './nodes-partitioned.ts';

export const fault: Fault = {
  name: 'all-nodes-not-ready',
  summary: 'no node reports any more although EC2 finds every machine well: the observer is at fault, not the nodes',
  parameters: [{ name: 'cluster', summary: 'the cluster of the nodes', default: 'prod' }],
  break: (sandbox, parameters) => partitioned.break(sandbox, { ...parameters, count: 'all' }),
  heal: (sandbox, parameters) => partitioned.heal(sandbox, parameters),
};
