import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A codec key: 32 bytes. */
export interface SealingKey {
  readonly id: string;
  readonly key: Uint8Array;
}

export interface SealedDocument {
  readonly version: 1;
  readonly keyId: string;
  readonly nonce: string;
  readonly tag: string;
  readonly sealed: string;
}

export function seal({ id, key }: SealingKey, bytes: Buffer): SealedDocument {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return {
    version: 1,
    keyId: id,
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    sealed: sealed.toString('base64'),
  };
}

/** The bytes of a sealed document. Throws when the key or the document is another one. */
export function sealedBytes({ key }: SealingKey, document: SealedDocument): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(document.nonce, 'base64'));
  decipher.setAuthTag(Buffer.from(document.tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(document.sealed, 'base64')), decipher.final()]);
}
