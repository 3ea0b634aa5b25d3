/**
 * Who writes to a volume's directory: `<directory>.owner.json` beside it. Whoever copies the directory reads it to stop the
 * writer for the moment of the copy; a restarted controller reads it to find the database that still runs.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning } from '../../processes/process-identity.ts';

export interface VolumeWriter {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat. */
  readonly startTime: string;
  readonly kind: 'postgresql';
  readonly cluster: string;
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly socketDirectory: string;
}

export function writerFile(directory: string): string {
  return `${directory}.owner.json`;
}

/** The recorded writer, whether or not it still runs. */
export function recordedWriter(directory: string): VolumeWriter | undefined {
  try {
    return JSON.parse(readFileSync(writerFile(directory), 'utf8')) as VolumeWriter;
  } catch {
    return undefined;
  }
}

/** The recorded writer if it runs. */
export function currentWriter(directory: string): VolumeWriter | undefined {
  const writer = recordedWriter(directory);
  return writer !== undefined && isRunning(writer) ? writer : undefined;
}

export function recordWriter(directory: string, writer: VolumeWriter): void {
  const scratch = `${writerFile(directory)}.part`;
  writeFileSync(scratch, `${JSON.stringify(writer)}\n`);
  renameSync(scratch, writerFile(directory));
}

export function forgetWriter(directory: string): void {
  rmSync(writerFile(directory), { force: true });
}
