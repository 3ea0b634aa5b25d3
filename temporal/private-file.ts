import { readFileSync, statSync } from 'node:fs';

/** A secret's file cannot be used; the message says why and never quotes the file. */
export class PrivateFileError extends Error {
  override readonly name = 'PrivateFileError';
}

/**
 * Reads a file that holds a secret; refuses one that others may read. A file of another owner (a mounted Kubernetes Secret) may
 * also be readable by its group, since that is how it is handed to us.
 */
export function readPrivateFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PrivateFileError(
      `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
    );
  }
  const { mode, uid } = statSync(file);
  const allowed = uid === process.getuid?.() ? 0o700 : 0o740;
  if ((mode & 0o777 & ~allowed) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw new PrivateFileError(`${file}: its mode is ${octal}, so others can reach what it holds: chmod 600 ${file}`);
  }
  return text;
}
