/**
 * PostgreSQL's protocol over a Unix socket, as far as a probe and a few statements need it: no password, text results, one
 * connection a call.
 */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

export interface Address {
  readonly socketDirectory: string;
  readonly user: string;
  readonly database: string;
}

/** An error that the server reported. `code` is its SQLSTATE. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const Acceptance = {
  /** It answers queries. */
  accepting: 'accepting',
  /** It runs, but is starting up, recovering or shutting down. */
  rejecting: 'rejecting',
  /** Nobody listens. */
  absent: 'absent',
} as const;
export type Acceptance = (typeof Acceptance)[keyof typeof Acceptance];

/** What `pg_isready` tells, without starting a program. */
export async function probe(address: Address): Promise<Acceptance> {
  try {
    await query(address, 'SELECT 1', 3_000);
    return Acceptance.accepting;
  } catch (error) {
    if (!(error instanceof PostgresError)) return Acceptance.absent;
    // 57P03: cannot connect now. 3D000 and 28000 come from a server that does answer.
    return ['3D000', '28000'].includes(error.code) ? Acceptance.accepting : Acceptance.rejecting;
  }
}

export type Row = readonly (string | null)[];

/** Runs one or more statements and gives the rows of all of them as text. */
export function query(address: Address, statement: string, timeoutMs = 30_000): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(address.socketDirectory, '.s.PGSQL.5432'));
    const rows: Row[] = [];
    let failure: PostgresError | undefined;
    let asked = false;
    let rest = Buffer.alloc(0);
    const end = (error?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      if (error) reject(error);
      else resolve(rows);
    };
    const timer = setTimeout(() => end(new Error(`no answer from PostgreSQL for ${timeoutMs} ms`)), timeoutMs);
    socket.on('error', end);
    socket.on('close', () => end(failure ?? new Error('PostgreSQL closed the connection')));
    socket.on('connect', () => sendStartup(socket, address));
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 1 + rest.readUInt32BE(1)) {
        const size = 1 + rest.readUInt32BE(1);
        const type = String.fromCharCode(rest[0] ?? 0);
        const body = rest.subarray(5, size);
        rest = rest.subarray(size);
        if (type === 'R' && body.readUInt32BE(0) !== 0) end(new Error('PostgreSQL asks for a password'));
        else if (type === 'E') failure = errorOf(body);
        else if (type === 'D') rows.push(rowOf(body));
        else if (type === 'Z' && asked) end(failure);
        else if (type === 'Z') {
          asked = true;
          sendMessage(socket, 'Q', Buffer.from(`${statement}\0`));
        }
      }
    });
  });
}

function sendStartup(socket: Socket, { user, database }: Address): void {
  const body = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.writeUInt32BE(196_608, 4);
  socket.write(Buffer.concat([head, body]));
}

function sendMessage(socket: Socket, type: string, body: Buffer): void {
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeUInt32BE(body.length + 4, 1);
  socket.write(Buffer.concat([head, body]));
}

function errorOf(body: Buffer): PostgresError {
  const fields = new Map(
    body
      .toString()
      .split('\0')
      .map((field) => [field.charAt(0), field.slice(1)]),
  );
  return new PostgresError(fields.get('C') ?? '', fields.get('M') ?? 'unknown error');
}

function rowOf(body: Buffer): Row {
  const values: (string | null)[] = [];
  let at = 2;
  for (let column = 0; column < body.readUInt16BE(0); column += 1) {
    const size = body.readInt32BE(at);
    at += 4;
    values.push(size < 0 ? null : body.toString('utf8', at, at + size));
    at += Math.max(0, size);
  }
  return values;
}
