import { runningContainer } from '../hosts/containers.ts';
import { runningProcess } from '../processes/detached-process.ts';
import { waitFor } from '../processes/wait-for.ts';
import { chosenHosts } from './etcd-data.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'kubelet-down',
  summary: 'the kubelet of a control-plane host hangs, and etcd there has ended: nobody starts it again',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'host', summary: 'the host, several with commas, or all', default: 'prod-2' },
  ],

  async break(sandbox, { cluster = 'prod', host: wanted = '' }) {
    for (const host of chosenHosts(sandbox, cluster, wanted)) {
      const kubelet = runningProcess(sandbox.context, `${host.name}-host`);
      if (kubelet !== undefined) process.kill(kubelet.pid, 'SIGSTOP');
      const member = runningContainer(host, 'etcd');
      if (member === undefined) continue;
      process.kill(member.pid, 'SIGKILL');
      await waitFor(`the end of etcd on ${host.name}`, () => runningContainer(host, 'etcd') === undefined, {
        timeoutMs: 90_000,
      });
    }
    return `no kubelet on ${wanted}, and no etcd`;
  },

  async heal(sandbox, { cluster = 'prod' }) {
    const hosts = chosenHosts(sandbox, cluster, 'all');
    for (const host of hosts) {
      const kubelet = runningProcess(sandbox.context, `${host.name}-host`);
      if (kubelet !== undefined) process.kill(kubelet.pid, 'SIGCONT');
    }
    for (const host of hosts) {
      await waitFor(`etcd on ${host.name}`, () => runningContainer(host, 'etcd') !== undefined, { timeoutMs: 60_000 });
    }
    return `the kubelets of ${cluster} run`;
  },
};
