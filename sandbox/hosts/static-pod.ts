import { createHash } from 'node:crypto';
import { parse } from 'yaml';

/** What the supervisor needs of a static-pod manifest. */
export interface StaticPod {
  readonly name: string;
  readonly image: string;
  /** Program and arguments; the program is a bare name, found among the sandbox's binaries. */
  readonly command: readonly string[];
  /** Seconds between SIGTERM and SIGKILL. */
  readonly graceSeconds: number;
  /** Changes whenever the manifest changes. */
  readonly hash: string;
}

interface PodManifest {
  metadata?: { name?: string };
  spec?: {
    terminationGracePeriodSeconds?: number;
    containers?: { name?: string; image?: string; command?: string[]; args?: string[] }[];
  };
}

/** Reads a manifest of one container. Throws with what is missing when it is none. */
export function parseStaticPod(text: string): StaticPod {
  const manifest = parse(text) as PodManifest | null;
  const container = manifest?.spec?.containers?.[0];
  const name = manifest?.metadata?.name;
  if (!name) throw new Error('metadata.name is missing');
  if (!container?.command?.length) throw new Error('spec.containers[0].command is missing');
  return {
    name,
    image: container.image ?? name,
    command: [...container.command, ...(container.args ?? [])],
    graceSeconds: manifest?.spec?.terminationGracePeriodSeconds ?? 30,
    hash: createHash('sha256').update(text).digest('hex'),
  };
}

/** Milliseconds to wait before start number `attempt` (0 = first) of a pod that keeps crashing. */
export function restartDelay(attempt: number): number {
  return attempt === 0 ? 0 : Math.min(10_000, 250 * 2 ** (attempt - 1));
}
