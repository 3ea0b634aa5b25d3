/** Rekindle's own programs beside a sandbox: its command line, and its worker as one more process that `sandbox down` ends. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, toolEnvironment } from '../environment.ts';
import { deathNotice, ensureProcess, stopProcess } from '../processes/detached-process.ts';
import { listens } from '../processes/listens.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { Sandbox } from '../sandbox.ts';

const rekindle = join(repositoryRoot, 'bin', 'rekindle.js');

/** Runs a command of Rekindle on this terminal. Returns its exit code. */
export function runRekindle(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [rekindle, ...args], {
    stdio: 'inherit',
    env: { ...toolEnvironment(), ...quiet, ...sandbox.env, REKINDLE_ACTOR: 'demo' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A worker of the code as it is now, in the place of an earlier one. Returns when it takes tasks. */
export async function startWorker({ context, env }: Sandbox): Promise<void> {
  const name = 'rekindle-worker';
  await stopProcess(context, name);
  const port = await context.state.port('rekindle-health');
  const address = `127.0.0.1:${port}`;
  await ensureProcess(context, {
    name,
    command: process.execPath,
    args: [rekindle, 'worker'],
    env: { ...quiet, ...env, REKINDLE_HEALTH_ADDRESS: address },
  });
  await waitFor('the worker', async () => (await fetch(`http://${address}/readyz`)).ok, {
    timeoutMs: 60_000,
    intervalMs: 100,
    giveUp: () => deathNotice(context, name),
  });
}

export interface CodecServer {
  readonly url: string;
  readonly tokenFile: string;
}

/** What the Temporal UI needs to show payloads, which are encrypted. */
export async function startCodecServer({ context, env }: Sandbox): Promise<CodecServer> {
  const name = 'codec-server';
  const tokenFile = context.path('secrets', 'codec-token');
  if (!existsSync(tokenFile)) writeFileSync(tokenFile, randomBytes(16).toString('hex'), { mode: 0o600 });
  const port = await context.state.port('codec-server');
  await ensureProcess(context, {
    name,
    command: process.execPath,
    args: [rekindle, 'codec-server', '--token-file', tokenFile, '--port', `${port}`],
    env: { ...quiet, ...env },
  });
  await waitFor('the codec server', () => listens(port), {
    timeoutMs: 60_000,
    intervalMs: 100,
    giveUp: () => deathNotice(context, name),
  });
  return { url: `http://127.0.0.1:${port}`, tokenFile };
}

/** The libraries' advice to upgrade Node is nothing that a demo should say. */
const quiet = { NODE_NO_WARNINGS: '1' } as const;
