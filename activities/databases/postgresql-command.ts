import { readFileSync } from 'node:fs';

const script = readFileSync(new URL('./postgresql-check.sh', import.meta.url), 'utf8');

export interface PostgresqlQuestions {
  /** Null: the container's own default. */
  readonly database: string | null;
  readonly user: string | null;
  readonly countQuery: string | null;
  readonly statementSeconds: number;
  /** Bytes of all user tables up to which their rows are counted; beyond, the planner's estimate is told. */
  readonly countBudgetBytes: number;
  readonly amcheck: boolean;
}

/** The command for exec. Its arguments are names, numbers and the caller's query; never a credential. */
export function postgresqlCommand(questions: PostgresqlQuestions): readonly string[] {
  return [
    'sh',
    '-c',
    script,
    'rekindle-check',
    questions.database ?? '',
    questions.user ?? '',
    questions.countQuery ?? '',
    String(questions.statementSeconds),
    String(questions.countBudgetBytes),
    questions.amcheck ? 'yes' : 'no',
  ];
}

/**
 * Whether a query may be asked: one statement that reads and answers one number. It runs as a scalar subquery in a read-only
 * session, which holds even where this look at its text is too kind.
 */
export function isCountQuery(query: string): boolean {
  return /^\s*select\b/i.test(query) && !/;|--|\/\*/.test(query);
}
