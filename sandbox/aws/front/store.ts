/**
 * Tables that outlive the process. Invariants:
 * 1. A change is in the file before the call that made it returns: a killed front has lost nothing that it answered.
 * 2. The file is a log of `[table, id, value]` lines; `null` takes an entry away. A line cut short by a crash is the last one and
 *    is dropped.
 * 3. Opening rewrites the log to one line an entry.
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

export class DurableStore {
  private readonly read = new Map<string, Map<string, unknown>>();
  private readonly descriptor: number;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) this.replay(readFileSync(file, 'utf8'));
    const scratch = `${file}.tmp`;
    const lines: string[] = [];
    for (const [table, rows] of this.read) {
      for (const [id, value] of rows) lines.push(`${JSON.stringify([table, id, value])}\n`);
    }
    writeFileSync(scratch, lines.join(''));
    renameSync(scratch, file);
    this.descriptor = openSync(file, 'a');
  }

  /** The table of that name with what was stored in it. `T` must be plain JSON data. */
  table<T>(name: string): Table<T> {
    const rows = (this.read.get(name) ?? new Map()) as Map<string, T>;
    this.read.delete(name);
    return new Table<T>((id, value) => writeSync(this.descriptor, `${JSON.stringify([name, id, value])}\n`), rows);
  }

  close(): void {
    closeSync(this.descriptor);
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
