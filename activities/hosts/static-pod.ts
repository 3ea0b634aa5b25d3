import { parse } from 'yaml';

/** A static pod's manifest as far as a recovery reads it. */
export interface StaticPodFacts {
  readonly name: string;
  readonly image: string;
  /** The flags of the command line; a flag that occurs twice keeps its last value. */
  readonly flags: Readonly<Record<string, string>>;
}

interface PodManifest {
  readonly metadata?: { readonly name?: string };
  readonly spec?: {
    readonly containers?: readonly { image?: string; command?: readonly string[]; args?: readonly string[] }[];
  };
}

/** Reads a manifest; null when it is no pod with a command. */
export function parseStaticPod(text: string): StaticPodFacts | null {
  let manifest: PodManifest | null;
  try {
    manifest = parse(text) as PodManifest | null;
  } catch {
    return null;
  }
  const container = manifest?.spec?.containers?.[0];
  const name = manifest?.metadata?.name;
  if (name === undefined || container === undefined) return null;
  const flags: Record<string, string> = {};
  for (const word of [...(container.command ?? []), ...(container.args ?? [])]) {
    const [, flag, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (flag !== undefined) flags[flag] = value ?? '';
  }
  return { name, image: container.image ?? '', flags };
}

export const staticPods = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export type StaticPodName = (typeof staticPods)[number];

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a pod answers, by its flags. Of etcd both, so that neither a client nor a peer reaches it. */
export function addressesOf({ name, flags }: StaticPodFacts): ListenAddress[] {
  const urls = (flag: string) => (flags[flag] ?? '').split(',').flatMap(addressOfUrl);
  const secure = (fallback: number) => [
    { host: reachable(flags['bind-address'] ?? '0.0.0.0'), port: Number(flags['secure-port'] ?? fallback) },
  ];
  switch (name as StaticPodName) {
    case 'etcd':
      return [...urls('listen-client-urls'), ...urls('listen-peer-urls')];
    case 'kube-apiserver':
      return secure(6443);
    case 'kube-controller-manager':
      return secure(10257);
    case 'kube-scheduler':
      return secure(10259);
    default:
      return [];
  }
}

/** None when the text is no URL. */
export function addressOfUrl(text: string): ListenAddress[] {
  if (!URL.canParse(text.trim())) return [];
  const { hostname, port, protocol } = new URL(text.trim());
  return [{ host: reachable(hostname), port: Number(port || (protocol === 'https:' ? 443 : 80)) }];
}

/** An address that stands for all of the host's own is asked on the loopback. */
function reachable(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  if (bare === '0.0.0.0' || bare === '') return '127.0.0.1';
  return bare === '::' ? '::1' : bare;
}

export function addressText({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `prod-1=https://a:2380,prod-2=https://b:2380` */
export function parseInitialCluster(text: string): { readonly name: string; readonly peerUrl: string }[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry.includes('='))
    .map((entry) => ({
      name: entry.slice(0, entry.indexOf('=')),
      peerUrl: entry.slice(entry.indexOf('=') + 1),
    }));
}

/** `registry.k8s.io/etcd:3.6.16-0` gives `3.6.16`. */
export function versionOfImage(image: string): string | null {
  return /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? null;
}
