import { createHash } from 'node:crypto';
import { parse } from 'yaml';

interface Provider {
  readonly [kind: string]:
    | {
        readonly keys?: readonly { readonly name?: string; readonly secret?: string }[];
        readonly name?: string;
        readonly endpoint?: string;
      }
    | undefined;
}

/**
 * Identities of the keys in an EncryptionConfiguration, in its order: `secretbox/key1/<digest>` for local keys, where the digest is a
 * salted hash that tells two keys apart and gives nothing away, `kms/<plugin>` for KMS. Throws on text that is no configuration.
 */
export function encryptionKeyIds(configuration: string): string[] {
  const parsed = parse(configuration) as { resources?: { providers?: Provider[] }[] } | null;
  if (!Array.isArray(parsed?.resources)) throw new Error('no EncryptionConfiguration');
  const ids = parsed.resources.flatMap(({ providers = [] }) =>
    providers.flatMap((provider) =>
      Object.entries(provider).flatMap(([kind, options]) => {
        if (kind === 'identity') return [];
        if (kind === 'kms') return [`kms/${options?.name ?? ''}`];
        return (options?.keys ?? []).map(({ name = '', secret = '' }) => `${kind}/${name}/${keyDigest(secret)}`);
      }),
    ),
  );
  return [...new Set(ids)];
}

function keyDigest(secret: string): string {
  return createHash('sha256')
    .update('rekindle: identity of an encryption key\0')
    .update(Buffer.from(secret, 'base64'))
    .digest('hex')
    .slice(0, 16);
}
