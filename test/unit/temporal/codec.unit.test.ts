import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EncryptionCodec } from '../../../temporal/codec/encryption-codec.ts';
import { readKeyFile } from '../../../temporal/codec/key-file.ts';
import { type CodecKey, KeyRing } from '../../../temporal/codec/key-ring.ts';

const key = (id: string): CodecKey => ({ id, bytes: randomBytes(32) });
const codecOf = (...keys: CodecKey[]) => new EncryptionCodec(new KeyRing(keys));
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload;

async function encryptOne(codec: EncryptionCodec, value: unknown): Promise<Payload> {
  const [payload] = await codec.encode([payloadOf(value)]);
  if (payload === undefined) throw new Error('nothing came out');
  return payload;
}

describe('the payload codec', () => {
  const one = key('one');
  const two = key('two');

  it('gives back what went in, of any shape and size', async () => {
    const codec = codecOf(one);
    const values = [{ claim: 'production/data-db-0' }, '', 0, null, [], 'x'.repeat(100_000), new Uint8Array([0, 1, 2])];
    const decoded = await codec.decode(await codec.encode(values.map(payloadOf)));
    expect(decoded.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual(values);
  });

  it('shows neither the value nor its type, only the name of the key', async () => {
    const payload = await encryptOne(codecOf(one), { password: 'hunter2' });
    const shown = Buffer.from(payload.data ?? []).toString('latin1');
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain('json/plain');
    expect(Object.keys(payload.metadata ?? {})).toEqual(['encoding', 'encryption-key-id']);
    expect(Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString()).toBe('one');
  });

  it('never encrypts the same value to the same bytes', async () => {
    const codec = codecOf(one);
    const [left, right] = [await encryptOne(codec, 1), await encryptOne(codec, 1)];
    expect(Buffer.from(left.data ?? [])).not.toEqual(Buffer.from(right.data ?? []));
  });

  it('encrypts with the first key and reads what older keys wrote', async () => {
    const old = await encryptOne(codecOf(one), 'before');
    const rotated = codecOf(two, one);
    const fresh = await encryptOne(rotated, 'after');
    expect(Buffer.from(fresh.metadata?.['encryption-key-id'] ?? []).toString()).toBe('two');
    const values = (await rotated.decode([old, fresh])).map((payload) => defaultPayloadConverter.fromPayload(payload));
    expect(values).toEqual(['before', 'after']);
  });

  it('names the key that is missing', async () => {
    const payload = await encryptOne(codecOf(one), 'x');
    await expect(codecOf(two).decode([payload])).rejects.toMatchObject({
      code: 'codec-key-missing',
      message: 'a payload is encrypted with the key "one", the key file holds two',
    });
  });

  it('passes through what was never encrypted', async () => {
    const plain = payloadOf({ started: 'by hand' });
    expect(await codecOf(one).decode([plain])).toEqual([plain]);
  });

  it.each([
    ['a changed byte of the text', (data: Uint8Array) => flip(data, 20)],
    ['a changed nonce', (data: Uint8Array) => flip(data, 0)],
    ['a changed tag', (data: Uint8Array) => flip(data, data.length - 1)],
    ['a cut end', (data: Uint8Array) => data.subarray(0, -1)],
    ['a tag cut short', (data: Uint8Array) => data.subarray(0, 16)],
    ['no data', () => new Uint8Array()],
  ])('refuses %s', async (_what, damage) => {
    const codec = codecOf(one);
    const payload = await encryptOne(codec, { value: 'of some length' });
    const damaged = { ...payload, data: damage(Buffer.from(payload.data ?? [])) };
    await expect(codec.decode([damaged])).rejects.toMatchObject({ code: 'codec-payload-damaged' });
  });

  it('refuses a payload that was relabelled with another key, even one of the same bytes', async () => {
    const twin = { id: 'twin', bytes: one.bytes };
    const payload = await encryptOne(codecOf(one), 'x');
    const relabelled = { ...payload, metadata: { ...payload.metadata, 'encryption-key-id': Buffer.from('twin') } };
    await expect(codecOf(one, twin).decode([relabelled])).rejects.toMatchObject({ code: 'codec-payload-damaged' });
  });
});

function flip(data: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(data);
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}

describe('the key file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekindle-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const secret = randomBytes(32).toString('base64');
  const write = (content: unknown, mode = 0o600) => {
    const file = join(folder, 'keys.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    chmodSync(file, mode);
    return file;
  };

  it('keeps the order of its keys: the first is the current one', () => {
    const ring = readKeyFile(
      write({
        keys: [
          { id: 'b', key: secret },
          { id: 'a', key: secret },
        ],
      }),
    );
    expect(ring.ids).toEqual(['b', 'a']);
    expect(ring.current.id).toBe('b');
  });

  it.each([0o644, 0o640, 0o604, 0o660])('is refused when others can reach it (mode %o)', (mode) => {
    expect(() => readKeyFile(write({ keys: [{ id: 'a', key: secret }] }, mode))).toThrow(/mode is 0\d+.*chmod 600/);
  });

  it.each([
    ['no keys', { keys: [] }, /keys: expected at least one key/],
    [
      'two keys of one name',
      {
        keys: [
          { id: 'a', key: secret },
          { id: 'a', key: secret },
        ],
      },
      /a different id for each key/,
    ],
    ['a short key', { keys: [{ id: 'a', key: 'c2hvcnQ=' }] }, /the key "a" has 5 bytes, expected 32/],
    ['a key that is not base64', { keys: [{ id: 'a', key: '!!' }] }, /keys\[0\].key: expected base64/],
    ['something that is not JSON', 'keys', /it is not JSON/],
  ])('is refused with %s', (_what, content, message) => {
    expect(() => readKeyFile(write(content))).toThrow(message);
  });

  it('never shows a part of a key in an error', () => {
    const file = write(`{"keys":[{"id":"a","key":"${secret}"`);
    expect(messageOf(() => readKeyFile(file))).not.toContain(secret.slice(0, 8));
    expect(() => readKeyFile(join(folder, 'none.json'))).toThrow(/cannot be read \(ENOENT\)/);
  });
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  throw new Error('nothing was thrown');
}
