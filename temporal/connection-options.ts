import { readFileSync } from 'node:fs';
import type { Inventory } from '../config/schema.ts';

/** What both kinds of connection take. The API key is read anew at each start; it is never logged. */
export interface TemporalConnectionOptions {
  readonly address: string;
  readonly apiKey?: string;
  readonly tls?: {
    readonly serverNameOverride?: string;
    readonly serverRootCACertificate?: Buffer;
    readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
  };
}

/** Reads the certificates and the key that the inventory names. */
export function connectionOptions({ address, tls, apiKeyFile }: Inventory['temporal']): TemporalConnectionOptions {
  return {
    address,
    ...(apiKeyFile === undefined ? {} : { apiKey: readFileSync(apiKeyFile, 'utf8').trim() }),
    ...(tls === undefined && apiKeyFile === undefined ? {} : { tls: tlsOptions(tls ?? {}) }),
  };
}

function tlsOptions({ serverName, caFile, certFile, keyFile }: NonNullable<Inventory['temporal']['tls']>) {
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(caFile === undefined ? {} : { serverRootCACertificate: readFileSync(caFile) }),
    ...(certFile === undefined || keyFile === undefined
      ? {}
      : { clientCertPair: { crt: readFileSync(certFile), key: readFileSync(keyFile) } }),
  };
}
