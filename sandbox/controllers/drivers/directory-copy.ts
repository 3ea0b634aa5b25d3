import { execFile } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { frozen } from '../../aws/frozen-processes.ts';

const run = promisify(execFile);

/**
 * Copies a volume's directory at one instant: its writer stands still meanwhile, so that the copy is what a power cut would have
 * left. The copy appears under its name only when it is whole. Owners and modes are kept.
 */
export async function copyAtOneInstant(
  source: string,
  target: string,
  writer: { readonly pid: number } | undefined,
): Promise<void> {
  const scratch = `${target}.part`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const copy = () => run('cp', ['-a', `${source}/.`, scratch]);
  await (writer === undefined ? copy() : frozen(writer.pid, copy));
  await rename(scratch, target);
}
