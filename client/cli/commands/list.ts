import { Command, InvalidArgumentError } from 'commander';
import { type OutputOptions, outputOption, printJson, printText } from '../output.ts';
import { renderList } from '../render/list.ts';
import { printable } from '../render/printable.ts';
import { withSession } from '../session.ts';

interface ListOptions extends OutputOptions {
  readonly cluster?: string;
  readonly scenario?: string;
  readonly running?: boolean;
  readonly limit: number;
}

export function listCommand(): Command {
  return new Command('list')
    .summary('recoveries: running ones first, then the last that ended')
    .option('-c, --cluster <name>', 'of this cluster only')
    .option('-s, --scenario <slug>', 'of this scenario only')
    .option('--running', 'only those that are not over')
    .option('-n, --limit <count>', 'at most so many', wholeNumber, 50)
    .addOption(outputOption())
    .action(({ output, ...filter }: ListOptions) =>
      withSession(async ({ recoveries }) => {
        const found = await recoveries.list(filter);
        if (output === 'json') printJson(found);
        else printText(renderList(printable(found), Date.now()).join('\n'));
      }),
    );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}
