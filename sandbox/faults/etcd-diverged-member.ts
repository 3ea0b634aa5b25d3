import { etcdctl } from '../hosts/etcdctl.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { Sandbox } from '../sandbox.ts';
import { turnBits, turnBitsBack } from './etcd-bit-rot.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';

const alarm = 'alarm:CORRUPT';

export const fault: Fault = {
  name: 'etcd-diverged-member',
  summary: 'turns a bit in the data of one running etcd member: it answers, and other than the others',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'the host of the member', default: 'prod-3' },
    {
      name: 'found',
      summary: 'yes: until etcd itself has found it and raised the alarm CORRUPT; or no',
      default: 'yes',
    },
  ],

  async break(sandbox, { cluster = 'prod', host: wanted = '', found = '' }) {
    if (!['yes', 'no'].includes(found)) throw new Error(`--found: got ${found}, expected yes or no`);
    const hosts = chosenHosts(sandbox, cluster, wanted);
    for (const host of hosts) turnBits(host);
    if (found === 'yes') for (const host of hosts) await untilFound(sandbox, host);
    const told = found === 'yes' ? 'etcd has raised the alarm CORRUPT' : 'nobody has noticed';
    return `the data of etcd on ${wanted} differs from the others'; ${told}`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const healed = chosenHosts(sandbox, cluster, 'all').filter(turnBitsBack);
    const [first] = healed;
    if (first === undefined) return 'no member has turned bits';
    await etcdctl(sandbox.context, first, 'alarm', 'disarm');
    return `as before: ${healed.map(({ name }) => name).join(', ')}`;
  },
};

/** etcd compares what its members had when it compacted last, so it is made to compact. */
async function untilFound({ context }: Sandbox, host: HostDirectory): Promise<void> {
  const alarms = () => etcdctl(context, host, 'alarm', 'list');
  if ((await alarms()).includes(alarm)) return;
  const [status] = JSON.parse(await etcdctl(context, host, 'endpoint', 'status', '--write-out=json')) as [
    { Status: { header: { revision: number } } },
  ];
  await etcdctl(context, host, 'compact', String(status.Status.header.revision));
  await waitFor('the alarm CORRUPT', async () => (await alarms()).includes(alarm), {
    timeoutMs: 90_000,
    intervalMs: 250,
  });
}
