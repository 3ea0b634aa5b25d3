import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';

/** Machines of a group whose end Rekindle asked for since `after`, by the cloud's journal, in order; one that was asked for twice is there twice. */
export async function endedMachines({ front }: ClusterAccess, group: string, after: number): Promise<string[]> {
  const action = 'TerminateInstanceInAutoScalingGroup';
  const calls = await front.journal({ service: 'autoscaling', action, userAgent: 'rekindle', after, carriedOut: true });
  return calls
    .filter(({ parameters, status }) => parameters.AutoScalingGroupName === group && status === 200)
    .flatMap(({ parameters }) => Object.values(parameters).filter((value) => /^i-[0-9a-f]+$/.test(value)));
}

/** A machine that was ended although it was not to be, or that was ended twice. One sentence each. */
export async function wronglyEnded(
  access: ClusterAccess,
  group: string,
  after: number,
  may: readonly string[],
): Promise<string[]> {
  const ended = await endedMachines(access, group, after);
  const wrong = [...new Set(ended)].filter((id) => !may.includes(id));
  const twice = [...new Set(ended.filter((id, index) => ended.indexOf(id) !== index))];
  return [...wrong.map((id) => `${id} was ended although it lives`), ...twice.map((id) => `${id} was ended twice`)];
}
