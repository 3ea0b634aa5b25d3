export type DatabaseKind = 'postgresql' | 'mysql' | 'mariadb' | 'mongodb' | 'redis';

/** What runs in a pod's container, as far as it can be told without asking it: see `detection.ts`. */
export interface DetectedDatabase {
  readonly kind: DatabaseKind;
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

export interface DetectDatabaseInput {
  readonly pod: PodDescription;
  /** Kind that the inventory's consistency checks give for this workload, if any; it wins. */
  readonly declared?: DatabaseKind | null;
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
  /** Default: the container's PGUSER or POSTGRES_USER, else `postgres`. */
  readonly user?: string | null;
  /** One `select` that answers one number, e.g. `select count(*) from orders`; asked in a read-only session. */
  readonly countQuery?: string | null;
  /** Smallest acceptable number of rows; default 0 = any. */
  readonly minimumCount?: number | null;
  /** Whether to look for damage with pg_amcheck where it is installed; default true. */
  readonly amcheck?: boolean;
  /** Seconds for the server to come out of its recovery and answer; default 120. Then the last answer is told as it is. */
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
  /** Null = not told. */
  readonly rows: number | null;
  /** `query`: answer of `countQuery`; `counted`: in all user tables; `estimate`: the planner's, where counting takes too long. */
  readonly rowsBasis: 'query' | 'counted' | 'estimate' | null;
  readonly findings: readonly DatabaseFinding[];
  /** One line for the report. */
  readonly summary: string;
}

/** Names here are Temporal activity types. */
export interface DatabaseActivities {
  checkPostgresql(input: CheckPostgresqlInput): Promise<DatabaseReport>;
}
