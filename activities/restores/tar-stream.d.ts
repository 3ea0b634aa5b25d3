/** The part of tar-stream that is used here; it comes without types. */
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  export interface Header {
    readonly name: string;
    readonly type: string | null;
  }
  export interface Extract extends Writable {
    on(event: 'entry', listener: (header: Header, content: Readable, next: (error?: unknown) => void) => void): this;
    on(event: string, listener: (...values: never[]) => void): this;
  }
  export function extract(): Extract;
}
