import type { PartName } from './catalogue.ts';

export type Report = (line: string) => void;

/** A published archive or program with a published SHA-256. */
export interface Release {
  readonly url: string;
  /** Text that holds the digest: either alone, or in a line that ends with the file's name. */
  readonly checksumUrl: string;
  /** For an archive: the path of the program in it. Without it the file is the program. */
  readonly member?: string;
}

/** Every way to get one part. Each way is tried only when the ones before it did not lead there. */
export interface Recipe {
  readonly name: PartName;
  /** The path of the part below its cache directory. */
  readonly entry: string;
  /** The part on this machine, outside the cache, in a version that will do. */
  findInstalled(): Promise<string | undefined>;
  readonly release?: Release;
  /** Makes the part in `directory`, its final place. Needs what `tool` names. */
  build(directory: string, report: Report): Promise<void>;
}
