import { chosenHosts, damageData, mendData } from './etcd-data.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'etcd-corrupt-member',
  summary: 'damages the db file of one etcd member; the others keep the quorum',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'the host of the member', default: 'prod-2' },
  ],

  async break(sandbox, { cluster = 'prod', host = '' }) {
    await damageData(chosenHosts(sandbox, cluster, host));
    return `the data of etcd is damaged on ${host}`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const mended = await mendData(chosenHosts(sandbox, cluster, 'all'));
    if (mended.length === 0) return 'no damaged data is in use';
    return `the data of before is back on ${mended.map(({ name }) => name).join(', ')}`;
  },
};
