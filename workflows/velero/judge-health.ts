import type { StorageLocationSummary, VeleroHealth } from '../../activities/velero/types.ts';
import type { Code } from '../../errors/codes.ts';

export type HealthVerdict =
  | { readonly kind: 'well'; readonly location: StorageLocationSummary }
  | { readonly kind: 'ill'; readonly code: Code; readonly message: string };

export interface Need {
  readonly cluster: string;
  /** Name of a storage location; null for the default one. */
  readonly location: string | null;
  /** `write` for backups: a location that is ReadOnly does not do. */
  readonly access: 'read' | 'write';
}

/**
 * Whether Velero can be trusted with a backup or restore now, and through which storage location. `Available` alone says nothing:
 * it stays when the server has died. Pure.
 */
export function judgeHealth(
  { server, locations }: VeleroHealth,
  { cluster, location: name, access }: Need,
): HealthVerdict {
  if (server === null) {
    return ill('velero-down', `the Velero of ${cluster} did not answer: its server does not run, or hangs`);
  }
  const location = locations.find((seen) => (name === null ? seen.isDefault : seen.name === name));
  if (location === undefined) {
    const there = locations.map((seen) => seen.name).join(', ') || 'none';
    const wanted = name === null ? 'no default storage location' : `no storage location ${name}`;
    return ill('backup-location-unusable', `the Velero of ${cluster} has ${wanted}; there is: ${there}`);
  }
  const plugin = `ObjectStore ${pluginOf(location.provider)}`;
  if (!server.plugins.includes(plugin)) {
    return ill(
      'velero-plugin-missing',
      `the Velero of ${cluster} has no plugin ${plugin}, which ${location.name} needs`,
    );
  }
  if (!location.usable) return ill('backup-location-unusable', unusable(cluster, location));
  if (access === 'write' && location.accessMode !== 'ReadWrite') {
    const message = `storage location ${location.name} of ${cluster} is ${location.accessMode}: no backup can be written to it`;
    return ill('backup-location-unusable', message);
  }
  return { kind: 'well', location };
}

/** Velero's own rule: a provider without a prefix is one of `velero.io`. */
function pluginOf(provider: string): string {
  return provider.includes('/') ? provider : `velero.io/${provider}`;
}

function unusable(cluster: string, { name, phase, validatedSecondsAgo, message }: StorageLocationSummary): string {
  const seen = validatedSecondsAgo === null ? 'never looked at' : `last looked at ${validatedSecondsAgo} s ago`;
  const why = message === null || message === '' ? '' : `: ${message.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  return `storage location ${name} of ${cluster} is ${phase || 'without a phase'}, ${seen}${why}`;
}

function ill(code: Code, message: string): HealthVerdict {
  return { kind: 'ill', code, message };
}
