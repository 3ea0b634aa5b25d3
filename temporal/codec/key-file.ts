import { z } from 'zod';
import { explainIssues } from '../../config/explain-issues.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { PrivateFileError, readPrivateFile } from '../private-file.ts';
import { KeyRing } from './key-ring.ts';

const keyBytes = 32;

const keyFileSchema = z.strictObject({
  keys: z
    .array(z.strictObject({ id: z.string().min(1), key: z.base64('base64') }))
    .min(1, 'at least one key')
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, {
      message: 'a different id for each key',
    }),
});

/**
 * Reads the ring from `{"keys":[{"id","key"}]}`. Refuses a file that others may read. No error carries a part of a key.
 */
export function readKeyFile(file: string): KeyRing {
  const text = readText(file);
  const outcome = keyFileSchema.safeParse(parse(file, text));
  if (!outcome.success) {
    const problems = explainIssues(keyFileSchema, null, outcome.error.issues);
    throw unusable(
      file,
      problems.map(({ path, expected }) => `${path || 'the whole'}: expected ${expected}`).join('; '),
    );
  }
  return new KeyRing(
    outcome.data.keys.map(({ id, key }) => {
      const bytes = Buffer.from(key, 'base64');
      if (bytes.length !== keyBytes) {
        throw unusable(
          file,
          `the key "${id}" has ${bytes.length} bytes, expected ${keyBytes}: make one with \`openssl rand -base64 32\``,
        );
      }
      return { id, bytes };
    }),
  );
}

function readText(file: string): string {
  try {
    return readPrivateFile(file);
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    throw new RekindleError('codec-keys-unusable', error.message, { details: { file } });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the file.
    throw unusable(file, 'it is not JSON');
  }
}

function unusable(file: string, reason: string): RekindleError {
  return new RekindleError('codec-keys-unusable', `${file}: ${reason}`, { details: { file } });
}
