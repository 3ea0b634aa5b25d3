import type { Pace } from '../../activities/pace.ts';

/** A pace whose time passes only while it sleeps, so that waits of minutes take none. */
export class TestPace implements Pace {
  readonly reports: string[] = [];
  readonly controller = new AbortController();
  #now: number;
  /** Called after each sleep, with the milliseconds since the start. */
  onSleep: (elapsedMs: number) => void = () => {};
  readonly #start: number;

  constructor(start = Date.parse('2026-01-01T00:00:00Z')) {
    this.#start = start;
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  began(): number {
    return this.#start;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.controller.signal.throwIfAborted();
    this.#now += milliseconds;
    this.onSleep(this.#now - this.#start);
  }

  signal(): AbortSignal {
    return this.controller.signal;
  }

  report(detail: string): void {
    this.reports.push(detail);
  }
}

/** The real time, for tests against real parts outside of an activity. */
export const realPace: Pace = {
  now: () => Date.now(),
  began: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  signal: () => new AbortController().signal,
  report: () => {},
};
