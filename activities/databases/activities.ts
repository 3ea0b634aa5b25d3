import { RekindleError } from '../../errors/rekindle-error.ts';
import type { KubernetesClusters, KubernetesPort } from '../kubernetes/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { judgePostgresql } from './postgresql-answer.ts';
import { isCountQuery, postgresqlCommand } from './postgresql-command.ts';
import type { CheckPostgresqlInput, DatabaseActivities, DatabaseReport } from './types.ts';

export type { DatabaseActivities } from './types.ts';

export interface DatabaseDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly pace?: Pace;
}

const defaultLimitSeconds = 120;
const pauseMs = 1_000;
/** An exec that stays silent for 5 minutes is cut by the API server. */
const longestExecSeconds = 280;
const statementSeconds = 60;
/** Counting the rows of tables up to this size takes seconds. */
const countBudgetBytes = 256 * 1024 * 1024;

export function createDatabaseActivities({ clusters, pace = activityPace }: DatabaseDependencies): DatabaseActivities {
  return {
    /**
     * Safe to retry: reads only. Asks until the server is out of its recovery and answers, or until the limit; then the last
     * answer is the report, `unknown` where none came.
     * @throws RekindleError `invalid-input` for a count query that is not one plain `select`
     */
    async checkPostgresql(input) {
      if (input.countQuery && !isCountQuery(input.countQuery)) {
        throw new RekindleError('invalid-input', 'countQuery must be one select without `;` or comments');
      }
      const cluster = clusters.cluster(input.cluster);
      const until = pace.now() + (input.limitSeconds ?? defaultLimitSeconds) * 1000;
      for (;;) {
        const report = await askOnce(cluster, input, pace, Math.max(1, Math.ceil((until - pace.now()) / 1000)));
        if (settled(report) || pace.now() + pauseMs >= until) return report;
        pace.report(`PostgreSQL in ${input.namespace}/${input.pod}: ${report.summary}`);
        await pace.sleep(pauseMs);
      }
    },
  };
}

/** A pod that is being replaced, or an API server that is away, is one more answer that did not come. */
async function askOnce(
  cluster: KubernetesPort,
  input: CheckPostgresqlInput,
  pace: Pace,
  secondsLeft: number,
): Promise<DatabaseReport> {
  const asked = { countQuery: input.countQuery ?? null, minimumCount: input.minimumCount ?? null };
  const command = postgresqlCommand({
    database: input.database ?? null,
    user: input.user ?? null,
    countQuery: asked.countQuery,
    statementSeconds,
    countBudgetBytes,
    amcheck: input.amcheck ?? true,
  });
  try {
    const outcome = await cluster.exec({
      namespace: input.namespace,
      pod: input.pod,
      container: input.container ?? null,
      command,
      limitSeconds: Math.min(secondsLeft, longestExecSeconds),
      signal: pace.signal(),
    });
    return judgePostgresql(outcome, asked);
  } catch (error) {
    if (error instanceof RekindleError && (error.retryable || error.code === 'not-found')) {
      return judgePostgresql({ status: 'unknown', stdout: '' }, asked);
    }
    throw error;
  }
}

/**
 * Whether asking again can change the answer. A server that starts up or replays its log will; damage, or too few rows in a server
 * that is up, will not.
 */
function settled(report: DatabaseReport): boolean {
  if (report.outcome === 'proved') return true;
  const transient = new Set(['accepts-connections', 'out-of-recovery']);
  return (
    report.outcome === 'disproved' &&
    report.findings.every((one) => one.outcome !== 'disproved' || !transient.has(one.question))
  );
}
