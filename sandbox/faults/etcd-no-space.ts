import { setEtcdFlag, untilEtcdFollows } from '../hosts/etcd-flags.ts';
import { etcdctl } from '../hosts/etcdctl.ts';
import { waitFor } from '../processes/wait-for.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';

const quota = 'quota-backend-bytes';
/** Less than any db file: the next write is one too many. */
const smallest = '1';

export const fault: Fault = {
  name: 'etcd-no-space',
  summary: 'the db file of a member reaches its quota: the alarm NOSPACE, and no member takes writes any more',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'the host of the member', default: 'prod-2' },
  ],

  async break(sandbox, { cluster = 'prod', host: wanted = '' }) {
    const { context } = sandbox;
    const hosts = chosenHosts(sandbox, cluster, wanted);
    for (const host of hosts) {
      setEtcdFlag(host, quota, smallest);
      await untilEtcdFollows(context, host);
      await waitFor(
        'the alarm NOSPACE',
        async () => {
          await etcdctl(context, host, 'put', '/sandbox/one-too-many', 'x').catch(() => {});
          return (await etcdctl(context, host, 'alarm', 'list')).includes('alarm:NOSPACE');
        },
        { timeoutMs: 60_000, intervalMs: 250 },
      );
    }
    return `etcd on ${wanted} has no space left, and takes no writes`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const { context } = sandbox;
    const hosts = chosenHosts(sandbox, cluster, 'all');
    for (const host of hosts) {
      setEtcdFlag(host, quota, null);
      await untilEtcdFollows(context, host);
    }
    const [first] = hosts;
    if (first !== undefined && (await etcdctl(context, first, 'alarm', 'list')).includes('NOSPACE')) {
      await etcdctl(context, first, 'alarm', 'disarm');
      return 'etcd has space, and takes writes';
    }
    return 'etcd had space';
  },
};
