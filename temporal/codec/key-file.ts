import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { explainIssues } from '../../config/explain-issues.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
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
  refuseOpenMode(file);
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

/**
 * Only the owner may read the file. A file of another owner (a mounted Kubernetes Secret) may also be readable by its group,
 * since that is how it is handed to us.
 */
function refuseOpenMode(file: string): void {
  const { mode, uid } = statSync(file);
  const allowed = uid === process.getuid?.() ? 0o700 : 0o740;
  const open = mode & 0o777 & ~allowed;
  if (open !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw unusable(file, `its mode is ${octal}, so others can reach the keys: chmod 600 ${file}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusable(file, `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
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
