import { createRequire } from 'node:module';
import { Command } from 'commander';
import { ConfigError } from '../../config/config-error.ts';
import { EnvironmentError } from '../../config/environment.ts';
import { loadEnvironmentFile } from '../../config/environment-file.ts';
import { sandboxHint } from '../../config/sandbox-hint.ts';
import { entryOf } from '../../errors/codes.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { ClientError } from '../client-error.ts';
import { agentCommand } from './commands/agent.ts';
import { codecServerCommand } from './commands/codec-server.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { reportCommand, showCommand, watchCommand } from './commands/follow-commands.ts';
import { listCommand } from './commands/list.ts';
import { schedulesCommand } from './commands/schedules.ts';
import { startCommand } from './commands/start.ts';
import {
  approveCommand,
  cancelCommand,
  decideCommand,
  pauseCommand,
  resumeCommand,
} from './commands/steer-commands.ts';
import { workerCommand } from './commands/worker.ts';
import { printable } from './render/printable.ts';
import { UsageError } from './usage-error.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const program = new Command('rekindle')
  .description('Durable disaster recovery for Kubernetes on AWS.')
  .version(version)
  .option('--env-file <file>', 'read environment variables from this file first, such as .sandbox/env')
  .hook('preAction', (command) => {
    const { envFile } = command.opts<{ envFile?: string }>();
    if (envFile !== undefined) loadEnvironmentFile(envFile);
  })
  .showSuggestionAfterError()
  .showHelpAfterError('(`rekindle --help` lists the commands)');

for (const command of [
  startCommand(),
  listCommand(),
  showCommand(),
  watchCommand(),
  approveCommand(),
  pauseCommand(),
  resumeCommand(),
  cancelCommand(),
  decideCommand(),
  reportCommand(),
  schedulesCommand(),
  doctorCommand(),
  configCommand(),
  workerCommand(),
  agentCommand(),
  codecServerCommand(),
]) {
  program.addCommand(command);
}

// Whoever reads us may stop (`rekindle list | head`); that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`rekindle: ${printable(explained(error))}\n`);
  const hint = error instanceof ConfigError || isUnreachable(error) ? sandboxHint() : null;
  if (hint !== null) process.stderr.write(`${hint}\n`);
  process.exitCode = 1;
}

/** Errors that are made for people show their sentence alone; anything else is a defect and shows where it came from. */
function explained(error: unknown): string {
  if (error instanceof RekindleError) return `${error.code}: ${error.message}. ${entryOf(error.code).next}`;
  const made = [UsageError, ClientError, ConfigError, EnvironmentError];
  if (made.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ClientError && error.code === 'unreachable';
}
