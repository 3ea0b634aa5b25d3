/**
 * A member that starts alone from a copy of its data, so that a snapshot of it can be taken. Its real data is left as it is. Only while
 * every other member is proved stopped: with `--force-new-cluster` it takes itself for the whole cluster.
 */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { opensAsDatabase } from './bolt-keys.ts';
import { dataDirectory, type Host, manifestOf } from './host.ts';
import { keepManifest, withFlags } from './join-manifest.ts';
import { proveStopped, startPods, stopPods } from './pods.ts';
import { readRaftLog } from './raft-log.ts';
import type { SurvivingData } from './types.ts';

const limitSeconds = 120;

/** Null when the host has no data, or none that etcd could open. */
export async function readSurvivingData(host: Host): Promise<SurvivingData | null> {
  const member = join(dataDirectory(host), 'member');
  const log = await readRaftLog(member).catch(() => null);
  if (log === null || !(await opensAsDatabase(join(member, 'snap', 'db')))) return null;
  return { ...log, member: manifestOf(host, 'etcd').pod.flags.name ?? '' };
}

function copyOf(host: Host, recoveryId: string): string {
  return join(originalDirectory(host, recoveryId), `rekindle-${recoveryId}`, 'survivor');
}

/** The data directory of the manifest that was there before. */
function originalDirectory(host: Host, recoveryId: string): string {
  const directory = dataDirectory(host);
  const mark = `/rekindle-${recoveryId}/survivor`;
  return directory.endsWith(mark) ? directory.slice(0, -mark.length) : directory;
}

export async function startSurvivor(host: Host, recoveryId: string, pace: Pace): Promise<string> {
  const { parked, host: name } = host.settings;
  const copy = copyOf(host, recoveryId);
  const { file, place, pod } = manifestOf(host, 'etcd');
  if (pod.flags['data-dir'] !== copy) {
    await proveStopped(host, ['etcd'], pace);
    if (place !== 'parked') throw new RekindleError('not-proved-stopped', `${name}: the manifest of etcd is in place`);
    const member = join(dataDirectory(host), 'member');
    rmSync(copy, { recursive: true, force: true });
    cpSync(member, join(copy, 'member'), { recursive: true, preserveTimestamps: true });
    const kept = keepManifest(host, file, recoveryId);
    const peer = pod.flags['initial-advertise-peer-urls'] ?? '';
    const flags = {
      'data-dir': copy,
      'force-new-cluster': 'true',
      'initial-cluster': `${pod.flags.name}=${peer}`,
    };
    writeFileSync(join(parked, `${file}.new`), withFlags(readFileSync(kept, 'utf8'), flags), { mode: 0o600 });
    renameSync(join(parked, `${file}.new`), join(parked, file));
  }
  await startPods(host, ['etcd'], limitSeconds, true, pace);
  return `${name}: etcd runs alone on a copy of its data`;
}

/** Stops it, brings the manifest of before back, parked, and takes the copy away. Harmless where it never ran. */
export async function endSurvivor(host: Host, recoveryId: string, pace: Pace): Promise<string> {
  const { parked, host: name } = host.settings;
  const copy = copyOf(host, recoveryId);
  const { file, pod } = manifestOf(host, 'etcd');
  if (pod.flags['data-dir'] === copy) {
    await stopPods(host, { pods: ['etcd'], limitSeconds }, pace);
    const kept = join(parked, `${file}.before-${recoveryId}`);
    if (!existsSync(kept)) throw new RekindleError('host-not-ready', `${name}: ${kept} is gone`);
    writeFileSync(join(parked, `${file}.new`), readFileSync(kept), { mode: 0o600 });
    renameSync(join(parked, `${file}.new`), join(parked, file));
  }
  rmSync(copy, { recursive: true, force: true });
  return `${name}: the copy is gone, the manifest of etcd is that of before`;
}
