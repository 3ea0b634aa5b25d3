import type { SealingKey } from '../activities/hosts/sealing.ts';
import { readKeyFile } from '../temporal/codec/key-file.ts';

/** The key that seals what lies on S3 and may hold a secret: the codec's first. Null without a key file. */
export function sealingKey(file: string | null): SealingKey | null {
  if (file === null) return null;
  const { id, bytes } = readKeyFile(file).current;
  return { id, key: bytes };
}
