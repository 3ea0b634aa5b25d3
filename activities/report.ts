import { Context } from '@temporalio/activity';

const latest = new WeakMap<Context, string>();

/**
 * One line on what the running activity does or waits for; shown to operators with its heartbeats. Never a secret. Use this and
 * not `Context.heartbeat`, or the worker's next heartbeat, a second later, wipes it out.
 */
export function reportDetail(detail: string): void {
  const context = Context.current();
  latest.set(context, detail);
  context.heartbeat(detail);
}

/** What the activity reported last; undefined before its first report. */
export function latestDetail(context: Context): string | undefined {
  return latest.get(context);
}
