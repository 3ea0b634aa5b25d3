import type { Code } from '../../errors/codes.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import { standingOf } from './claim-plan.ts';
import type { VolumeRebindInput } from './contract.ts';
import { decideCsi } from './decide-csi.ts';
import { decideEbs } from './decide-ebs.ts';
import type { RebindFacts } from './facts.ts';
import { storageRoute } from './storage.ts';
import type { RebindWork } from './work.ts';

/** Whether and how the claim gets its data back. Pure: equal facts give an equal plan. */
export function decide(admitted: Admitted<VolumeRebindInput>, facts: RebindFacts, now: number): Verdict<RebindWork> {
  const { namespace, pvc, cluster, force = false } = admitted.input;
  const { cluster: seen, saved } = facts;
  if (!seen.namespaceFound) return refuse('namespace-unknown', `namespace ${namespace} is not in cluster ${cluster}`);
  const standing = standingOf(seen.claim);
  if (standing === 'gone' && nothingKnown(facts)) {
    return refuse(
      'claim-unknown',
      `claim ${namespace}/${pvc} is not in cluster ${cluster}, and nothing tells that it ever was`,
    );
  }
  if (standing === 'never-bound' && !force) {
    return refuse('claim-never-bound', `claim ${namespace}/${pvc} is ${seen.claim?.phase} and names no volume`);
  }
  const route = storageRoute(seen, saved);
  switch (route.kind) {
    case 'unsupported':
      return refuse(
        'driver-unsupported',
        `claim ${namespace}/${pvc} lies on ${route.what}, which has no snapshots to come back from`,
      );
    case 'csi':
      return decideCsi(admitted, facts, route, now);
    case 'ebs':
      return decideEbs(admitted, facts, now);
  }
}

/** No claim, no volume object, no saved definition, no workload that asks for it, no snapshot that names it. */
function nothingKnown({ cluster, saved, ec2Snapshots, clusterSnapshots }: RebindFacts): boolean {
  const named = ec2Snapshots?.candidates.some(({ matches }) => matches.some((match) => match !== 'named')) ?? false;
  return (
    cluster.volume === null &&
    saved.length === 0 &&
    cluster.consumers.length === 0 &&
    clusterSnapshots.snapshots.length === 0 &&
    !named
  );
}

function refuse(code: Code, message: string): Verdict<RebindWork> {
  return { kind: 'refuse', code, message };
}
