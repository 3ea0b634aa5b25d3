import type { Check, ScenarioContext } from '../recovery/scenario.ts';
import { beyondPlan, couldBeRead } from './losses.ts';
import { onEveryHost, onHost, orNull } from './on-host.ts';
import { trying } from './ports.ts';
import type { SnapshotWork } from './work.ts';

const namedAtMost = 30;

/**
 * The plan names what the rewind takes back as it was when the plan was made; until the API servers are stopped more is written. The old
 * data, which lies beside the new, tells exactly what there was in the end. None where the plan could name nothing.
 */
export function rewound(work: SnapshotWork, { recoveryId, plan }: ScenarioContext): readonly Check[] {
  const { cluster, region, hosts, snapshot: source } = work;
  const losses = plan()?.recoveryPoint.losses ?? [];
  if (source === null || !couldBeRead(losses)) return [];
  const about = { claim: 'restored', target: 'what the rewind took back', source: 'the old data' } as const;
  const { bucket, key, sha256 } = source;
  const question = { snapshot: { region, bucket, key }, sha256, endpoints: [], movedAsideBy: recoveryId };
  return [
    {
      ...about,
      run: async () => {
        const found = await onEveryHost(hosts, ({ host }) =>
          orNull(() => onHost(cluster, host, trying).readEtcdRewind(question)),
        );
        // A member may have been behind the others.
        const [furthest] = found.flatMap((one) => one ?? []).sort((left, right) => right.revision - left.revision);
        if (furthest === undefined) return { ...about, outcome: 'unknown', detail: 'no host can read its old data' };
        const { basis, lost, returning, changed } = furthest;
        const late = beyondPlan(losses, furthest);
        const more = late.length > namedAtMost ? `; and ${late.length - namedAtMost} more` : '';
        return {
          ...about,
          outcome: 'proved',
          source: basis,
          detail:
            `${lost.count} objects gone, ${returning.count} back, ${changed.count} as they were then; written after the plan, and not named ` +
            `in it: ${late.length === 0 ? 'nothing' : `${late.slice(0, namedAtMost).join('; ')}${more}`}`,
        };
      },
    },
  ];
}
