import { undoing } from '../recovery/retries.ts';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { fenceSteps } from './fence.ts';
import { clients, hostWork } from './host-work.ts';
import { requireStillLost } from './look-again.ts';
import { onEveryHost, onHost } from './on-host.ts';
import { awaiting, limits, makeRestoreToken, preparing, proveFenced } from './ports.ts';
import { survivorSteps } from './survivor.ts';
import { type RestoreMemory, type SnapshotWork, sourceOf } from './work.ts';

/**
 * The order of facts section 1. Every step ends on all hosts before the next begins: that is the barrier, and `prove-stopped` takes
 * the proof once more, of every host, right before any data is moved.
 */
export function restoreAllSteps(work: SnapshotWork, memory: RestoreMemory, context: ScenarioContext): readonly Step[] {
  const { cluster, region, hosts } = work;
  const { recoveryId, workflowId } = context;
  const identity = { recoveryId, workflowId };
  const onHosts = hostWork(work, hosts, context);
  const { target, each, agent } = onHosts;

  const fromSource: readonly Step[] = [
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
          bucket: sourceOf(work, memory).bucket,
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
        const { bucket, key, sha256 } = sourceOf(work, memory);
        const prepared = await each((host) =>
          agent(host, preparing).prepareEtcdData({
            ...identity,
            snapshot: { region, bucket, key },
            sha256,
            initialCluster: hosts.map(({ member, peerUrl }) => ({ name: member, peerUrl })),
            tokenKey: memory.tokenKey ?? '',
            bumpRevision: work.bumpRevision,
          }),
        );
        const digests = new Set(prepared.map(({ tokenDigest }) => tokenDigest));
        return `${prepared.length} members from ${prepared[0]?.bytes ?? 0} bytes each, token ${[...digests].join(', ')}`;
      },
    },
  ];
  const standstill: readonly Step[] = [
    {
      ...onHosts.stopClients,
      run: async () => {
        await requireStillLost(work);
        return onHosts.stopClients.run();
      },
    },
    onHosts.stopEtcd('put-back'),
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
        const fenced = work.fenced.length === 0 ? [] : [await proveFenced({ region, machines: work.fenced })];
        return [`${proofs.flat().length} proofs from ${proofs.length} of ${hosts.length} hosts`, ...fenced].join('; ');
      },
    },
  ];

  return [
    onHosts.saveFiles,
    ...fenceSteps(work, context),
    // The data of a survivor is looked at only while nothing runs that could change it.
    ...(work.survivor === null
      ? [...fromSource, ...standstill]
      : [...standstill, ...survivorSteps(work, work.survivor, memory, context), ...fromSource]),
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
        // Each host by itself: one that is away must not keep the others on data that nobody wants any more.
        run: async () => {
          const back = await each(async (host) => {
            await agent(host, undoing).stopStaticPods({ pods: ['etcd'], limitSeconds: limits.stop });
            return agent(host, undoing).putBackEtcdData({ recoveryId });
          });
          return back.join('; ');
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
        // One by one: at its start a member compares its data with its peers', and those that all wait for each other's answer wait long.
        for (const host of hosts) await onHosts.start(host, ['etcd']);
        const facts = await restoredHealthy(work, memory, limits.etcd, true);
        const cleared = (facts.clearedAlarms ?? []).map(
          ({ alarm, memberId }) => `; cleared: alarm ${alarm} of former member ${memberId}`,
        );
        return `${facts.members.length} voters, one leader, revision ${facts.hashRevision}, equal hashes${cleared.join('')}`;
      },
    },
    {
      ...onHosts.startApiServers,
      pointOfNoReturn: 'clients write to the restored cluster, and those writes exist nowhere else',
    },
    onHosts.startControllers,
  ];
}

/** The members as the first host sees them, once they agree. */
export function restoredHealthy(
  work: SnapshotWork,
  memory: RestoreMemory,
  limitSeconds: number,
  clearLeftAlarms = false,
) {
  const { cluster, hosts, bumpRevision } = work;
  const [first] = hosts;
  return onHost(cluster, first?.host ?? '', awaiting(limitSeconds)).waitEtcdHealthy({
    endpoints: hosts.map(({ clientUrl }) => clientUrl),
    members: hosts.map(({ member }) => member),
    minimumRevision: sourceOf(work, memory).revision + bumpRevision,
    limitSeconds,
    clearLeftAlarms,
  });
}
