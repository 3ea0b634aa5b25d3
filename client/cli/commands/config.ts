import { Command } from 'commander';
import { readEnvironment } from '../../../config/environment.ts';
import { loadInventory } from '../../../config/load.ts';
import { type OutputOptions, outputOption, printJson, printText } from '../output.ts';

export function configCommand(): Command {
  const check = new Command('check')
    .summary('check the inventory and say what it holds')
    .argument('[file]', 'default: REKINDLE_CONFIG, else rekindle.yaml')
    .addOption(outputOption())
    .action((file: string | undefined, { output }: OutputOptions) => {
      const path = file ?? readEnvironment().inventoryPath;
      const { clusters } = loadInventory(path);
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
