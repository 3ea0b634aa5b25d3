import type { DatabaseFinding, DatabaseReport } from './types.ts';

/** What exec says of the script; `unknown` when no status came. */
export interface ScriptOutcome {
  readonly status: 'success' | 'failure' | 'unknown';
  readonly stdout: string;
}

interface Facts {
  readonly version: string;
  readonly inRecovery: boolean;
  readonly checksums: string;
  readonly relations: number;
  readonly estimate: number;
  readonly databases: readonly { readonly name: string; readonly bytes: number }[] | null;
}

/** Exit codes of pg_isready; everything else is no answer. */
const readiness: Readonly<Record<string, string>> = {
  '0': 'accepts connections',
  '1': 'rejects connections, as while starting up',
  '2': 'does not answer',
  '3': 'was not asked: bad arguments',
};

/** What must be proved for the whole to be; `rows` joins them when a count was asked for. */
const required: ReadonlySet<DatabaseFinding['question']> = new Set([
  'accepts-connections',
  'out-of-recovery',
  'catalog-readable',
]);

/** Judges the output of `postgresql-check.sh`. Pure; a missing, broken or incomplete answer is `unknown`, never success. */
export function judgePostgresql(
  outcome: ScriptOutcome,
  asked: { readonly countQuery: string | null; readonly minimumCount: number | null },
): DatabaseReport {
  const lines = outcome.stdout.split('\n').filter((line) => line !== '');
  if (outcome.status !== 'success' || lines.at(-1) !== 'end') {
    const detail = outcome.status === 'failure' ? 'the check could not run' : 'no complete answer came back';
    return report([finding('accepts-connections', 'unknown', detail)], null, null, asked);
  }
  const words = new Map(lines.slice(0, -1).map((line) => splitOnce(line)));
  if (words.has('missing')) {
    return report([finding('accepts-connections', 'unknown', 'the container has no psql')], null, null, asked);
  }
  const facts = parseFacts(words.get('facts'));
  const findings = [accepting(words, facts)];
  if (findings[0]?.outcome !== 'proved') return report(findings, null, null, asked);
  findings.push(recovered(facts), catalog(words, facts));
  if (facts === null) return report(findings, null, null, asked);
  const rows = rowsOf(words, facts, asked.countQuery !== null);
  findings.push(...databaseFindings(facts), rowFinding(rows, asked), amcheck(words.get('amcheck')));
  return report(findings, facts, rows, asked);
}

function accepting(words: ReadonlyMap<string, string>, facts: Facts | null): DatabaseFinding {
  const ready = words.get('ready');
  // Without pg_isready an answered query is the proof.
  if (ready === undefined) {
    return facts === null
      ? finding('accepts-connections', 'unknown', `psql ended with ${words.get('facts-status') ?? 'no status'}`)
      : finding('accepts-connections', 'proved', 'psql was answered');
  }
  const said = readiness[ready] ?? `ended with ${ready}`;
  const outcome = ready === '0' ? 'proved' : ready === '1' || ready === '2' ? 'disproved' : 'unknown';
  return finding('accepts-connections', outcome, `pg_isready: ${said}`);
}

function recovered(facts: Facts | null): DatabaseFinding {
  if (facts === null) return finding('out-of-recovery', 'unknown', 'pg_is_in_recovery() was not answered');
  return finding(
    'out-of-recovery',
    facts.inRecovery ? 'disproved' : 'proved',
    `pg_is_in_recovery() = ${facts.inRecovery ? 't' : 'f'}`,
  );
}

function catalog(words: ReadonlyMap<string, string>, facts: Facts | null): DatabaseFinding {
  if (facts === null) {
    return finding('catalog-readable', 'unknown', `psql ended with ${words.get('facts-status') ?? 'no status'}`);
  }
  return finding('catalog-readable', 'proved', `PostgreSQL ${facts.version}, ${facts.relations} relations`);
}

function databaseFindings(facts: Facts): readonly DatabaseFinding[] {
  const databases = facts.databases ?? [];
  const sizes = databases.map(({ name, bytes }) => `${name} ${bytes} B`).join(', ');
  return [
    finding('databases', databases.length > 0 ? 'proved' : 'unknown', sizes || 'none told'),
    // Off is a property of the cluster, no damage: damage would just stay unseen.
    finding(
      'data-checksums',
      facts.checksums === 'on' ? 'proved' : 'not-available',
      `data_checksums ${facts.checksums}`,
    ),
  ];
}

export interface Rows {
  readonly count: number | null;
  readonly basis: 'query' | 'counted' | 'estimate';
}

function rowsOf(words: ReadonlyMap<string, string>, facts: Facts, queried: boolean): Rows {
  if (queried) {
    const answer = words.get('query-status') === '0' ? wholeNumber(words.get('query')) : null;
    return { count: answer, basis: 'query' };
  }
  const counts = (words.get('counts') ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .map(wholeNumber);
  if (words.get('counts-status') !== '0') return { count: null, basis: 'counted' };
  if (counts.length === 0) return { count: facts.estimate, basis: 'estimate' };
  if (counts.some((count) => count === null)) return { count: null, basis: 'counted' };
  return { count: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0), basis: 'counted' };
}

function rowFinding(rows: Rows, asked: { readonly minimumCount: number | null }): DatabaseFinding {
  if (rows.count === null) return finding('rows', 'unknown', 'the rows could not be counted');
  const how = { query: 'by the given query', counted: 'counted in all user tables', estimate: 'estimated' }[rows.basis];
  const minimum = asked.minimumCount ?? 0;
  const enough = rows.count >= minimum;
  const wanted = minimum > 0 ? `, at least ${minimum} wanted` : '';
  return finding('rows', enough ? 'proved' : 'disproved', `${rows.count} rows ${how}${wanted}`);
}

function amcheck(exit: string | undefined): DatabaseFinding {
  if (exit === undefined) return finding('amcheck', 'not-available', 'pg_amcheck or its extension is not installed');
  if (exit === '0') return finding('amcheck', 'proved', 'pg_amcheck --heapallindexed found no damage');
  if (exit === '2') return finding('amcheck', 'disproved', 'pg_amcheck --heapallindexed found damage');
  return finding('amcheck', 'unknown', `pg_amcheck ended with ${exit}`);
}

function report(
  findings: readonly DatabaseFinding[],
  facts: Facts | null,
  rows: Rows | null,
  asked: { readonly countQuery: string | null; readonly minimumCount: number | null },
): DatabaseReport {
  const counts = asked.countQuery !== null || (asked.minimumCount ?? 0) > 0;
  const must = new Set(counts ? [...required, 'rows' as const] : required);
  const proved = new Set(findings.filter((one) => one.outcome === 'proved').map((one) => one.question));
  const disproved = findings.find((one) => one.outcome === 'disproved');
  const open = [...must].find((question) => !proved.has(question));
  const outcome = disproved ? 'disproved' : open === undefined ? 'proved' : 'unknown';
  const telling = disproved ?? findings.find((one) => one.outcome === 'unknown' && must.has(one.question));
  return {
    outcome,
    version: facts?.version ?? null,
    databases: facts?.databases ?? [],
    rows: rows?.count ?? null,
    rowsBasis: rows === null || rows.count === null ? null : rows.basis,
    findings,
    summary:
      telling === undefined
        ? `PostgreSQL ${facts?.version ?? ''} answers: ${findings.find((one) => one.question === 'rows')?.detail ?? ''}`
        : `${telling.question}: ${telling.detail}`,
  };
}

function finding(
  question: DatabaseFinding['question'],
  outcome: DatabaseFinding['outcome'],
  detail: string,
): DatabaseFinding {
  return { question, outcome, detail };
}

function parseFacts(json: string | undefined): Facts | null {
  if (json === undefined) return null;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && 'inRecovery' in value && 'version' in value
      ? (value as Facts)
      : null;
  } catch {
    return null;
  }
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

function splitOnce(line: string): readonly [string, string] {
  const tab = line.indexOf('\t');
  return tab < 0 ? [line, ''] : [line.slice(0, tab), line.slice(tab + 1)];
}
