/**
 * Control-plane hosts that do not answer are stopped in EC2: only its word `stopped` proves that nothing runs there. A host that was
 * fenced bears the recovery's mark. It is never started again by a recovery that succeeded: its etcd would come back with old data.
 */
import { RekindleError } from '../../errors/rekindle-error.ts';
import { type AutoScalingRegion, fenceTag, isProvedDead } from '../autoscaling/port.ts';
import { poll } from '../kubernetes/polling.ts';
import type { Pace } from '../pace.ts';
import type { FenceInput } from './types.ts';

/** After so long a machine is stopped hard: a system that hangs never ends by itself. */
const patienceSeconds = 60;

export async function fenceHosts(
  region: AutoScalingRegion,
  { machines, offBefore = [], recoveryId, limitSeconds }: FenceInput,
  pace: Pace,
): Promise<string> {
  const ids = machines.map(({ instanceId }) => instanceId);
  const seen = await region.machines(ids, pace.signal());
  const missing = seen.find(({ state }) => state === 'missing');
  if (missing !== undefined) throw new RekindleError('not-fenced', `EC2 does not know ${missing.instanceId}`);
  const running = seen.filter(({ state }) => state === 'running' || state === 'pending');
  const back = running.find(({ instanceId }) => offBefore.includes(instanceId));
  if (back !== undefined) {
    throw new RekindleError(
      'fenced-host-runs',
      `${back.instanceId} was off when the plan was made, and is ${back.state}`,
    );
  }
  if (running.length > 0) {
    // Only what this recovery stops bears its mark: the undo starts what is marked, and an earlier fence is another's to lift.
    await region.tagMachines(idsOf(running), { [fenceTag]: recoveryId });
    await region.stopMachines(idsOf(running), false);
  }
  const hardAt = pace.now() + patienceSeconds * 1000;
  let hard = false;
  return poll(pace, limitSeconds, 'not-fenced', async () => {
    const alive = (await region.machines(ids, pace.signal())).filter((machine) => !isProvedDead(machine));
    if (alive.length === 0) return { done: told(machines) };
    if (!hard && pace.now() >= hardAt) {
      hard = true;
      await region.stopMachines(idsOf(alive), true);
    }
    return { missing: alive.map(({ instanceId, state }) => `${instanceId} is ${state}`).join(', ') };
  });
}

/** Throws `not-fenced` unless EC2 says of every machine, at this moment, that it does not run. */
export async function proveFenced(
  region: AutoScalingRegion,
  { machines }: Pick<FenceInput, 'machines'>,
  pace: Pace,
): Promise<string> {
  const seen = await region.machines(
    machines.map(({ instanceId }) => instanceId),
    pace.signal(),
  );
  const alive = seen.find((machine) => !isProvedDead(machine));
  if (alive !== undefined) throw new RekindleError('not-fenced', `EC2 says that ${alive.instanceId} is ${alive.state}`);
  return told(machines);
}

/** Back to where it was before the fence, for a recovery that changed nothing else. */
export async function unfenceHosts(
  region: AutoScalingRegion,
  { machines, recoveryId, limitSeconds }: FenceInput,
  pace: Pace,
): Promise<string> {
  const ids = machines.map(({ instanceId }) => instanceId);
  await poll(pace, limitSeconds, 'not-fenced', async () => {
    const seen = await region.machines(ids, pace.signal());
    const stopping = seen.filter(({ state }) => state === 'stopping');
    return stopping.length === 0 ? { done: true } : { missing: `${stopping.length} machines are still stopping` };
  });
  const marked = (await region.machines(ids, pace.signal())).filter(({ fencedBy }) => fencedBy === recoveryId);
  const stopped = marked.filter(({ state }) => state === 'stopped');
  if (stopped.length > 0) await region.startMachines(idsOf(stopped));
  if (marked.length > 0) await region.tagMachines(idsOf(marked), { [fenceTag]: '' });
  return stopped.length === 0 ? 'nothing was stopped' : `started again: ${idsOf(stopped).join(', ')}`;
}

function idsOf(machines: readonly { readonly instanceId: string }[]): string[] {
  return machines.map(({ instanceId }) => instanceId);
}

function told(machines: FenceInput['machines']): string {
  return machines.map(({ host, instanceId }) => `${host} (${instanceId}) is stopped`).join(', ');
}
