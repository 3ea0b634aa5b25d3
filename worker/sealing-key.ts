import type { SealingKey } from '../activities/hosts/sealing.ts';
import { readKeyFile } from '../temporal/codec/key-file.ts';

/**
 * A key of the codec, by its id or the current one: it seals what lies on S3 and may hold a secret. Null without a key file, or when
 * the file lacks the id.
 */
export function sealingKey(file: string | null, wanted: string | null = null): SealingKey | null {
  if (file === null) return null;
  const ring = readKeyFile(file);
  if (wanted !== null && !ring.ids.includes(wanted)) return null;
  const { id, bytes } = wanted === null ? ring.current : ring.find(wanted);
  return { id, key: bytes };
}
