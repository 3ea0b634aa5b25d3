import { RekindleError } from '../../errors/rekindle-error.ts';

/** An AES-256 key and the name under which payloads refer to it. The name is public, the bytes are not. */
export interface CodecKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/**
 * The keys in the order of their file: the first encrypts, all decrypt. To rotate, put a new key in front; an old key may leave
 * once no history that it encrypted is kept any more.
 */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, CodecKey>;
  readonly current: CodecKey;

  constructor(keys: readonly CodecKey[]) {
    const [first] = keys;
    if (first === undefined) throw new RekindleError('codec-keys-unusable', 'the key ring holds no key');
    this.current = first;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** The key of that name; throws `codec-key-missing` that names it and those which are there. */
  find(id: string): CodecKey {
    const key = this.#keys.get(id);
    if (key !== undefined) return key;
    const message = `a payload is encrypted with the key "${id}", the key file holds ${this.ids.join(', ')}`;
    throw new RekindleError('codec-key-missing', message, { details: { missing: id, present: this.ids } });
  }
}
