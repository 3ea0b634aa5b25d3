import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { KeyRing } from './key-ring.ts';

const PayloadMessage = proto.temporal.api.common.v1.Payload;
const encrypted = 'binary/encrypted';
const keyIdField = 'encryption-key-id';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts each payload whole, its metadata included, with AES-256-GCM. `data` = nonce (12) + ciphertext + tag (16). The name of
 * the key stands in the metadata and is authenticated. Payloads that are not encrypted pass through `decode` as they are: an
 * operator may start a recovery from the Temporal UI without the codec.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#encrypt(payload));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isEncrypted(payload) ? this.#decrypt(payload) : payload));
  }

  #encrypt(payload: Payload): Payload {
    const { id, bytes } = this.#ring.current;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(id));
    const plain = PayloadMessage.encode(payload).finish();
    const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: Buffer.from(encrypted), [keyIdField]: Buffer.from(id) }, data };
  }

  #decrypt(payload: Payload): Payload {
    const id = text(payload.metadata?.[keyIdField]);
    const { bytes } = this.#ring.find(id);
    const data = payload.data ?? new Uint8Array();
    try {
      const decipher = createDecipheriv('aes-256-gcm', bytes, data.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(id)).setAuthTag(data.subarray(-tagBytes));
      const body = data.subarray(nonceBytes, -tagBytes);
      return PayloadMessage.decode(Buffer.concat([decipher.update(body), decipher.final()]));
    } catch {
      const message = `a payload does not open with its key "${id}" (${data.length} bytes)`;
      throw new RekindleError('codec-payload-damaged', message, { details: { keyId: id } });
    }
  }
}

function isEncrypted(payload: Payload): boolean {
  return text(payload.metadata?.encoding) === encrypted;
}

function text(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString('utf8') : '';
}
