import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces the file in one step when its content differs; returns whether it did. Readable by its owner only unless `mode` says
 * otherwise. The scratch file starts with a dot, so that whoever watches the folder does not read it.
 */
export function writeIfChanged(file: string, content: string, mode = 0o600): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return false;
  mkdirSync(dirname(file), { recursive: true });
  const scratch = join(dirname(file), `.${process.pid}-${basename(file)}`);
  writeFileSync(scratch, content, { mode });
  renameSync(scratch, file);
  return true;
}
