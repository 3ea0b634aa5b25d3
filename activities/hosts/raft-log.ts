/**
 * How far a member's own log goes, read from its write-ahead log: without the member running, and without a value of any key. What is
 * committed is the same on every member as far as each has it, so the log with the highest commit has all that the others have.
 *
 * A segment is a row of frames: 8 bytes (the length in the lower 56 bits, the padding above), then walpb.Record {1 type, 2 crc, 3 data}.
 * Segments are allocated ahead: a length of zero ends one.
 */
import { existsSync, readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { varint } from './varint.ts';

export interface RaftLog {
  readonly term: number;
  /** Index of the last entry. */
  readonly lastIndex: number;
  /** Index up to which the member knows that a majority has the entries. */
  readonly commitIndex: number;
}

const recordTypes = { entry: 2, state: 3 } as const;
/** Enough for the fields before an entry's data. */
const headBytes = 96;

/** Null when there is no log, or none of it can be read. */
export async function readRaftLog(memberFolder: string): Promise<RaftLog | null> {
  const folder = join(memberFolder, 'wal');
  if (!existsSync(folder)) return null;
  const segments = readdirSync(folder)
    .filter((name) => name.endsWith('.wal'))
    .sort();
  let log: RaftLog | null = null;
  for (const segment of segments) {
    const file = await open(join(folder, segment), 'r');
    try {
      log = await readSegment(file, log);
    } finally {
      await file.close();
    }
  }
  return log;
}

async function readSegment(file: FileHandle, before: RaftLog | null): Promise<RaftLog | null> {
  let log = before;
  for (let at = 0; ; ) {
    const frame = Buffer.alloc(8 + headBytes);
    const { bytesRead } = await file.read(frame, 0, frame.length, at);
    const field = frame.readBigUInt64LE(0);
    const length = Number(field & 0x00ffffffffffffffn);
    if (bytesRead < 8 || length === 0) return log;
    const padding = field >> 63n === 1n ? Number((field >> 56n) & 0x7n) : 0;
    log = apply(log, frame.subarray(8, 8 + Math.min(length, headBytes)));
    at += 8 + length + padding;
  }
}

function apply(log: RaftLog | null, record: Buffer): RaftLog | null {
  const { 1: type, 3: start } = fieldsOf(record);
  if (start === undefined) return log;
  const { 1: first = 0, 2: second = 0, 3: third = 0 } = fieldsOf(record.subarray(start));
  const known = log ?? { term: 0, lastIndex: 0, commitIndex: 0 };
  // raftpb.HardState {1 term, 2 vote, 3 commit}, raftpb.Entry {1 type, 2 term, 3 index, 4 data}.
  if (type === recordTypes.state) return { ...known, term: first, commitIndex: Math.max(known.commitIndex, third) };
  // A later entry of the same index replaces it, and all after it.
  if (type === recordTypes.entry) return { ...known, term: Math.max(known.term, second), lastIndex: third };
  return log;
}

/** Numbers by field; of a field with bytes the place where they begin. Stops there where the head ends. */
function fieldsOf(message: Buffer): Record<number, number> {
  const found: Record<number, number> = {};
  for (let at = 0; at < message.length; ) {
    const tag = message.readUInt8(at);
    try {
      const [value, next] = varint(message, at + 1);
      const bytes = (tag & 7) === 2;
      found[tag >> 3] = bytes ? next : value;
      at = bytes ? next + value : next;
    } catch {
      return found;
    }
  }
  return found;
}
