import type { NeutralisedObject } from '../../activities/backup-stores/types.ts';
import type { Code } from '../../errors/codes.ts';
import { decide as decideRestore } from '../namespace-restore/decide.ts';
import type { Admitted } from '../recovery/input.ts';
import type { PlanDraft, Precondition, Verdict } from '../recovery/plan.ts';
import type { CrossClusterRestoreInput } from './contract.ts';
import type { CrossFacts } from './facts.ts';
import { describeMove, movePreconditions, volumeMoves } from './move-volumes.ts';
import { type CrossWork, locationName, type VolumeMove } from './work.ts';

/** Whether and how the objects are brought into the target. The objects themselves are decided as in a namespace-restore. Pure. */
export function decide(
  admitted: Admitted<CrossClusterRestoreInput>,
  facts: CrossFacts,
  now: number,
): Verdict<CrossWork> {
  const { input } = admitted;
  const { fromCluster, toCluster } = input;
  if (facts.neutralised !== null) return decidePromotion(toCluster, facts.neutralised);
  const { source, found, survey, target, velero, health } = facts;
  const { bucket } = source;
  if (health.kind === 'ill') return refuse(health.code, health.message);
  if (bucket === null) {
    return refuse(
      'precondition-unmet',
      `the inventory names no bucket for the Velero of ${fromCluster} (buckets.velero)`,
    );
  }
  const name = locationName(fromCluster);
  const from = target?.backupFrom ?? null;
  if (from !== null && from !== name) {
    const message = `${toCluster} has a Backup ${found?.backup?.name} of its own, from location ${from}: Velero would restore that one`;
    return refuse('backup-name-taken', message);
  }
  const none = { backup: null, others: [] };
  const rules = survey?.rules ?? [];
  const restoring = { ...admitted, input: { ...input, modifiers: rules as NonNullable<typeof input.modifiers> } };
  const verdict = decideRestore(restoring, { velero, health, found: found ?? none, survey }, now);
  if (verdict.kind !== 'proceed') return verdict;
  const moves = volumeMoves(toCluster, survey?.movedVolumes ?? [], facts.snapshots);
  return {
    ...verdict,
    work: {
      kind: 'restore',
      restore: verdict.work,
      location: { name, store: { region: source.region, bucket }, credential: source.readCredential },
      moves,
    },
    draft: draft(verdict.draft, input, facts, moves),
  };
}

function draft(
  base: PlanDraft,
  input: CrossClusterRestoreInput,
  { found, survey, target, source, snapshots }: CrossFacts,
  moves: readonly VolumeMove[],
): PlanDraft {
  const { fromCluster, toCluster, neutralise = true } = input;
  const shared = survey?.sharedVolumes ?? [];
  const count = survey?.neutralisedCount ?? 0;
  const named = survey?.neutralised ?? [];
  const movedWorkloads = survey?.movedWorkloads ?? [];
  return {
    ...base,
    summary: `${base.summary}; the backup is of ${fromCluster}, whose bucket ${source.bucket} is only read`,
    preconditions: [
      ...base.preconditions,
      placed(survey?.unplacedWorkloads ?? []),
      ...movePreconditions({
        moved: survey?.movedVolumes ?? [],
        count: survey?.movedVolumeCount ?? 0,
        snapshots,
        remapped: Object.keys(input.namespaceMapping ?? {}).length > 0,
      }),
      versionsFit(found?.sourceVersion ?? null, target?.version ?? null),
      notShared(shared),
    ],
    warnings: [
      ...base.warnings,
      ...(count === 0
        ? []
        : [
            `${count} objects are neutralised until they are promoted: ${named.join('; ')}${count > named.length ? '; ...' : ''}`,
          ]),
      ...(moves.length === 0
        ? []
        : [
            `Volumes that are made in another zone, and kept when their claim goes (Retain): ${moves.map(describeMove).join('; ')}`,
          ]),
      ...(movedWorkloads.length === 0 ? [] : [`Sent to another zone: ${movedWorkloads.join(', ')}`]),
      ...(neutralise ? [] : [`Nothing is neutralised: what acts in ${fromCluster} acts in ${toCluster} as well.`]),
    ],
  };
}

/** A kind that an older cluster lacks is told by the survey; here the distance as such. Not blocking: it mostly works. */
function versionsFit(source: string | null, target: string | null): Precondition {
  const [from, to] = [minor(source), minor(target)];
  const met = from !== null && to !== null && to >= from;
  const detail = `the source is ${source ?? 'of unknown version'}, the target ${target ?? 'of unknown version'}`;
  return { name: 'the target is no older than the source', blocking: false, met, detail };
}

function minor(version: string | null): number | null {
  const [, found] = /^v?1\.(\d+)/.exec(version ?? '') ?? [];
  return found === undefined ? null : Number(found);
}

function notShared(claims: readonly string[]): Precondition {
  const detail = `the backup has no data of ${claims.join(', ')}, and Velero would bind the volume that the source uses: leave it out`;
  return {
    name: 'no volume of the source is bound a second time',
    blocking: true,
    met: claims.length === 0,
    detail: claims.length === 0 ? 'so it is' : detail,
  };
}

/** Not blocking: nodes may come; until then its pods wait. */
function placed(unplaced: readonly string[]): Precondition {
  return {
    name: 'nodes are in the zones that workloads ask for',
    blocking: false,
    met: unplaced.length === 0,
    detail:
      unplaced.length === 0 ? 'so it is' : `${unplaced.join('; ')}, where no node is: name the zone in zoneMapping`,
  };
}

function decidePromotion(cluster: string, objects: readonly NeutralisedObject[]): Verdict<CrossWork> {
  if (objects.length === 0) {
    return { kind: 'nothing-to-do', code: 'nothing-to-promote', message: `${cluster} has no neutralised object there` };
  }
  const shown = objects.slice(0, 20).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  return {
    kind: 'proceed',
    reason: `${objects.length} objects are neutralised`,
    work: { kind: 'promote', cluster, objects },
    draft: {
      summary: `${objects.length} objects of ${cluster} act from now on`,
      recoveryPoint: { seconds: 0, basis: 'nothing is restored' },
      preconditions: [],
      warnings: [
        `Acting from now on: ${shown.join(', ')}${objects.length > shown.length ? ', ...' : ''}`,
        'See to it first that the source does not act any more: both would write, send and answer.',
      ],
    },
  };
}

function refuse(code: Code, message: string): Verdict<CrossWork> {
  return { kind: 'refuse', code, message };
}
