import { chosenHosts, damageData, mendData } from './etcd-data.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'etcd-corrupt-all',
  summary: 'damages the db file of every etcd member: none can start again',
  parameters: [{ name: 'cluster', summary: 'the cluster', default: 'prod' }],

  async break(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all');
    await damageData(hosts);
    return `the data of etcd is damaged on ${hosts.map(({ name }) => name).join(', ')}`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const mended = await mendData(chosenHosts(sandbox, cluster, 'all'));
    if (mended.length === 0) return 'no damaged data is in use';
    return `the data of before is back on ${mended.map(({ name }) => name).join(', ')}`;
  },
};
