import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The options of a program of the tests. Ends the process with the usage when it is asked for, and when an option cannot be read. */
export function readOptions<Config extends ParseArgsConfig>(config: Config, usage: string) {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(1);
  }
}
