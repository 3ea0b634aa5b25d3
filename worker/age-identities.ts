import { RekindleError } from '../errors/rekindle-error.ts';
import { PrivateFileError, readPrivateFile } from '../temporal/private-file.ts';

/** The identities of a file as `age-keygen` writes it; null where none is configured. No error quotes the file. */
export function ageIdentities(file: string | undefined): readonly string[] | null {
  if (file === undefined) return null;
  try {
    return readPrivateFile(file)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    throw new RekindleError('precondition-unmet', error.message, { details: { file } });
  }
}
