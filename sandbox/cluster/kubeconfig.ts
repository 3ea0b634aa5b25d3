import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { KeyedCertificate } from './certificates.ts';

export interface KubeconfigContext {
  /** Name of the context, the cluster and (with `-user`) the user entry. */
  readonly name: string;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** PEM */
  readonly authority: string;
  readonly client: KeyedCertificate;
  readonly namespace?: string;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A kubeconfig with everything embedded; the first context is the current one. */
export function renderKubeconfig(contexts: readonly KubeconfigContext[]): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contexts[0]?.name ?? '',
    clusters: contexts.map((context) => ({
      name: context.name,
      cluster: { server: context.server, 'certificate-authority-data': base64(context.authority) },
    })),
    users: contexts.map((context) => ({
      name: `${context.name}-user`,
      user: {
        'client-certificate-data': base64(context.client.certificate),
        'client-key-data': base64(context.client.key),
      },
    })),
    contexts: contexts.map((context) => ({
      name: context.name,
      context: {
        cluster: context.name,
        user: `${context.name}-user`,
        ...(context.namespace ? { namespace: context.namespace } : {}),
      },
    })),
  });
}

/** Writes it for the owner's eyes only: it holds a private key. */
export function writeKubeconfig(file: string, contexts: readonly KubeconfigContext[]): void {
  writeFileSync(file, renderKubeconfig(contexts), { mode: 0o600 });
}
