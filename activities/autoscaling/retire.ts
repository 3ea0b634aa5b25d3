import { RekindleError } from '../../errors/rekindle-error.ts';
import { undrained } from '../kubernetes/drain.ts';
import { grouped } from '../kubernetes/grouped.ts';
import { poll } from '../kubernetes/polling.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import type { Pace } from '../pace.ts';
import { ownHold } from './group-hold.ts';
import { namedGroups } from './hold-groups.ts';
import { readyInstances } from './joined.ts';
import { type AutoScalingRegion, isEnding, isProvedDead, type Machine, terminationBatch } from './port.ts';
import type { PlannedNode, RetireInput } from './types.ts';

/**
 * Ends dead or drained machines through their groups, a batch at a time, and takes as many off the desired capacity. Each is looked at again
 * right before: as dead, a machine that runs with passing checks, or whose node is Ready, is never ended; as drained, none on which
 * pods are left. No group falls below the capacity
 * that it had before the recovery.
 */
export async function retireMachines(
  port: KubernetesPort,
  region: AutoScalingRegion,
  input: RetireInput,
  pace: Pace,
): Promise<string> {
  const byGroup = grouped(input.nodes, ({ group }) => group);
  const ids = input.nodes.map(({ instanceId }) => instanceId);
  const groups = await namedGroups(
    region,
    [...byGroup.keys()].map((name) => ({ name })),
    pace.signal(),
  );
  if (input.as === 'dead') await requireDead(port, region, input.nodes, pace);
  else await requireDrained(port, input.nodes, pace);
  let ended = 0;
  for (const group of groups) {
    const former = ownHold(group, input.recoveryId);
    if (former === null) throw new RekindleError('drifted', `group ${group.name} is no longer held by this recovery`);
    const dead = new Set((byGroup.get(group.name) ?? []).map(({ instanceId }) => instanceId));
    const due = group.members
      .filter((member) => dead.has(member.instanceId) && !isEnding(member))
      .map(({ instanceId }) => instanceId);
    if (group.desired - due.length < former.desired) {
      throw new RekindleError(
        'drifted',
        `group ${group.name} has desired capacity ${group.desired}: without ${due.length} of its members it would fall below ${former.desired}`,
      );
    }
    for (let from = 0; from < due.length; from += terminationBatch) {
      const batch = due.slice(from, from + terminationBatch);
      await region.terminateAndShrink(group.name, batch);
      ended += batch.length;
    }
  }
  await poll(pace, input.limitSeconds, 'not-terminated-yet', async () => {
    const left = (await region.machines(ids, pace.signal())).filter(
      ({ state }) => state !== 'terminated' && state !== 'missing',
    );
    // A machine that left its group by other hands stays as EC2 has it.
    const ours = new Set(
      (await namedGroups(region, groups, pace.signal())).flatMap(({ members }) =>
        members.map(({ instanceId }) => instanceId),
      ),
    );
    const open = left.filter(({ instanceId, state }) => ours.has(instanceId) || state === 'shutting-down');
    return open.length === 0 ? { done: null } : { missing: `${open.length} machines are not terminated yet` };
  });
  return `${ended} machines ended, ${ids.length - ended} had been before`;
}

async function requireDead(
  port: KubernetesPort,
  region: AutoScalingRegion,
  dead: readonly PlannedNode[],
  pace: Pace,
): Promise<void> {
  const [machines, ready] = await Promise.all([
    region.machines(
      dead.map(({ instanceId }) => instanceId),
      pace.signal(),
    ),
    readyInstances(port, pace.signal()),
  ]);
  const alive = machines.filter((machine) => ready.has(machine.instanceId) || mayLive(machine));
  if (alive.length === 0) return;
  const told = alive.map(({ instanceId, state, checks }) => `${instanceId} (${state}, checks ${checks})`).join(', ');
  throw new RekindleError('machine-alive', `nothing was ended: ${told}`);
}

async function requireDrained(port: KubernetesPort, nodes: readonly PlannedNode[], pace: Pace): Promise<void> {
  const open = await undrained(port, nodes, pace.signal());
  if (open !== null) throw new RekindleError('node-not-empty', `nothing was ended: ${open}`);
}

function mayLive(machine: Machine): boolean {
  if (isProvedDead(machine)) return false;
  return machine.state === 'running'
    ? machine.checks !== 'impaired'
    : machine.state === 'pending' || machine.state === 'unknown';
}
