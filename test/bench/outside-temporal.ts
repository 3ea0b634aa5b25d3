/**
 * Stands in for `@temporalio/workflow` when a scenario's own steps are run by a plain program: an activity is then a function that
 * is called. Everything else is the real library's. See `plain-program.ts`.
 */
export * from '@temporalio/workflow';

type Call = (name: string, input: unknown) => Promise<unknown>;
let call: Call = () => Promise.reject(new Error('no activities yet'));

export function callActivitiesBy(next: Call): void {
  call = next;
}

export function proxyActivities(): object {
  return new Proxy({}, { get: (_target, name) => (input: unknown) => call(String(name), input) });
}
