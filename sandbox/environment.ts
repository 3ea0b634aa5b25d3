/** Everything that the sandbox reads from the machine it runs on: directories, the search path, the few variables it heeds. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, as an absolute path. */
export const repositoryRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** The state directory: `REKINDLE_SANDBOX_DIR`, or `.sandbox` in the repository. Always absolute. */
export function sandboxDirectory(): string {
  const chosen = process.env.REKINDLE_SANDBOX_DIR;
  return chosen ? resolve(chosen) : join(repositoryRoot, '.sandbox');
}

function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rekindle');
}

/** Where downloaded and built parts are kept, shared by every sandbox of this user. */
export function partsCacheDirectory(): string {
  return join(cacheDirectory(), 'parts');
}

/** Where every sandbox of this user writes down the ports that it chose. */
export function portClaimsDirectory(): string {
  return join(cacheDirectory(), 'ports');
}

/** The directories of PATH, in order. */
export function searchPath(): string[] {
  return (process.env.PATH ?? '').split(':').filter((entry) => entry !== '');
}

/** True when releases must not be looked for on the internet (`REKINDLE_PARTS_OFFLINE=1`): PATH, cache and source builds only. */
export function downloadsForbidden(): boolean {
  return process.env.REKINDLE_PARTS_OFFLINE === '1';
}

/** True when etcd must call fsync (`REKINDLE_SANDBOX_FSYNC=1`). Off by default: a machine that loses power may lose its sandbox. */
export function etcdFsyncs(): boolean {
  return process.env.REKINDLE_SANDBOX_FSYNC === '1';
}

/** The whole environment, for build tools (go, pip, npm) that need the user's own settings such as proxies. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env };
}

/**
 * What a sandbox process inherits: enough to run, and none of the user's credentials, proxies or cluster settings, so that
 * nothing in the sandbox can reach a real account by accident.
 */
export function inheritedEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'USER']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** A sandbox that the tests should use and leave running (`REKINDLE_TEST_SANDBOX=<dir>`); without it they start a fresh one. */
export function standingTestSandbox(): string | undefined {
  const chosen = process.env.REKINDLE_TEST_SANDBOX;
  return chosen ? resolve(chosen) : undefined;
}

/** The AWS SDK prints a paragraph about Node's future at its first client; here it would drown the progress of `up`. */
export function silenceSdkNotice(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}
