import { Command } from 'commander';

export function agentCommand(): Command {
  return new Command('agent')
    .summary('run the agent of a control-plane host until SIGTERM')
    .description(
      'Run the agent of this control-plane host: the part of etcd-backup and etcd-restore that acts on the host.',
    )
    .option('--config <file>', 'what the agent knows of its host', '/etc/rekindle/agent.yaml')
    .action(async ({ config }: { config: string }) => {
      const { runAgent } = await import('../../../worker/agent.ts');
      await runAgent(config);
    });
}
