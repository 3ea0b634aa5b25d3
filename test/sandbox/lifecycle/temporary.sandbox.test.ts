/** A program that dies without a farewell leaves nothing of its temporary sandbox behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { launcher } from '../../../sandbox/processes/launcher.ts';
import { isRunning } from '../../../sandbox/processes/process-identity.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import type { ProcessRecord } from '../../../sandbox/state.ts';

const program = fileURLToPath(new URL('./holds-temporary-sandbox.ts', import.meta.url));

it.each(['SIGINT', 'SIGKILL'] as const)('is cleared away after a %s', async (signal) => {
  const holder = spawn(process.execPath, [launcher, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(holder.stdout), 'line')) as [string];
  const held = JSON.parse(line) as { dir: string; process: ProcessRecord };
  expect(existsSync(held.dir)).toBe(true);
  expect(isRunning(held.process)).toBe(true);

  holder.kill(signal);
  await waitFor('the sandbox to be gone', () => !isRunning(held.process) && !existsSync(held.dir), {
    timeoutMs: 90_000,
    intervalMs: 50,
  });
});
