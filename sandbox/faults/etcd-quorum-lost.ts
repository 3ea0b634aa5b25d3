import { signalHost } from '../hosts/host-signals.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';
import { bringHostBack } from './host-back.ts';

export const fault: Fault = {
  name: 'etcd-quorum-lost',
  summary: 'freezes so many control-plane hosts that the rest of etcd has no quorum',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'for heal: the host that comes back, or several with commas', default: 'all' },
  ],

  async break(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all');
    const gone = hosts.slice(Math.floor((hosts.length - 1) / 2));
    for (const host of gone) signalHost(sandbox.context, host, 'SIGSTOP');
    return `gone: ${gone.map(({ name }) => name).join(', ')}; ${hosts.length - gone.length} of ${hosts.length} members left`;
  },

  async heal(sandbox, { cluster = 'prod', host: wanted = 'all' }) {
    for (const host of chosenHosts(sandbox, cluster, wanted)) await bringHostBack(sandbox, host);
    return `every host of ${cluster} is back`;
  },
};
