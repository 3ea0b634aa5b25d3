/**
 * PostgreSQL refuses to run as root. When this process is root, the database runs as the machine's `postgres` user, or as `nobody`.
 * That user cannot walk through a directory such as /root (mode 0700) to reach the state directory or the programs; it then
 * keeps the one capability that lets it (`dac_override`).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface OtherUser {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined when this process is not root: the database then runs as the same user. */
export function databaseUser(): OtherUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return userOf('postgres') ?? userOf('nobody') ?? { uid: 65534, gid: 65534 };
}

function userOf(name: string): OtherUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** True when every directory above the path can be entered by everyone. */
function openToAll(path: string): boolean {
  for (let directory = dirname(realpathSync(path)); ; directory = dirname(directory)) {
    if ((statSync(directory).mode & 0o001) === 0) return false;
    if (directory === '/') return true;
  }
}

/**
 * The command line that runs `command` as `user`. `paths` are what it must be able to reach. Throws when root has no `setpriv`,
 * the program of util-linux that changes users.
 */
export function asUser(
  user: OtherUser | undefined,
  paths: readonly string[],
  command: string,
  args: readonly string[],
): { command: string; args: string[] } {
  if (user === undefined) return { command, args: [...args] };
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
  } catch (error) {
    throw new Error('PostgreSQL cannot run as root, and setpriv (package util-linux) is not there to change users', {
      cause: error,
    });
  }
  const keep = paths.every(openToAll) ? '' : ',+dac_override';
  const change = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const capabilities = [`--inh-caps=-all${keep}`, `--ambient-caps=-all${keep}`];
  // Without the bit, access(2) ignores the capability, and initdb does not find its own directory.
  if (keep !== '') capabilities.push('--securebits=+no_setuid_fixup');
  return { command: 'setpriv', args: [...change, ...capabilities, '--', command, ...args] };
}
