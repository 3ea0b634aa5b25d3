/**
 * Reads the kubeconfigs that the sandbox writes: everything embedded, client certificates. A reader of our own because the library's
 * costs most of a second of processor time in every process that only wants a server and a certificate.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface ClusterEndpoint {
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** PEM, all three. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

type Entries<Key extends string, T> = readonly ({ readonly name: string } & Readonly<Record<Key, T>>)[];

interface Kubeconfig {
  readonly clusters?: Entries<'cluster', Readonly<Record<string, string>>>;
  readonly users?: Entries<'user', Readonly<Record<string, string>>>;
  readonly contexts?: Entries<'context', { readonly cluster: string; readonly user: string }>;
}

/** Throws, naming the file and the context, when anything of it is missing. */
export function readEndpoint(file: string, context: string): ClusterEndpoint {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const chosen = config.contexts?.find((entry) => entry.name === context)?.context;
  const cluster = config.clusters?.find((entry) => entry.name === chosen?.cluster)?.cluster;
  const user = config.users?.find((entry) => entry.name === chosen?.user)?.user;
  const decoded = (value: string | undefined): string => {
    if (value === undefined) throw new Error(`${file}: the context ${context} is missing or not complete`);
    return Buffer.from(value, 'base64').toString();
  };
  return {
    server: cluster?.server ?? '',
    authority: decoded(cluster?.['certificate-authority-data']),
    certificate: decoded(user?.['client-certificate-data']),
    key: decoded(user?.['client-key-data']),
  };
}
