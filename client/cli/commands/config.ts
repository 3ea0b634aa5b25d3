import { Command } from 'commander';
import { ConfigError } from '../../../config/config-error.ts';
import { readEnvironment } from '../../../config/environment.ts';
import { loadInventory } from '../../../config/load.ts';
import type { Inventory } from '../../../config/schema.ts';
import { type OutputOptions, outputOption, printJson, printText } from '../output.ts';

export function configCommand(): Command {
  const check = new Command('check')
    .summary('check the inventory and say what it holds')
    .argument('[file]', 'default: REKINDLE_CONFIG, else rekindle.yaml')
    .addOption(outputOption())
    .action((file: string | undefined, { output }: OutputOptions) => {
      const path = file ?? readEnvironment().inventoryPath;
      const { clusters } = checked(path, output);
      if (output === 'json') {
        printJson({ file: path, valid: true, clusters: Object.keys(clusters) });
        return;
      }
      printText(`${path}: valid`);
      for (const [name, { kind, region, context }] of Object.entries(clusters)) {
        printText(`  ${name}  ${kind}, ${region}, context ${context}`);
      }
    });
  return new Command('config').summary('the inventory').addCommand(check);
}

/** The inventory; a tool gets what is wrong with it on standard output as well. */
function checked(file: string, output: OutputOptions['output']): Inventory {
  try {
    return loadInventory(file);
  } catch (error) {
    if (output === 'json' && error instanceof ConfigError) {
      const problems = error.problems.map(({ keys: _keys, ...problem }) => problem);
      printJson({ file, valid: false, message: error.message, problems });
    }
    throw error;
  }
}
