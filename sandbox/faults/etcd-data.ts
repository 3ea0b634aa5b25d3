/** Damage to the data of etcd members, as a disk makes it, and the way back. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { waitUntilContainerIsGone } from '../hosts/containers.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import type { Sandbox } from '../sandbox.ts';

const pageBytes = 4096;
/** Enough to hit both meta pages and the pages that every look-up begins with. */
const damagedPages = 12;

interface Paths {
  readonly manifest: string;
  readonly parkedManifest: string;
  readonly database: string;
  readonly kept: string;
  /** Inode of the damaged file: a restore brings another one. */
  readonly note: string;
}

function pathsOf(host: HostDirectory): Paths {
  const folder = join(host.dir, 'etcd-before-damage');
  return {
    manifest: join(host.manifests, 'etcd.yaml'),
    parkedManifest: join(host.dir, 'etcd-parked-by-fault.yaml'),
    database: join(host.etcd, 'member', 'snap', 'db'),
    kept: join(folder, 'member'),
    note: join(folder, 'inode'),
  };
}

export function chosenHosts(sandbox: Sandbox, cluster: string, wanted: string): HostDirectory[] {
  const hosts = sandbox.hosts(cluster);
  if (wanted === 'all') return [...hosts];
  const names = wanted.split(',');
  const found = hosts.filter((host) => names.includes(host.name));
  if (found.length !== names.length) {
    throw new Error(`no host ${wanted}; there is: ${hosts.map((host) => host.name).join(', ')}, all`);
  }
  return found;
}

async function whileStopped(hosts: readonly HostDirectory[], work: (host: HostDirectory) => void): Promise<void> {
  const stopped = hosts.filter((host) => existsSync(pathsOf(host).manifest));
  for (const host of stopped) renameSync(pathsOf(host).manifest, pathsOf(host).parkedManifest);
  await Promise.all(hosts.map((host) => waitUntilContainerIsGone(host, 'etcd', 60_000)));
  for (const host of hosts) work(host);
  for (const host of stopped) renameSync(pathsOf(host).parkedManifest, pathsOf(host).manifest);
}

/** Overwrites the first pages of each member's db file; etcd cannot open it any more. What was there is kept aside for `heal`. */
export async function damageData(hosts: readonly HostDirectory[]): Promise<void> {
  const whole = hosts.filter((host) => existsSync(pathsOf(host).database) && !isDamaged(host));
  await whileStopped(whole, (host) => {
    const { database, kept, note } = pathsOf(host);
    rmSync(join(kept, '..'), { recursive: true, force: true });
    mkdirSync(join(kept, '..'), { recursive: true });
    cpSync(join(host.etcd, 'member'), kept, { recursive: true });
    const file = openSync(database, 'r+');
    writeSync(file, randomBytes(pageBytes * damagedPages), 0, pageBytes * damagedPages, 0);
    closeSync(file);
    writeFileSync(note, String(statSync(database).ino));
  });
}

/** Puts back what was kept, where the damaged data is still in use. */
export async function mendData(hosts: readonly HostDirectory[]): Promise<HostDirectory[]> {
  const damaged = hosts.filter(isDamaged);
  await whileStopped(damaged, (host) => {
    const { kept } = pathsOf(host);
    rmSync(join(host.etcd, 'member'), { recursive: true, force: true });
    renameSync(kept, join(host.etcd, 'member'));
    rmSync(join(kept, '..'), { recursive: true, force: true });
  });
  return damaged;
}

function isDamaged(host: HostDirectory): boolean {
  const { database, note } = pathsOf(host);
  return existsSync(note) && existsSync(database) && readFileSync(note, 'utf8') === String(statSync(database).ino);
}
