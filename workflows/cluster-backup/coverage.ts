import type { BackupStanding, NamespaceChoice, SavedVolume, ScopeClaim } from '../../activities/backups/types.ts';

/** What would be lost of one namespace if the cluster died now. */
export interface NamespaceCoverage {
  readonly namespace: string;
  /** Newest completed backup that holds the namespace; null for none. */
  readonly backup: string | null;
  /** Age of its data, seconds. */
  readonly ageSeconds: number | null;
  /** Schedules that take the namespace, as `rekindle-default (17 2 * * *)`. */
  readonly schedules: readonly string[];
  /** Since when its schedule owes a newer backup; null when it is in time or there is no schedule. */
  readonly overdueSince: string | null;
  readonly claims: number;
  /** Claims that have no usable copy in that backup, each with the reason. */
  readonly unprotected: readonly { readonly claim: string; readonly why: string }[];
}

export interface CoverageSources {
  readonly standing: BackupStanding;
  /** How a backup saved its volumes; null where that could not be read; absent where it was not asked. */
  readonly saved: Readonly<Record<string, readonly SavedVolume[] | null>>;
  /** Snapshots of EC2 that are there and completed. */
  readonly completedSnapshots: readonly string[];
}

/** As Velero reads it. */
export function takes({ included, excluded }: NamespaceChoice, namespace: string): boolean {
  if (excluded.includes(namespace)) return false;
  return included.length === 0 || included.includes('*') || included.includes(namespace);
}

/** The backup that each namespace would be restored from: the newest that completed and is not narrowed to a part of it. Pure. */
export function coveringBackups({ namespaces, backups }: BackupStanding): ReadonlyMap<string, string> {
  const covering = new Map<string, string>();
  for (const namespace of namespaces) {
    const found = backups.find(
      (backup) => backup.phase === 'Completed' && backup.narrowedTo === null && takes(backup.namespaces, namespace),
    );
    if (found !== undefined) covering.set(namespace, found.name);
  }
  return covering;
}

/** By namespace, in their order. Pure; `now` in milliseconds since the epoch. */
export function coverageOf(sources: CoverageSources, now: number): NamespaceCoverage[] {
  const { standing } = sources;
  const covering = coveringBackups(standing);
  return standing.namespaces.map((namespace) => {
    const name = covering.get(namespace) ?? null;
    const backup = standing.backups.find((seen) => seen.name === name);
    const started = backup?.startedAt ?? null;
    const schedules = standing.schedules.filter(
      (schedule) => !schedule.paused && takes(schedule.namespaces, namespace),
    );
    const claims = standing.claims.filter((claim) => claim.namespace === namespace);
    const unprotected = claims.flatMap((claim) => {
      const why = unprotectedBecause(claim, name, sources);
      return why === null ? [] : [{ claim: claim.name, why }];
    });
    return {
      namespace,
      backup: name,
      ageSeconds: started === null ? null : Math.max(0, Math.round((now - Date.parse(started)) / 1000)),
      schedules: schedules.map((schedule) => `${schedule.name} (${schedule.cron})`),
      overdueSince: schedules.flatMap(({ overdueSince }) => overdueSince ?? []).sort()[0] ?? null,
      claims: claims.length,
      unprotected,
    };
  });
}

function unprotectedBecause(claim: ScopeClaim, backup: string | null, sources: CoverageSources): string | null {
  if (backup === null) return 'no completed backup holds its namespace';
  const volumes = sources.saved[backup];
  if (volumes === undefined || volumes === null) return `how ${backup} saved its volumes could not be read`;
  const saved = volumes.find(({ namespace, claim: name }) => namespace === claim.namespace && name === claim.name);
  return unsavedBecause(saved, backup, sources.completedSnapshots);
}

/** Why a claim has no usable copy in a backup; null when it has one. A snapshot counts when EC2 has it, completed. Pure. */
export function unsavedBecause(
  saved: SavedVolume | undefined,
  backup: string,
  completedSnapshots: readonly string[],
): string | null {
  if (saved === undefined) return `${backup} does not hold its volume`;
  if (!saved.succeeded) return `no snapshot in ${backup}: ${saved.reason ?? 'no reason is given'}`;
  const { handle } = saved;
  if (handle?.startsWith('snap-') === true && !completedSnapshots.includes(handle)) {
    return `${backup} names snapshot ${handle}, which EC2 does not have as completed`;
  }
  return null;
}

/** `3 h 5 min`, for people. */
export function age(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** One line on a namespace: `backup nightly, 3 h old, schedule …, in time; 2 claims, 1 unprotected: data (why)`. */
export function coverageLine(coverage: NamespaceCoverage): string {
  const { backup, ageSeconds, schedules, overdueSince, claims, unprotected } = coverage;
  const saved =
    backup === null
      ? 'no completed backup: everything in it would be lost'
      : `backup ${backup}, ${ageSeconds === null ? 'of unknown age' : `${age(ageSeconds)} old`}`;
  const due = overdueSince === null ? 'in time' : `overdue since ${overdueSince}`;
  const schedule = schedules.length === 0 ? 'no schedule' : `schedule ${schedules.join(', ')}, ${due}`;
  const named = unprotected.map(({ claim, why }) => `${claim} (${why})`).join('; ');
  const data = claims === 0 ? 'no claims' : `${claims} claims, ${unprotected.length} unprotected`;
  return `${saved}; ${schedule}; ${data}${named === '' ? '' : `: ${named}`}`;
}
