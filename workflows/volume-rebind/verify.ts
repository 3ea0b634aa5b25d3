import type { Evidence } from '../recovery/evidence.ts';
import type { Check, ScenarioContext } from '../recovery/scenario.ts';
import { claimTarget } from './identity.ts';
import { checkPostgresql, limits, readClaimUse, readVolume } from './ports.ts';
import { readyInput } from './steps-workload.ts';
import type { RebindMemory, RebindWork } from './work.ts';

/** Four claims, each with evidence of its own: restored, bound, ready, consistent. */
export function checks(work: RebindWork, memory: RebindMemory, context: ScenarioContext): readonly Check[] {
  const look = oneLook(work, context);
  const list: Check[] = [restored(work, memory), bound(work, memory, look)];
  if (work.workloads.length > 0) list.push(ready(work, look));
  if (work.database !== null && work.workloads.some(({ minimumReady }) => minimumReady > 0)) {
    list.push(consistent(work, work.database, look));
  }
  return list;
}

type Look = () => ReturnType<typeof readClaimUse>;

/** The claim and its pods as they are at the verification: one look for all claims that speak of them. */
function oneLook(work: RebindWork, { recoveryId }: ScenarioContext): Look {
  let look: ReturnType<typeof readClaimUse> | undefined;
  return () => {
    look ??= readClaimUse(readyInput(work, recoveryId));
    return look;
  };
}

/** The volume that the claim is bound to is the one that was made from the snapshot. */
function restored(work: RebindWork, memory: RebindMemory): Check {
  const { source, region } = work;
  const volumeId = memory.volumeId ?? '';
  const about = { claim: 'restored', target: `volume ${volumeId}` } as const;
  return {
    ...about,
    run: async () => {
      if (source.kind === 'csi-snapshot') {
        const { snapshotHandle, driver } = source.snapshot;
        const detail = `driver ${driver} filled ${volumeId} from ${snapshotHandle}`;
        const outcome = memory.volumeId === null ? 'unknown' : 'proved';
        return { ...about, outcome, detail, source: 'GET persistentvolumes' };
      }
      const volume = await readVolume({ region, volumeId });
      const wanted = source.kind === 'ebs-snapshot' ? source.volume.snapshotId : volume.sourceSnapshotId;
      const there = volume.state === 'available' || volume.state === 'in-use';
      const { state, initialization } = volume;
      const { type = '?', sizeGiB = 0 } = volume.shape ?? {};
      return {
        ...about,
        outcome: there && volume.sourceSnapshotId === wanted ? 'proved' : 'disproved',
        detail: `${state}, ${type}, ${sizeGiB} GiB in ${volume.zone}, from ${volume.sourceSnapshotId}; ${initialization.state}`,
        source: 'EC2 DescribeVolumes',
      };
    },
  };
}

function bound(work: RebindWork, memory: RebindMemory, look: Look): Check {
  const about = {
    claim: 'bound',
    target: claimTarget(work),
    source: 'GET persistentvolumeclaims, persistentvolumes',
  } as const;
  return {
    ...about,
    run: async () => {
      const { binding } = await look();
      if (binding === null) return { ...about, outcome: 'disproved', detail: 'the claim is gone' };
      const { phase, volumeName, volumePhase, handle, claimUid } = binding;
      const right = phase === 'Bound' && volumePhase === 'Bound' && sameVolume(handle, memory.volumeId);
      const detail = `claim ${claimUid} is ${phase} to ${volumeName} (${volumePhase}), volume ${handle}`;
      return { ...about, outcome: right ? 'proved' : 'disproved', detail };
    },
  };
}

/** In-tree handles carry the zone before the id. */
function sameVolume(handle: string | null, volumeId: string | null): boolean {
  return handle !== null && volumeId !== null && (handle === volumeId || handle.endsWith(`/${volumeId}`));
}

function ready(work: RebindWork, look: Look): Check {
  const about = { claim: 'ready', target: claimTarget(work), source: 'GET pods' } as const;
  return {
    ...about,
    run: async () => {
      const { readiness } = await look();
      const outcome = readiness.missing === null ? 'proved' : 'disproved';
      return { ...about, outcome, detail: readiness.missing ?? readiness.detail };
    },
  };
}

function consistent(work: RebindWork, { kind, container }: NonNullable<RebindWork['database']>, look: Look): Check {
  const about = {
    claim: 'consistent',
    target: `${kind} on ${claimTarget(work)}`,
    source: `exec in ${container}`,
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      if (kind !== 'postgresql') {
        return { ...about, outcome: 'unknown', detail: `a ${kind} is checked by hand: its check is not known here` };
      }
      const { cluster, namespace } = work;
      const { readiness } = await look();
      const pod = readiness.pods[0];
      if (pod === undefined) return { ...about, outcome: 'unknown', detail: 'no pod of the claim is ready' };
      const limitSeconds = limits.database;
      const { outcome, summary } = await checkPostgresql({ cluster, namespace, pod, container, limitSeconds });
      return { ...about, outcome, detail: `${pod}: ${summary}` };
    },
  };
}
