import { changing, undoing } from '../recovery/retries.ts';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { onEveryHost, onHost } from './on-host.ts';
import { awaiting, limits, makeRestoreToken, preparing } from './ports.ts';
import type { RestoreHost, RestoreMemory, RestoreWork } from './work.ts';

/** Those that talk to etcd or to what talks to it; stopped before etcd, started after it. */
const clients = ['kube-controller-manager', 'kube-scheduler', 'kube-apiserver'] as const;
const controllers = ['kube-controller-manager', 'kube-scheduler'] as const;

/**
 * The order of facts section 1. Every step ends on all hosts before the next begins: that is the barrier, and `prove-stopped` takes
 * the proof once more, of every host, right before any data is moved.
 */
export function steps(work: RestoreWork, memory: RestoreMemory, context: ScenarioContext): readonly Step[] {
  const { cluster, region, hosts } = work;
  const { recoveryId, workflowId } = context;
  const identity = { recoveryId, workflowId };
  const target = hosts.map(({ host }) => host).join(', ');
  const each = <T>(act: (host: RestoreHost) => Promise<T>) => onEveryHost(hosts, act);
  const agent = ({ host }: RestoreHost, options = changing) => onHost(cluster, host, options);
  const stopEtcd = (host: RestoreHost) =>
    agent(host, awaiting(limits.stop)).stopStaticPods({ pods: ['etcd'], limitSeconds: limits.stop });
  const putManifestsBack = (pods: readonly ('etcd' | (typeof clients)[number])[]) =>
    each((host) => agent(host, undoing).startStaticPods({ pods, limitSeconds: 60, untilListening: false }));

  return [
    {
      id: 'save-host-files',
      title: 'Save certificates, keys and manifests off the hosts',
      target,
      effect: 'create',
      expectedSeconds: 3,
      skippable: true,
      undo: null,
      run: async () => {
        const saved = await each((host) =>
          agent(host).saveHostFiles({ ...identity, region, bucket: work.artefactBucket }),
        );
        const keys = saved.every(({ withPrivateKeys }) => withPrivateKeys);
        return `${saved.map(({ uri, files }) => `${files} files in ${uri}`).join('; ')}${keys ? '' : '; without private keys: no codec key seals them'}`;
      },
    },
    {
      id: 'make-token',
      title: 'Make a fresh cluster token for this attempt',
      target: `cluster ${cluster}`,
      effect: 'create',
      expectedSeconds: 1,
      skippable: false,
      undo: null,
      run: async () => {
        const made = await makeRestoreToken({
          region,
          bucket: work.snapshot.bucket,
          cluster,
          recoveryId,
          attempt: 1,
        });
        memory.tokenKey = made.tokenKey;
        memory.tokenDigest = made.tokenDigest;
        return `token ${made.tokenDigest} (digest)`;
      },
    },
    {
      id: 'prepare-data',
      title: 'Download, check and restore the snapshot beside the data',
      target,
      effect: 'create',
      expectedSeconds: 20,
      skippable: false,
      undo: {
        kind: 'revert',
        title: 'Take the prepared data away',
        run: async () => (await each((host) => agent(host, undoing).dropPreparedData({ recoveryId }))).join('; '),
      },
      run: async () => {
        const prepared = await each((host) =>
          agent(host, preparing).prepareEtcdData({
            ...identity,
            snapshot: { region, bucket: work.snapshot.bucket, key: work.snapshot.key },
            sha256: work.snapshot.sha256,
            initialCluster: hosts.map(({ member, peerUrl }) => ({ name: member, peerUrl })),
            tokenKey: memory.tokenKey ?? '',
            bumpRevision: work.bumpRevision,
          }),
        );
        const digests = new Set(prepared.map(({ tokenDigest }) => tokenDigest));
        return `${prepared.length} members from ${prepared[0]?.bytes ?? 0} bytes each, token ${[...digests].join(', ')}`;
      },
    },
    {
      id: 'stop-clients',
      title: 'Stop the API servers, controller-managers and schedulers',
      target,
      effect: 'change',
      expectedSeconds: 15,
      skippable: false,
      undo: {
        kind: 'put-back',
        title: 'Put the manifests of API server, controller-manager and scheduler back',
        run: async () => (await putManifestsBack(clients)).join('; '),
      },
      run: async () => {
        const proofs = await each((host) =>
          agent(host, awaiting(limits.stop)).stopStaticPods({ pods: clients, limitSeconds: limits.stop }),
        );
        return `proved stopped: ${proofs.flat().length} pods on ${hosts.length} hosts`;
      },
    },
    {
      id: 'stop-etcd',
      title: 'Stop every member of etcd',
      target,
      effect: 'change',
      expectedSeconds: 10,
      skippable: false,
      undo: {
        kind: 'put-back',
        title: 'Put the manifest of etcd back',
        run: async () => (await putManifestsBack(['etcd'])).join('; '),
      },
      run: async () => {
        const proofs = await each(stopEtcd);
        return proofs
          .flat()
          .map(
            ({ closedPorts, exitedContainers }) => `${exitedContainers.length} exited, ${closedPorts.join(' ')} closed`,
          )
          .join('; ');
      },
    },
    {
      id: 'prove-stopped',
      title: 'Prove on every host that nothing of the control plane runs',
      target,
      effect: 'read',
      expectedSeconds: 3,
      skippable: false,
      undo: null,
      run: async () => {
        const proofs = await each((host) => agent(host).proveStopped({ pods: [...clients, 'etcd'] }));
        return `${proofs.flat().length} proofs from ${proofs.length} of ${hosts.length} hosts`;
      },
    },
    {
      id: 'swap-data',
      title: 'Move the old data aside and the restored data into its place',
      target,
      effect: 'change',
      expectedSeconds: 2,
      skippable: false,
      undo: {
        kind: 'revert',
        title: 'Put the old data back',
        run: async () => {
          await onEveryHost(hosts, (host) =>
            agent(host, undoing).stopStaticPods({ pods: ['etcd'], limitSeconds: limits.stop }),
          );
          return (await each((host) => agent(host, undoing).putBackEtcdData({ recoveryId }))).join('; ');
        },
      },
      run: async () => {
        const swapped = await onEveryHost(hosts, async (host) => ({
          host: host.host,
          ...(await agent(host).swapEtcdData({ recoveryId })),
        }));
        for (const { host, before } of swapped) memory.before[host] = before?.path ?? null;
        return swapped.map(({ host, before }) => `${host}: old data at ${before?.path ?? 'none'}`).join('; ');
      },
    },
    {
      id: 'start-etcd',
      title: 'Start etcd and wait until the members agree',
      target,
      effect: 'change',
      expectedSeconds: 15,
      skippable: false,
      undo: null,
      run: async () => {
        await each((host) =>
          agent(host, awaiting(limits.start)).startStaticPods({
            pods: ['etcd'],
            limitSeconds: limits.start,
            untilListening: true,
          }),
        );
        const facts = await etcdHealthy(work, limits.etcd);
        return `${facts.members.length} voters, one leader, revision ${facts.hashRevision}, equal hashes`;
      },
    },
    {
      id: 'start-api-servers',
      title: 'Start the API servers',
      target,
      effect: 'change',
      expectedSeconds: 15,
      skippable: false,
      undo: null,
      pointOfNoReturn: 'clients write to the restored cluster, and those writes exist nowhere else',
      run: async () => {
        const ready = await each(async (host) => {
          const options = awaiting(limits.start);
          const start = { pods: ['kube-apiserver'] as const, limitSeconds: limits.start, untilListening: true };
          await agent(host, options).startStaticPods(start);
          return agent(host, awaiting(limits.apiServer)).waitApiServerReady({ limitSeconds: limits.apiServer });
        });
        return ready.join('; ');
      },
    },
    {
      id: 'start-controllers',
      title: 'Start the controller-managers and schedulers',
      target,
      effect: 'change',
      expectedSeconds: 10,
      skippable: false,
      undo: null,
      run: async () =>
        (
          await each((host) =>
            agent(host, awaiting(limits.start)).startStaticPods({
              pods: controllers,
              limitSeconds: limits.start,
              untilListening: true,
            }),
          )
        ).join('; '),
    },
  ];
}

/** The members as the first host sees them, once they agree. */
export function etcdHealthy({ cluster, hosts, snapshot, bumpRevision }: RestoreWork, limitSeconds: number) {
  const [first] = hosts;
  return onHost(cluster, first?.host ?? '', awaiting(limitSeconds)).waitEtcdHealthy({
    endpoints: hosts.map(({ clientUrl }) => clientUrl),
    members: hosts.map(({ member }) => member),
    minimumRevision: snapshot.revision + bumpRevision,
    limitSeconds,
  });
}
