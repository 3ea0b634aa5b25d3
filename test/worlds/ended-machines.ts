import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';

/**
 * What the cloud's journal says against the terminations that Rekindle asked for since `after`: a machine that was ended although it
 * was not to be, or that was ended twice. One sentence each.
 */
export async function wronglyEnded(
  { front }: ClusterAccess,
  group: string,
  after: number,
  may: readonly string[],
): Promise<string[]> {
  const action = 'TerminateInstanceInAutoScalingGroup';
  const calls = await front.journal({ service: 'autoscaling', action, userAgent: 'rekindle', after, carriedOut: true });
  const ended = calls
    .filter(({ parameters, status }) => parameters.AutoScalingGroupName === group && status === 200)
    .flatMap(({ parameters }) => Object.values(parameters).filter((value) => /^i-[0-9a-f]+$/.test(value)));
  const wrong = [...new Set(ended)].filter((id) => !may.includes(id));
  const twice = [...new Set(ended.filter((id, index) => ended.indexOf(id) !== index))];
  return [...wrong.map((id) => `${id} was ended although it lives`), ...twice.map((id) => `${id} was ended twice`)];
}
