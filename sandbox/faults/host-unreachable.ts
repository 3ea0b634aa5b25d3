import { signalHost } from '../hosts/host-signals.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';
import { bringHostBack } from './host-back.ts';

export const fault: Fault = {
  name: 'host-unreachable',
  summary: 'freezes a control-plane host with its agent: it neither answers nor ends',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'the host, or several with commas', default: 'prod-3' },
  ],

  async break(sandbox, { cluster = 'prod', host = '' }) {
    for (const chosen of chosenHosts(sandbox, cluster, host)) signalHost(sandbox.context, chosen, 'SIGSTOP');
    return `nobody reaches ${host}`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    for (const host of chosenHosts(sandbox, cluster, 'all')) await bringHostBack(sandbox, host);
    return `every host of ${cluster} is reachable`;
  },
};
