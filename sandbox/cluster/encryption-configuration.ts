import { stringify } from 'yaml';

/** kube-apiserver's EncryptionConfiguration: Secrets are written with `key` (32 bytes); plain ones can still be read. */
export function encryptionConfiguration(key: Buffer): string {
  return stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [
      {
        resources: ['secrets'],
        providers: [{ secretbox: { keys: [{ name: 'key1', secret: key.toString('base64') }] } }, { identity: {} }],
      },
    ],
  });
}
