import { Command, Option } from 'commander';
import type { TriggerOverlap } from '../../schedules/schedules.ts';
import { wantedSchedules } from '../../schedules/wanted.ts';
import { actorOf } from '../actor.ts';
import { type OutputOptions, outputOption, printJson, printText } from '../output.ts';
import { columns } from '../render/columns.ts';
import { printable } from '../render/printable.ts';
import { renderSchedules } from '../render/schedules.ts';
import { withSession } from '../session.ts';
import { UsageError } from '../usage-error.ts';

interface ActOptions extends OutputOptions {
  readonly actor?: string;
  readonly comment?: string;
}

export function schedulesCommand(): Command {
  const command = new Command('schedules').summary(
    'what is started by itself: the schedules of the inventory in Temporal',
  );
  for (const sub of [applyCommand(), listCommand(), pauseCommand(), resumeCommand(), triggerCommand()]) {
    command.addCommand(sub);
  }
  return command;
}

function applyCommand(): Command {
  return new Command('apply')
    .summary('bring the schedules of the inventory to Temporal')
    .description(
      'Bring the schedules of the inventory to Temporal: what is missing is made, what differs is changed, what the inventory no ' +
        'longer has is deleted if `schedules apply` made it. Doing it again changes nothing. A paused schedule stays paused.',
    )
    .option('-c, --cluster <name>', 'of this cluster only')
    .addOption(outputOption())
    .action(({ cluster, output }: OutputOptions & { cluster?: string }) =>
      withSession(async ({ schedules, settings: { inventory } }) => {
        const known = Object.keys(inventory.clusters);
        if (cluster !== undefined && !known.includes(cluster)) {
          throw new UsageError(`--cluster: got ${JSON.stringify(cluster)}, the inventory has ${known.join(', ')}.`);
        }
        const changes = await schedules.apply(
          wantedSchedules(inventory, cluster),
          cluster === undefined ? known : [cluster],
        );
        if (output === 'json') printJson(changes);
        else if (changes.length === 0) printText('no schedules in the inventory, and none of ours in Temporal');
        else printText(columns(changes.map(({ id, done }) => [done, id])).join('\n'));
      }),
    );
}

function listCommand(): Command {
  return new Command('list')
    .summary('every schedule of the inventory and of Temporal')
    .addOption(outputOption())
    .action(({ output }: OutputOptions) =>
      withSession(async ({ schedules, settings: { inventory } }) => {
        const wanted = wantedSchedules(inventory);
        const kept = await schedules.list();
        const ids = [...new Set([...wanted.map(({ id }) => id), ...kept.map(({ id }) => id)])].sort();
        const shown = ids.map((id) => ({
          id,
          when: wanted.find((one) => one.id === id)?.when ?? null,
          kept: kept.find((one) => one.id === id) ?? null,
        }));
        if (output === 'json') printJson(shown);
        else printText(renderSchedules(printable(shown)).join('\n'));
      }),
    );
}

function pauseCommand(): Command {
  return acting('pause', 'start nothing until it is resumed').action((id: string, options: ActOptions) =>
    withSession(async ({ schedules }) => {
      await schedules.pause(id, noteOf(options));
      answer(id, options, 'paused');
    }),
  );
}

function resumeCommand(): Command {
  return acting('resume', 'go on after a pause').action((id: string, options: ActOptions) =>
    withSession(async ({ schedules }) => {
      await schedules.resume(id, noteOf(options));
      answer(id, options, 'resumed');
    }),
  );
}

function triggerCommand(): Command {
  return new Command('trigger')
    .summary('start a run of the schedule now')
    .argument('<schedule>', '`<scenario>/<cluster>`, as `rekindle schedules list` shows it')
    .addOption(
      new Option('--overlap <policy>', 'when a run is under way: start nothing, or start after it')
        .choices(['skip', 'buffer-one'])
        .default('skip'),
    )
    .addOption(outputOption())
    .action((id: string, { overlap, output }: OutputOptions & { overlap: TriggerOverlap }) =>
      withSession(async ({ schedules }) => {
        const workflowId = await schedules.trigger(id, overlap);
        if (output === 'json') printJson({ schedule: id, workflowId });
        else if (workflowId === null) printText(`${id}: not started yet; it starts after the run that is under way`);
        else printText(`started ${workflowId}\nfollow it: rekindle watch ${workflowId}`);
      }),
    );
}

function acting(name: string, summary: string): Command {
  return new Command(name)
    .summary(summary)
    .argument('<schedule>', '`<scenario>/<cluster>`, as `rekindle schedules list` shows it')
    .option('--actor <who>', 'who acts; default REKINDLE_ACTOR or user@host')
    .option('--comment <text>', 'kept in the note of the schedule')
    .addOption(outputOption());
}

function noteOf({ actor, comment }: ActOptions): string {
  return `by ${actorOf(actor)}${comment === undefined ? '' : `: ${comment}`}`;
}

function answer(id: string, { output }: OutputOptions, done: string): void {
  if (output === 'json') printJson({ schedule: id, answer: done });
  else printText(`${done} ${printable(id)}`);
}
