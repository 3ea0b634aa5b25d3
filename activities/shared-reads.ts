/**
 * Reads that many activities of one worker ask for at once, as when a zone is lost and a hundred recoveries poll the same list. What
 * must hold:
 * 1. Nobody gets an answer to a question that was put before their own: it may be older than what they have just done. Who asks
 *    while a read is under way gets the next one, together with everybody else who does.
 * 2. One read at a time for a key: a slow API is not asked more, the more recoveries there are.
 * 3. Who gives up, gives up alone.
 */
export class SharedReads {
  readonly #batches = new Map<string, BatchedReads<unknown>>();

  /** `run` of the first who asks is used for all of them; it must be the same for the same key. Its answer is shared: change nothing in it. */
  read<T>(key: string, run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    let batches = this.#batches.get(key);
    if (batches === undefined) {
      batches = new BatchedReads<unknown>(
        async () => new Map([[key, await run()]]),
        () => this.#batches.delete(key),
      );
      this.#batches.set(key, batches);
    }
    return batches.read(key, signal) as Promise<T>;
  }
}

/** As `SharedReads`, for an API that answers for many keys in one call. `run` answers for each key that it is given. */
export class BatchedReads<Answer> {
  readonly #run: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>;
  readonly #idle: () => void;
  #underWay = false;
  #next: { readonly keys: Set<string>; readonly answers: Promise<ReadonlyMap<string, Answer>>; begin(): void } | null =
    null;

  constructor(run: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>, idle: () => void = () => {}) {
    this.#run = run;
    this.#idle = idle;
  }

  async read(key: string, signal?: AbortSignal): Promise<Answer> {
    this.#next ??= this.#gather();
    this.#next.keys.add(key);
    const { answers } = this.#next;
    if (!this.#underWay) this.#begin();
    const found = await untilAborted(answers, signal);
    if (!found.has(key)) throw new Error(`no answer for ${key}`);
    return found.get(key) as Answer;
  }

  #gather() {
    const keys = new Set<string>();
    let begin: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const answers = begun.then(() => this.#run([...keys]));
    return { keys, answers, begin };
  }

  #begin(): void {
    const batch = this.#next;
    if (batch === null) {
      this.#idle();
      return;
    }
    this.#next = null;
    this.#underWay = true;
    batch.begin();
    const end = () => {
      this.#underWay = false;
      this.#begin();
    };
    batch.answers.then(end, end);
  }
}

/** The promise, or the signal's reason as soon as it is aborted; the promise goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
