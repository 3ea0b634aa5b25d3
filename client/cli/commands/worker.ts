import { Command } from 'commander';

export function workerCommand(): Command {
  return new Command('worker')
    .summary('run the worker of the recoveries until SIGTERM')
    .description('Run the worker of the recoveries. On SIGTERM or SIGINT running activities get 60 s to finish.')
    .action(async () => {
      const { runWorker } = await import('../../../worker/main.ts');
      await runWorker();
    });
}
