/**
 * Keys to be worked on. Invariants:
 * 1. A key is worked on by one worker at a time; what is added meanwhile is done once more afterwards.
 * 2. A key that failed comes back after a growing wait; a success forgets its failures.
 */
export interface WorkQueueOptions {
  readonly name: string;
  /** How many keys are worked on side by side. */
  readonly workers: number;
  readonly report: (line: string) => void;
  /** Milliseconds. */
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
}

/** Returned by the work: look at this key again after so many milliseconds. */
export type LookAgain = { readonly afterMs: number } | undefined;

export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #work: (key: string) => Promise<LookAgain> | Promise<void>;
  readonly #waiting = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  #stopped = false;

  constructor(options: WorkQueueOptions, work: (key: string) => Promise<LookAgain> | Promise<void>) {
    this.#options = options;
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    queueMicrotask(() => this.#pump());
  }

  /** The earlier of two times wins. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    const at = Date.now() + ms;
    const known = this.#timers.get(key);
    if (known !== undefined && known.at <= at) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
    }, ms);
    this.#timers.set(key, { at, timer });
  }

  /** Nothing new is begun; what is under way ends by itself. */
  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting.clear();
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#busy.size >= this.#options.workers) return;
      if (this.#busy.has(key)) continue;
      this.#waiting.delete(key);
      this.#busy.add(key);
      void this.#one(key);
    }
  }

  async #one(key: string): Promise<void> {
    const { name, report, firstRetryMs = 250, longestRetryMs = 10_000 } = this.#options;
    try {
      const again = await this.#work(key);
      this.#failures.delete(key);
      if (again) this.addAfter(key, again.afterMs);
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      // A first conflict is everyday life between controllers: the fresh object is on its way.
      if (failures > 1) report(`${name} ${key}: ${(error as Error).message} (attempt ${failures})`);
      this.addAfter(key, Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs));
    } finally {
      this.#busy.delete(key);
      this.#pump();
    }
  }
}
