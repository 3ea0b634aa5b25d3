import { sleep } from '@temporalio/workflow';
import type { Admitted } from '../recovery/input.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import type { NodeReplacementInput } from './contract.ts';
import type { NodeFacts } from './facts.ts';
import { judgeExtent, judgeNodes } from './judge.ts';
import { readGroups, readNodes, readVcpuQuota } from './ports.ts';

/** Kubernetes calls a silent node NotReady after 50 s: twice that is enough for both to agree. */
const looks = 10;
const pauseMs = 10_000;

/** Reads everything that `decide` looks at; changes nothing. Looks again while Kubernetes and EC2 do not agree yet. */
export async function assess(admitted: Admitted<NodeReplacementInput>, context: ScenarioContext): Promise<NodeFacts> {
  for (let look = 1; ; look += 1) {
    const facts = await observe(admitted);
    const extent = judgeExtent(judgeNodes(facts));
    const launches = extent.kind === 'isolated' || extent.kind === 'zone-outage' || asksForMore(admitted.input);
    if (extent.kind !== 'settling') return launches ? { ...facts, quota: await quotaOf(admitted, facts) } : facts;
    if (look === looks) return facts;
    context.report(extent.reason);
    await sleep(pauseMs);
  }
}

async function observe({ input, settings }: Admitted<NodeReplacementInput>): Promise<NodeFacts> {
  const cluster = await readNodes({ cluster: input.cluster, named: input.drainNodes ?? [] });
  const cloud = await readGroups({
    cluster: input.cluster,
    region: settings.region,
    groups: input.autoScalingGroups ?? null,
    instanceIds: [
      ...cluster.nodes.flatMap(({ instanceId }) => instanceId ?? []),
      ...cluster.ready.flatMap(([instanceId]) => instanceId ?? []),
    ],
  });
  return { cluster, cloud, quota: null };
}

function asksForMore({ desiredCapacity, drainNodes }: NodeReplacementInput): boolean {
  return desiredCapacity !== undefined || drainNodes !== undefined;
}

function quotaOf({ settings: { region } }: Admitted<NodeReplacementInput>, { cloud }: NodeFacts) {
  return readVcpuQuota({ region, groups: cloud.groups.map(({ name }) => name) });
}
