import { Command } from 'commander';
import { ConfigError } from '../../config/config-error.ts';
import { EnvironmentError } from '../../config/environment.ts';
import { loadEnvironmentFile } from '../../config/environment-file.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { AlreadyRunningError } from '../recoveries.ts';
import { codecServerCommand } from './commands/codec-server.ts';
import { configCommand } from './commands/config.ts';
import { doctorCommand } from './commands/doctor.ts';
import { reportCommand, showCommand, watchCommand } from './commands/follow-commands.ts';
import { listCommand } from './commands/list.ts';
import { startCommand } from './commands/start.ts';
import {
  approveCommand,
  cancelCommand,
  decideCommand,
  pauseCommand,
  resumeCommand,
} from './commands/steer-commands.ts';
import { workerCommand } from './commands/worker.ts';
import { UsageError } from './usage-error.ts';

const program = new Command('rekindle')
  .description('Durable disaster recovery for Kubernetes on AWS.')
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
  doctorCommand(),
  configCommand(),
  workerCommand(),
  codecServerCommand(),
]) {
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`rekindle: ${explained(error)}\n`);
  process.exitCode = 1;
}

/** Errors that are made for people show their sentence alone; anything else is a defect and shows where it came from. */
function explained(error: unknown): string {
  if (error instanceof AlreadyRunningError) return `${error.message}. Follow it: rekindle watch ${error.workflowId}`;
  const made = [UsageError, ConfigError, EnvironmentError, RekindleError];
  if (made.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
