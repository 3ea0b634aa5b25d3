import { setEtcdFlag, untilEtcdRuns } from '../hosts/etcd-flags.ts';
import { etcdctl } from '../hosts/etcdctl.ts';
import { waitFor } from '../processes/wait-for.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';

const allowed = 'peer-cert-allowed-cn';

export const fault: Fault = {
  name: 'etcd-peers-refused',
  summary: 'a flag of etcd makes every member refuse its peers: none serves, and the data is whole',
  parameters: [{ name: 'cluster', summary: 'the cluster', default: 'prod' }],

  async break(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all');
    for (const host of hosts) setEtcdFlag(host, allowed, 'somebody-else');
    for (const host of hosts) await untilEtcdRuns(host);
    return `the members of ${cluster} refuse each other`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all');
    for (const host of hosts) setEtcdFlag(host, allowed, null);
    for (const host of hosts) await untilEtcdRuns(host);
    for (const host of hosts) {
      await waitFor(`etcd on ${host.name}`, () => etcdctl(sandbox.context, host, 'endpoint', 'health'), {
        timeoutMs: 90_000,
        intervalMs: 250,
      });
    }
    return `the members of ${cluster} talk to each other`;
  },
};
