import type { VcpuQuota } from '../../activities/quotas/types.ts';
import type { Precondition } from '../recovery/plan.ts';
import type { NodeFacts } from './facts.ts';
import type { ReplacementWork, Wave } from './work.ts';

/** Code under which AWS raises it: running on-demand vCPUs of the standard families. */
const code = 'L-1216C47A';
const name = `the vCPU quota ${code} covers the launches`;

type Known = Exclude<VcpuQuota, { readonly unread: string }>;

/**
 * Whether the machines that the waves launch fit beside what runs. Blocking where not even the first wave does: nothing would come of
 * it. A later wave that does not fit stops the run there, as `quota-exceeded`, until the quota was raised. Pure.
 */
export function vcpuPrecondition(work: ReplacementWork, { quota, cloud }: NodeFacts): Precondition {
  if (quota === null) return { name, blocking: false, met: true, detail: 'nothing is launched' };
  if ('unread' in quota) return { name, blocking: false, met: false, detail: `not read: ${quota.unread}` };
  const unknown = work.groups.map((group) => group.name).filter((group) => eachOf(quota, group) === null);
  const blind = unknown.length === 0 ? '' : `; not known of ${unknown.join(', ')}, which has no machine to tell by`;
  const running = new Set(
    cloud.machines.filter(({ state }) => state === 'running').map(({ instanceId }) => instanceId),
  );
  let used = quota.used;
  for (const [index, wave] of work.waves.entries()) {
    const needed = used + launchedBy(wave, work, quota);
    if (needed > quota.limit)
      return tooMuch(quota, needed, `wave ${index + 1} of ${work.waves.length}`, index === 0, blind);
    used = needed - endedBy(wave, quota, running);
  }
  const needed = used + work.groups.reduce((sum, group) => sum + grownBy(group) * (eachOf(quota, group.name) ?? 0), 0);
  if (needed > quota.limit) return tooMuch(quota, needed, 'the added nodes', work.waves.length === 0, blind);
  return { name, blocking: false, met: true, detail: `${quota.used} of ${quota.limit} vCPUs run${blind}` };
}

function tooMuch({ used, limit }: Known, needed: number, what: string, blocking: boolean, blind: string): Precondition {
  const lower = blocking ? ', or lower maxParallel or desiredCapacity' : '';
  const detail = `${used} of ${limit} vCPUs run, ${what} would need ${needed}: raise ${code} to that${lower}${blind}`;
  return { name, blocking, met: false, detail };
}

function launchedBy(wave: Wave, work: ReplacementWork, quota: Known): number {
  return wave.groups.reduce((sum, { name: group, desired }) => {
    const before = work.groups.find((one) => one.name === group)?.desired ?? desired;
    return sum + (desired - before) * (eachOf(quota, group) ?? 0);
  }, 0);
}

/** A machine that was stopped or terminated before takes nothing from the quota; one that is drained, or impaired, does until its end. */
function endedBy({ kind, nodes }: Wave, quota: Known, running: ReadonlySet<string>): number {
  return nodes
    .filter(({ instanceId }) => kind === 'drained' || running.has(instanceId))
    .reduce((sum, { group }) => sum + (eachOf(quota, group) ?? 0), 0);
}

function grownBy({ grownTo, desired }: ReplacementWork['groups'][number]): number {
  return grownTo === null ? 0 : grownTo - desired;
}

function eachOf({ each }: Known, group: string): number | null {
  return each.find((one) => one.group === group)?.vcpus ?? null;
}
