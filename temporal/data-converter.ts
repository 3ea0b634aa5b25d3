import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec } from './codec/encryption-codec.ts';
import { readKeyFile } from './codec/key-file.ts';

/** The workflow bundle must be made with the same one. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));

/**
 * How values become payloads. Client, worker and codec server must use the same one. Failures are encoded in any case, so that
 * a later key file hides new ones; with `null` nothing is encrypted.
 */
export function createDataConverter(codecKeyFile: string | null): DataConverter {
  if (codecKeyFile === null) return { failureConverterPath };
  return { failureConverterPath, payloadCodecs: [new EncryptionCodec(readKeyFile(codecKeyFile))] };
}
