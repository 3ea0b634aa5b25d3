/** Every call that reached the front, so that a test can ask how often something really happened. It outlives the front. */
import { existsSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import type { QueryParameters } from '../wire/query.ts';

export interface JournalEntry {
  /** Rises by one with every call, also across restarts of the front. */
  readonly number: number;
  /** ISO 8601, when the call arrived. */
  readonly time: string;
  readonly service: string;
  readonly action: string;
  /** The parameters of query services, shortened; user data is left out. Path and bucket of S3 calls. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly userAgent: string;
  readonly accessKeyId: string;
  /** True when the call was carried out or handed to the emulator: false for one that a fault ended before. */
  readonly carriedOut: boolean;
  /** False when the connection was broken before the answer. */
  readonly answered: boolean;
  readonly status: number;
  /** AWS's error code. */
  readonly error?: string;
  /** Kinds of the faults that struck. */
  readonly faults: readonly string[];
  /** Milliseconds from arrival to answer. */
  readonly ms: number;
  /** The id of what a creation made. */
  readonly resource?: string;
}

export interface JournalQuery {
  readonly service?: string;
  readonly action?: string;
  /** Part of the user agent. */
  readonly userAgent?: string;
  /** Only entries after that number. */
  readonly after?: number;
  readonly carriedOut?: boolean;
}

const longestValue = 300;
const hidden = /UserData|Password|Secret/i;

export function shownParameters(parameters: QueryParameters): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [key, value] of parameters.entries()) {
    if (key === 'Action' || key === 'Version') continue;
    shown[key] = hidden.test(key) ? '(left out)' : value.slice(0, longestValue);
  }
  return shown;
}

/** The entries kept; older ones are forgotten. */
const mostEntries = 50_000;
/** A journal file that is larger than this is started anew. Bytes. */
const largestFile = 64 * 1_048_576;

export class Journal {
  private entries: JournalEntry[] = [];
  private last = 0;
  private readonly file: string;
  private readonly descriptor: number;

  constructor(file: string) {
    this.file = file;
    if (existsSync(file)) {
      this.entries = statSync(file).size > largestFile ? [] : readEntries(readFileSync(file, 'utf8'));
      this.last = this.entries[this.entries.length - 1]?.number ?? 0;
      if (this.entries.length === 0) truncateSync(file);
    }
    this.descriptor = openSync(file, 'a');
  }

  add(entry: Omit<JournalEntry, 'number'>): void {
    this.last += 1;
    const numbered = { number: this.last, ...entry };
    this.entries.push(numbered);
    writeSync(this.descriptor, `${JSON.stringify(numbered)}\n`);
    if (this.entries.length > mostEntries) this.entries = this.entries.slice(-mostEntries / 2);
  }

  find(query: JournalQuery): JournalEntry[] {
    return this.entries.filter(
      (entry) =>
        (query.service === undefined || entry.service === query.service) &&
        (query.action === undefined || entry.action === query.action) &&
        (query.userAgent === undefined || entry.userAgent.includes(query.userAgent)) &&
        (query.after === undefined || entry.number > query.after) &&
        (query.carriedOut === undefined || entry.carriedOut === query.carriedOut),
    );
  }

  get lastNumber(): number {
    return this.last;
  }

  /** Forgets the entries; numbers go on. */
  clear(): void {
    this.entries = [];
    truncateSync(this.file);
  }
}

/** A line that a crash cut short is left out. */
function readEntries(text: string): JournalEntry[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.slice(-mostEntries).map((line) => JSON.parse(line) as JournalEntry);
}
