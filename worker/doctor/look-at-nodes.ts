import type { AutoScalingRegion } from '../../activities/autoscaling/port.ts';
import { type QuotaRegion, standardVcpus } from '../../activities/quotas/port.ts';
import { type Finding, fail, look, ok, warn } from './finding.ts';

/**
 * Whether the groups of the inventory are there, and whether everything can be read that decides on dead nodes. What changes a group
 * cannot be asked for without being done: Auto Scaling knows no dry run.
 */
export function lookAtGroups(
  cluster: string,
  names: readonly string[],
  region: AutoScalingRegion,
): Promise<readonly Finding[]> {
  const check = `cluster ${cluster}: Auto Scaling groups`;
  const mend = 'Grant ReadMachinesAndGroups of deploy/iam/orchestrator.json to the role of the worker.';
  return look(check, mend, async (signal) => {
    if (names.length === 0) {
      return [
        warn(check, 'none are named', `Name them in clusters.${cluster}.autoScalingGroups to have nodes replaced.`),
      ];
    }
    const groups = await region.groups(names, signal);
    const unknown = names.filter((name) => !groups.some((group) => group.name === name));
    if (unknown.length > 0) {
      return [fail(check, `unknown here: ${unknown.join(', ')}`, `Correct clusters.${cluster}.autoScalingGroups.`)];
    }
    const members = groups.flatMap((group) => group.members.map(({ instanceId }) => instanceId));
    await Promise.all([
      region.machines(members, signal),
      ...groups.flatMap(({ name }) => [
        region.failures(name, signal),
        region.launchHooks(name, signal),
        region.refresh(name, signal),
      ]),
    ]);
    const stopped = groups.filter(({ suspended }) => suspended.includes('Launch') || suspended.includes('Terminate'));
    const found = `${groups.length} with ${members.length} machines; their activities, hooks and refreshes can be read`;
    if (stopped.length === 0) return [ok(check, found)];
    const told = stopped.map(({ name, suspended }) => `${name} (${suspended.join(', ')})`).join('; ');
    return [warn(check, `${found}; suspended: ${told}`, 'Resume Launch and Terminate, or node-replacement refuses.')];
  });
}

/** Without it the plan cannot say whether its launches fit; the recovery goes on all the same. */
export function lookAtQuota(cluster: string, region: QuotaRegion): Promise<readonly Finding[]> {
  const check = `cluster ${cluster}: vCPU quota`;
  return look(check, 'Look at the worker’s network: Service Quotas has an address of its own.', async (signal) => {
    try {
      return [ok(check, `${standardVcpus} can be read: ${await region.standardVcpus(signal)}`)];
    } catch (error) {
      const found = `not read: ${error instanceof Error ? error.message : String(error)}`;
      return [warn(check, found, 'Grant ReadVcpuQuota of deploy/iam/orchestrator.json to the role of the worker.')];
    }
  });
}
