import { RekindleError } from '../../errors/rekindle-error.ts';
import { doubtedWhileStarting } from './translate.ts';

/** Between the readiness of a server and the second asking: the first answer may be older than the readiness. Milliseconds. */
const pauseMs = 1_000;

export interface ServerWatch {
  /** Whether the server calls itself ready now. */
  isReady(signal?: AbortSignal): Promise<boolean>;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Whether a "no" of the API server can be believed. A server that has just started denies everybody until it has read its roles,
 * and answers 404 for every custom kind until it has read the definitions: neither may pass for a lack of permission, nor for
 * "there are no snapshots". What must hold:
 * 1. A server is settled once a pause has passed since it was ready; what was doubted is then asked again.
 * 2. A new connection may lead to a server that has started since, so it takes the settlement back.
 */
export class SettledServer {
  readonly #watch: ServerWatch;
  #settled = false;

  constructor(watch: ServerWatch) {
    this.#watch = watch;
  }

  /** To be told of every answer, before it is judged. */
  answered(overNewConnection: boolean): void {
    if (overNewConnection) this.#settled = false;
  }

  /** Whether the error is a "no" that a server gives also because it has just started. */
  doubts(error: unknown): error is RekindleError {
    if (this.#settled || !(error instanceof RekindleError)) return false;
    return error.code === 'forbidden' || isUnknownPath(error);
  }

  /** Returns when what the server says now can be believed. Throws `unavailable`, with what was doubted, while it is not ready. */
  async settle(doubted: string, signal?: AbortSignal): Promise<void> {
    if (this.#settled) return;
    if (!(await this.#watch.isReady(signal))) throw doubtedWhileStarting(doubted);
    await this.#watch.sleep(pauseMs, signal);
    this.#settled = true;
  }
}

/** A 404 for the path, not for an object: only the latter comes with a `Status` that gives a reason. */
function isUnknownPath({ code, details }: RekindleError): boolean {
  return code === 'not-found' && details.reason === null;
}
