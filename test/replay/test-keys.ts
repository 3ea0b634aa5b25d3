import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec } from '../../temporal/codec/encryption-codec.ts';
import { KeyRing } from '../../temporal/codec/key-ring.ts';
import { failureConverterPath } from '../../temporal/data-converter.ts';

/** The key that the recorded histories are encrypted with. It opens nothing else. */
export const testKey = { id: 'recorded-histories', key: Buffer.alloc(32, 'rekindle').toString('base64') } as const;

export const testDataConverter: DataConverter = {
  failureConverterPath,
  payloadCodecs: [new EncryptionCodec(new KeyRing([{ id: testKey.id, bytes: Buffer.from(testKey.key, 'base64') }]))],
};
