import { changing, undoing } from '../recovery/retries.ts';
import type { ScenarioContext, Step, StepUndo } from '../recovery/scenario.ts';
import { onEveryHost, onHost } from './on-host.ts';
import { awaiting, limits } from './ports.ts';
import type { HostsWork, RestoreHost } from './work.ts';

/** Those that talk to etcd or to what talks to it; stopped before etcd, started after it. */
export const clients = ['kube-controller-manager', 'kube-scheduler', 'kube-apiserver'] as const;
const controllers = ['kube-controller-manager', 'kube-scheduler'] as const;
type Pod = 'etcd' | (typeof clients)[number];

/**
 * Steps on some of the hosts at once that more than one remedy takes. `suffix` keeps the ids of a plan apart when a step occurs once a
 * host.
 */
export function hostWork(
  { cluster, region, artefactBucket }: HostsWork,
  hosts: readonly RestoreHost[],
  { recoveryId, workflowId }: ScenarioContext,
  suffix = '',
) {
  const target = hosts.map(({ host }) => host).join(', ');
  const each = <T>(act: (host: RestoreHost) => Promise<T>) => onEveryHost(hosts, act);
  const agent = ({ host }: RestoreHost, options = changing) => onHost(cluster, host, options);
  const stop = (host: RestoreHost, pods: readonly Pod[], grace: { graceSeconds?: number } = {}) =>
    agent(host, awaiting(limits.stop)).stopStaticPods({ pods, limitSeconds: limits.stop, ...grace });
  const start = (host: RestoreHost, pods: readonly Pod[]) =>
    agent(host, awaiting(limits.start)).startStaticPods({ pods, limitSeconds: limits.start, untilListening: true });
  const putManifestsBack = async (pods: readonly Pod[]) =>
    (
      await each((host) => agent(host, undoing).startStaticPods({ pods, limitSeconds: 60, untilListening: false }))
    ).join('; ');

  const saveFiles: Step = {
    id: `save-host-files${suffix}`,
    title: 'Save certificates, keys and manifests off the hosts',
    target,
    effect: 'create',
    expectedSeconds: 3,
    skippable: true,
    undo: null,
    run: async () => {
      const saved = await each((host) =>
        agent(host).saveHostFiles({ recoveryId, workflowId, region, bucket: artefactBucket }),
      );
      const keys = saved.every(({ withPrivateKeys }) => withPrivateKeys);
      return `${saved.map(({ uri, files }) => `${files} files in ${uri}`).join('; ')}${keys ? '' : '; without private keys: no codec key seals them'}`;
    },
  };
  const stopClients: Step = {
    id: `stop-clients${suffix}`,
    title: 'Stop the API servers, controller-managers and schedulers',
    target,
    effect: 'change',
    expectedSeconds: 15,
    skippable: false,
    undo: {
      kind: 'put-back',
      title: 'Put the manifests of API server, controller-manager and scheduler back',
      run: () => putManifestsBack(clients),
    },
    run: async () => {
      const proofs = await each((host) => stop(host, clients, { graceSeconds: limits.clientGrace }));
      return `proved stopped: ${proofs.flat().length} pods on ${hosts.length} hosts`;
    },
  };
  const stopEtcd = (undo: StepUndo['kind']): Step => ({
    id: `stop-etcd${suffix}`,
    title: 'Stop etcd',
    target,
    effect: 'change',
    expectedSeconds: 10,
    skippable: false,
    undo: { kind: undo, title: 'Put the manifest of etcd back', run: () => putManifestsBack(['etcd']) },
    run: async () => {
      const proofs = await each((host) => stop(host, ['etcd']));
      return proofs
        .flat()
        .map(
          ({ closedPorts, exitedContainers }) => `${exitedContainers.length} exited, ${closedPorts.join(' ')} closed`,
        )
        .join('; ');
    },
  });
  const startApiServers: Step = {
    id: `start-api-servers${suffix}`,
    title: 'Start the API servers',
    target,
    effect: 'change',
    expectedSeconds: 15,
    skippable: false,
    undo: null,
    run: async () => {
      const ready = await each(async (host) => {
        await start(host, ['kube-apiserver']);
        return agent(host, awaiting(limits.apiServer)).waitApiServerReady({ limitSeconds: limits.apiServer });
      });
      return ready.join('; ');
    },
  };
  const startControllers: Step = {
    id: `start-controllers${suffix}`,
    title: 'Start the controller-managers and schedulers',
    target,
    effect: 'change',
    expectedSeconds: 10,
    skippable: false,
    undo: null,
    run: async () => (await each((host) => start(host, controllers))).join('; '),
  };
  return { target, each, agent, stop, start, saveFiles, stopClients, stopEtcd, startApiServers, startControllers };
}
