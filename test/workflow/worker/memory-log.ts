import { pino } from 'pino';

/** Keeps what is logged. */
export class MemoryLog {
  readonly lines: ({ msg: string } & Record<string, unknown>)[] = [];
  readonly logger = pino({ base: null }, { write: (line: string) => void this.lines.push(JSON.parse(line)) });
}
