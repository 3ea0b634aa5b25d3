/** What runs in a pod's container, as far as it can be told without asking it. */
export interface DetectedDatabase {
  readonly kind: 'postgresql' | 'mysql' | 'mariadb' | 'mongodb' | 'redis';
  readonly container: string;
  /** What gave it away: `annotation rekindle.io/database`, `label app.kubernetes.io/name`, `image postgres:16`, `inventory`. */
  readonly basis: string;
}

/** The part of a pod that detection reads. */
export interface PodDescription {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}

/** A check that must answer within a pod; credentials are taken from the container's own environment, never from here. */
export interface CheckPostgresqlInput {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  /** Default: the only container. */
  readonly container?: string | null;
  /** Default: the container's PGDATABASE or POSTGRES_DB, else `postgres`. */
  readonly database?: string | null;
  /** A read-only query that answers one number, e.g. `select count(*) from orders`; run in a read-only transaction. */
  readonly countQuery?: string | null;
  /** Smallest acceptable answer of `countQuery`; default 0 = any answer. */
  readonly minimumCount?: number | null;
  /** Seconds until an unreachable server is told as `unknown`; default 120. */
  readonly limitSeconds?: number;
}

/** One question and its answer. `unknown`: no answer or no status came; never taken as success. */
export interface DatabaseFinding {
  readonly question:
    | 'accepts-connections'
    | 'out-of-recovery'
    | 'catalog-readable'
    | 'databases'
    | 'rows'
    | 'data-checksums'
    | 'amcheck';
  readonly outcome: 'proved' | 'disproved' | 'unknown' | 'not-available';
  /** Counts, versions, sizes; never contents of rows. */
  readonly detail: string;
}

export interface DatabaseReport {
  /** `disproved` if any finding is; else `unknown` if any required one is; else `proved`. */
  readonly outcome: 'proved' | 'disproved' | 'unknown';
  readonly version: string | null;
  readonly databases: readonly { readonly name: string; readonly bytes: number }[];
  /** Answer of `countQuery`; without one, the planner's estimate of live rows over all user tables. Null = not told. */
  readonly rows: number | null;
  readonly findings: readonly DatabaseFinding[];
  /** One line for the report. */
  readonly summary: string;
}

export interface DetectDatabaseInput {
  readonly pod: PodDescription;
  /** Kind that the inventory's consistency checks give for this workload, if any; it wins. */
  readonly declared?: DetectedDatabase['kind'] | null;
}

/** Names here are Temporal activity types. */
export interface DatabaseActivities {
  checkPostgresql(input: CheckPostgresqlInput): Promise<DatabaseReport>;
}
