import { ApplicationFailure } from '@temporalio/workflow';
import { undoing } from '../recovery/retries.ts';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { hostWork } from './host-work.ts';
import { requireStillBroken } from './look-again.ts';
import { onHost } from './on-host.ts';
import { awaiting, limits } from './ports.ts';
import type { BrokenHost, ReplaceWork, RestoreMemory } from './work.ts';

/**
 * Each broken member joins anew, one after another, while the others hold the quorum. Invariants:
 * 1. The quorum is projected before a voter is taken out; the new member counts for nothing until it is promoted.
 * 2. The old data is moved aside after etcd is proved stopped there, and before the member is removed: until then all can be undone.
 * 3. Removed, an id never comes back; from there on the way is forward. A cancel leaves the others without a learner that nobody runs.
 * 4. What talks to the broken member is stopped with it, and starts with an empty cache.
 */
export function replaceSteps(work: ReplaceWork, memory: RestoreMemory, context: ScenarioContext): readonly Step[] {
  return work.broken.flatMap((member) => stepsOf(work, member, memory, context));
}

function stepsOf(work: ReplaceWork, member: BrokenHost, memory: RestoreMemory, context: ScenarioContext): Step[] {
  const { cluster, clusterId } = work;
  const { recoveryId } = context;
  const suffix = `-${member.host}`;
  const onBroken = hostWork(work, [member], context, suffix);
  const { agent, start } = onBroken;
  const sound = soundHosts(work);
  const helper = (options = awaiting(limits.membership)) => onHost(cluster, sound[0]?.host ?? '', options);
  const endpoints = sound.map(({ clientUrl }) => clientUrl);
  const target = `member ${member.member} of etcd of ${cluster}`;

  return [
    onBroken.saveFiles,
    {
      ...onBroken.stopClients,
      run: async () => {
        await requireStillBroken(work, member);
        return onBroken.stopClients.run();
      },
    },
    onBroken.stopEtcd('revert'),
    {
      id: `set-data-aside${suffix}`,
      title: 'Move the old data aside',
      target: member.host,
      effect: 'change',
      expectedSeconds: 2,
      skippable: false,
      undo: {
        kind: 'revert',
        title: 'Put the old data back',
        run: () => agent(member, undoing).putBackEtcdData({ recoveryId }),
      },
      run: async () => {
        const aside = await agent(member).setAsideEtcdData({ recoveryId });
        memory.before[member.host] = aside?.path ?? null;
        return `${member.host}: old data at ${aside?.path ?? 'none'}`;
      },
    },
    {
      id: `remove-member${suffix}`,
      title: 'Take the broken member out of the list',
      target,
      effect: 'delete',
      expectedSeconds: 2,
      skippable: false,
      undo: null,
      pointOfNoReturn: 'a member that was removed never comes back under its id; it can only join anew',
      run: async () => {
        if (member.memberId === null) return 'it was not in the list';
        return helper().removeEtcdMember({ endpoints, memberId: member.memberId, onlyLearner: false });
      },
    },
    {
      id: `add-learner${suffix}`,
      title: 'Add it as a learner, which has no vote, and let it copy the data',
      target,
      effect: 'create',
      expectedSeconds: 15,
      skippable: false,
      undo: {
        kind: 'put-back',
        title: 'Take a learner away that was not promoted',
        run: () => removeUnpromoted(),
      },
      run: async () => {
        const { member: name, peerUrl } = member;
        const added = await helper().addEtcdLearner({ endpoints, name, peerUrl });
        memory.joined[member.host] = added.memberId;
        if (!added.learner) return `member ${added.memberId} is a voter already`;
        const { initialCluster } = added;
        const running = await agent(member).readHostFacts();
        const inPlace = running.pods.find((pod) => pod.name === 'etcd')?.manifest === 'in-place';
        if (!inPlace) await agent(member).joinEtcdCluster({ recoveryId, initialCluster });
        await start(member, ['etcd']);
        return `learner ${added.memberId} of cluster ${clusterId} runs, one of ${initialCluster.length} members`;
      },
    },
    {
      id: `promote-member${suffix}`,
      title: 'Promote it once it is in sync',
      target,
      effect: 'change',
      expectedSeconds: 10,
      skippable: false,
      undo: null,
      run: () =>
        helper(awaiting(limits.etcd)).promoteEtcdLearner({
          endpoints: [...endpoints, member.clientUrl],
          memberId: memory.joined[member.host] ?? '',
          limitSeconds: limits.etcd,
        }),
    },
    {
      id: `clear-alarm${suffix}`,
      title: 'Clear the alarm of the member that is gone',
      target,
      effect: 'change',
      expectedSeconds: 1,
      skippable: true,
      undo: null,
      run: async () => {
        if (member.memberId === null) return 'the member had no id, and so no alarm';
        return helper().disarmCorruptAlarm({ endpoints, memberIds: [member.memberId] });
      },
    },
    onBroken.startApiServers,
    onBroken.startControllers,
  ];

  async function removeUnpromoted(): Promise<string> {
    const { members, unanswered = [] } = await helper(undoing).readEtcdCluster({ endpoints });
    if (members.length === 0 || unanswered.includes('members')) {
      throw ApplicationFailure.nonRetryable('etcd does not tell its members', 'etcd-not-healthy');
    }
    const learner = members.find((found) => found.peerUrl === member.peerUrl && found.learner);
    if (learner === undefined) return 'there is none';
    await agent(member, undoing).stopStaticPods({ pods: ['etcd'], limitSeconds: limits.stop });
    const removal = { endpoints, memberId: learner.id, onlyLearner: true };
    const removed = await helper(undoing).removeEtcdMember(removal);
    return `${removed}; etcd on ${member.host} is stopped, its old data aside`;
  }
}

/** Hosts whose member was never broken: they hold the quorum by themselves. */
function soundHosts({ hosts, broken }: ReplaceWork) {
  return hosts.filter(({ host }) => !broken.some((one) => one.host === host));
}

/** The members as a sound host sees them, once all agree. */
export function replacedHealthy(work: ReplaceWork, limitSeconds: number) {
  const { cluster, hosts } = work;
  return onHost(cluster, soundHosts(work)[0]?.host ?? '', awaiting(limitSeconds)).waitEtcdHealthy({
    endpoints: hosts.map(({ clientUrl }) => clientUrl),
    members: hosts.map(({ member }) => member),
    minimumRevision: 0,
    limitSeconds,
  });
}
