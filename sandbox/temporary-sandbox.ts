import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from './environment.ts';
import { launcher } from './processes/launcher.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';

export interface TemporarySandbox {
  readonly sandbox: Sandbox;
  /** Ends its processes and removes its directory, unless it was there before. */
  remove(): Promise<void>;
}

/**
 * A sandbox in a fresh directory, not started. It goes away with `remove`, and also when this process ends without having called it,
 * by Ctrl-C or SIGKILL say: no test, bench or matrix that is broken off leaves a control plane behind. With `standing`, the sandbox of
 * that directory instead, which is left as it is.
 */
export function temporarySandbox(
  name: string,
  report: (line: string) => void,
  standing: string | undefined,
): TemporarySandbox {
  if (standing !== undefined) return { sandbox: openSandbox(standing, report), remove: async () => {} };
  const dir = mkdtempSync(join(tmpdir(), `rekindle-${name}-`));
  const sandbox = openSandbox(dir, report);
  const release = guard(dir);
  return {
    sandbox,
    async remove() {
      await sandbox.down();
      await rm(dir, { recursive: true, force: true });
      release();
    },
  };
}

const command = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Learns the directory from its input, so that it does not look like a process of that sandbox. Then waits for the end of the input, which
 * the kernel closes with the process that holds the other end, whatever ends that.
 */
const guardScript = `
read -r dir
while read -r line; do :; done
[ -d "$dir" ] || exit 0
REKINDLE_SANDBOX_DIR="$dir" "$0" "$1" "$2" down
rm -rf "$dir"
`;

/** A shell in a session of its own, which a Ctrl-C does not reach. Returns what lets it go. */
function guard(dir: string): () => void {
  const shell = spawn('/bin/sh', ['-c', guardScript, process.execPath, launcher, command], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: inheritedEnvironment(),
  });
  const { stdin } = shell;
  // Without a guard the sandbox is as good; it only stays when this process is killed.
  for (const stream of [shell, stdin]) stream.on('error', () => {});
  shell.unref();
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  stdin.write(`${dir}\n`);
  return () => stdin.end();
}
