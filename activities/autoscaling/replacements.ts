import type { Code } from '../../errors/codes.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { poll } from '../kubernetes/polling.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import type { Pace } from '../pace.ts';
import { readyInstances } from './joined.ts';
import { type AutoScalingRegion, type Group, type GroupMember, isEnding } from './port.ts';
import type { WaitReplacementsInput } from './types.ts';

interface Lack {
  readonly code: Code;
  readonly message: string;
}

/**
 * Waits until each group has as many Ready nodes as are wanted, dead ones not counted. Says precisely what is missing: at once
 * when launches keep failing for longer than the patience, else at the limit.
 */
export async function waitReplacements(
  port: KubernetesPort,
  region: AutoScalingRegion,
  input: WaitReplacementsInput,
  pace: Pace,
): Promise<string> {
  const began = pace.began();
  const dead = new Set(input.deadIds);
  let lacks: readonly Lack[] = [];
  try {
    const look = async () => {
      const [groups, ready] = await Promise.all([
        region.groups(
          input.groups.map(({ name }) => name),
          pace.signal(),
        ),
        readyInstances(port, pace.signal()),
      ]);
      lacks = [];
      for (const { name, ready: wanted } of input.groups) {
        const group = groups.find((one) => one.name === name);
        if (group === undefined) throw new RekindleError('group-unknown', `group ${name} is gone`);
        const living = group.members.filter((member) => !dead.has(member.instanceId) && !isEnding(member));
        const joined = living.filter(({ instanceId, lifecycle }) => lifecycle === 'InService' && ready.has(instanceId));
        if (joined.length >= wanted) continue;
        const lack = lackOf(group, living, ready, wanted - joined.length);
        if (living.length >= group.desired - deadMembers(group, dead)) {
          lacks = [...lacks, lack];
          continue;
        }
        const failure = (await region.failures(name, pace.signal())).find(({ at }) => at >= began);
        if (failure === undefined) {
          lacks = [...lacks, lack];
          continue;
        }
        const code = failureCode(failure.message);
        const failed = { code, message: `${lack.message}; Auto Scaling says: ${failure.message}` };
        if (pace.now() - began > input.patienceSeconds * 1000) throw new RekindleError(code, failed.message);
        lacks = [...lacks, failed];
      }
      if (lacks.length === 0) {
        const counts = input.groups.map(({ name, ready: wanted }) => `${name} ${wanted}`).join(', ');
        return { done: `Ready: ${counts}` };
      }
      return { missing: lacks.map(({ message }) => message).join('; ') };
    };
    return await poll(pace, input.limitSeconds, 'nodes-do-not-join', look, began);
  } catch (error) {
    const [worst] = lacks;
    if (!(error instanceof RekindleError) || error.code !== 'nodes-do-not-join' || worst === undefined) throw error;
    throw new RekindleError(worst.code, error.message);
  }
}

/** By AWS's words: a group with a plain launch template shows no code. */
export function failureCode(message: string): Code {
  if (/limit of \d+ allows|VcpuLimitExceeded|InstanceLimitExceeded|MaxSpotInstanceCountExceeded/i.test(message)) {
    return 'quota-exceeded';
  }
  return /capacity/i.test(message) ? 'capacity-missing' : 'launch-failed';
}

function deadMembers(group: Group, dead: ReadonlySet<string>): number {
  return group.members.filter((member) => dead.has(member.instanceId) && !isEnding(member)).length;
}

function lackOf({ name }: Group, living: readonly GroupMember[], ready: ReadonlySet<string>, count: number): Lack {
  const waiting = living.filter(({ lifecycle }) => lifecycle === 'Pending:Wait' || lifecycle === 'Pending:Proceed');
  const idle = living.filter(({ instanceId, lifecycle }) => lifecycle === 'InService' && !ready.has(instanceId));
  const message = `group ${name} lacks ${count} Ready nodes`;
  if (waiting.length > 0) {
    return { code: 'lifecycle-hook-waiting', message: `${message}: ${idsOf(waiting)} wait for a lifecycle hook` };
  }
  if (idle.length > 0) return { code: 'nodes-do-not-join', message: `${message}: no Ready node of ${idsOf(idle)}` };
  return { code: 'launch-failed', message: `${message}: not launched yet` };
}

function idsOf(members: readonly GroupMember[]): string {
  const ids = members.map(({ instanceId }) => instanceId);
  return ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
}
