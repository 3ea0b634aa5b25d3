/** Reads archives. */
export interface Archives {
  /** Calls `take` with every file of a tar.gz, one after another. Rejects when the bytes are no such archive, or when `take` throws. */
  read(bytes: Buffer, take: (path: string, content: Buffer) => void): Promise<void>;
}
