/**
 * Tables that outlive the process. Invariants:
 * 1. A change is in the file before the call that made it returns: a killed front has lost nothing that it answered.
 * 2. The file is a log of `[table, id, value]` lines; `null` takes an entry away. A line cut short by a crash is the last one and
 *    is dropped.
 * 3. Opening rewrites the log to one line an entry, and so does the store itself when the log has grown long.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export class Table<T> {
  private readonly rows = new Map<string, T>();
  private readonly append: (id: string, value: T | null) => void;

  constructor(append: (id: string, value: T | null) => void, rows: Iterable<readonly [string, T]>) {
    this.append = append;
    this.rows = new Map(rows);
  }

  get(id: string): T | undefined {
    return this.rows.get(id);
  }

  values(): IterableIterator<T> {
    return this.rows.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.rows.entries();
  }

  get size(): number {
    return this.rows.size;
  }

  put(id: string, value: T): T {
    this.rows.set(id, value);
    this.append(id, value);
    return value;
  }

  delete(id: string): boolean {
    if (!this.rows.delete(id)) return false;
    this.append(id, null);
    return true;
  }

  clear(): void {
    for (const id of [...this.rows.keys()]) this.delete(id);
  }
}

/** The log is rewritten after that much was appended. Bytes. */
const longestLog = 32 * 1_048_576;

export class DurableStore {
  private readonly file: string;
  private readonly read = new Map<string, Map<string, unknown>>();
  private readonly tables = new Map<string, Table<unknown>>();
  private descriptor = -1;
  private appended = 0;

  constructor(file: string) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) this.replay(readFileSync(file, 'utf8'));
    this.rewrite();
  }

  /** The table of that name with what was stored in it. `T` must be plain JSON data. */
  table<T>(name: string): Table<T> {
    const rows = (this.read.get(name) ?? new Map()) as Map<string, T>;
    this.read.delete(name);
    const table = new Table<T>((id, value) => this.append(name, id, value), rows);
    this.tables.set(name, table as Table<unknown>);
    return table;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private append(table: string, id: string, value: unknown): void {
    this.appended += writeSync(this.descriptor, `${JSON.stringify([table, id, value])}\n`);
    if (this.appended > longestLog) this.rewrite();
  }

  private rewrite(): void {
    const lines: string[] = [];
    const add = (table: string, rows: Iterable<[string, unknown]>): void => {
      for (const [id, value] of rows) lines.push(`${JSON.stringify([table, id, value])}\n`);
    };
    for (const [name, rows] of this.read) add(name, rows);
    for (const [name, table] of this.tables) add(name, table.entries());
    const scratch = `${this.file}.tmp`;
    writeFileSync(scratch, lines.join(''));
    renameSync(scratch, this.file);
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = openSync(this.file, 'a');
    this.appended = 0;
  }

  private replay(log: string): void {
    const lines = log.split('\n');
    const complete = lines.slice(0, -1);
    for (const line of complete) {
      if (line === '') continue;
      const [table, id, value] = JSON.parse(line) as [string, string, unknown];
      const rows = this.read.get(table) ?? new Map<string, unknown>();
      if (value === null) rows.delete(id);
      else rows.set(id, value);
      this.read.set(table, rows);
    }
  }
}
