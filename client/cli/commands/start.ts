import { Command, Option } from 'commander';
import { loadSettings } from '../../../config/settings.ts';
import type { StartedRecovery } from '../../listed-recovery.ts';
import { scenarios } from '../../scenarios.ts';
import { requester } from '../actor.ts';
import { followToEnd } from '../ended.ts';
import { type OutputOptions, outputOption, printAside, printJson, printText } from '../output.ts';
import { checkedInput, findScenario, readInputText } from '../read-input.ts';
import { withSession } from '../session.ts';

interface StartOptions extends OutputOptions {
  readonly cluster?: string;
  readonly input?: string;
  readonly dryRun?: boolean;
  readonly approval?: string;
  readonly reason?: string;
  readonly incident?: string;
  readonly actor?: string;
  readonly wait?: boolean;
}

export function startCommand(): Command {
  return new Command('start')
    .summary('start a recovery')
    .description(
      `Start a recovery.\n\nScenarios:\n${scenarios.map(({ slug, summary }) => `  ${slug}  ${summary}`).join('\n')}\n\n` +
        'With --wait it exits 0 when recovered (or planned), 2 refused, 3 partial, 4 cancelled, 1 failed.',
    )
    .argument('<scenario>', 'what to do')
    .option('-c, --cluster <name>', 'cluster of the inventory')
    .option('-i, --input <file|json|->', 'the input: a file, inline JSON, or - for standard input')
    .option('--dry-run', 'assess and plan, change nothing')
    .addOption(new Option('--approval <mode>', 'who agrees to the plan').choices(['automatic', 'required']))
    .option('--reason <text>', 'why, for the report')
    .option('--incident <id>', 'incident of your own tooling')
    .option('--actor <who>', 'who starts it; default REKINDLE_ACTOR or user@host')
    .option('--wait', 'follow it and exit by its result')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  rekindle start volume-rebind -c prod -i '{"namespace":"production","pvc":"data-db-0"}' --dry-run --wait
  rekindle start volume-rebind -c prod -i claim.json --reason "volume deleted" --incident INC-42
  jq '.input' alert.json | rekindle start volume-rebind -i - --approval automatic --wait -o json`,
    )
    .action(start);
}

async function start(slug: string, options: StartOptions): Promise<void> {
  const scenario = findScenario(slug);
  const settings = loadSettings();
  const { environment, inventory } = settings;
  const input = checkedInput(
    scenario,
    readInputText(options.input),
    { ...options, ...requester(options.actor, environment.actor) },
    Object.keys(inventory.clusters),
  );
  await withSession(async ({ recoveries }) => {
    const json = options.output === 'json';
    const started = await recoveries.start(scenario, input);
    const { workflowId, runId } = started;
    const say = json ? printAside : printText;
    say(`started ${workflowId} (run ${runId})`);
    if (environment.uiUrl !== null) say(uiAddress(environment.uiUrl, inventory.temporal.namespace, started));
    if (options.wait === true) await followToEnd(recoveries, workflowId, options, runId);
    else if (json) printJson(started);
    else say(`follow it: rekindle watch ${workflowId}`);
  }, settings);
}

function uiAddress(url: string, namespace: string, { workflowId, runId }: StartedRecovery): string {
  const path = ['namespaces', namespace, 'workflows', workflowId, runId].map(encodeURIComponent).join('/');
  return `${url.replace(/\/$/, '')}/${path}`;
}
