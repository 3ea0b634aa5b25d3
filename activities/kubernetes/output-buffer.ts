import { Writable } from 'node:stream';

/** Output of a command, in memory, cut at a limit so that a talkative command cannot fill it. */
export class OutputBuffer extends Writable {
  readonly #parts: Buffer[] = [];
  readonly #limit: number;
  #size = 0;

  /** `limit` in bytes. */
  constructor(limit = 1024 * 1024) {
    super();
    this.#limit = limit;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const room = this.#limit - this.#size;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.#parts.push(part);
      this.#size += part.length;
    }
    done();
  }

  text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
}
