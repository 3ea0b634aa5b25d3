import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { EnvironmentError } from './environment.ts';

/**
 * Puts the variables of a dotenv file into the environment of this process. What is set already wins, except PATH, whose
 * `$PATH` stands for what was there.
 */
export function loadEnvironmentFile(file: string, variables: NodeJS.ProcessEnv = process.env): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EnvironmentError(`--env-file: ${file} cannot be read: ${(cause as Error).message}`);
  }
  for (const [name, value] of Object.entries(parseEnv(text))) {
    if (value === undefined) continue;
    if (name === 'PATH') variables.PATH = value.replaceAll(/\$\{?PATH\}?/g, variables.PATH ?? '');
    else variables[name] ??= value;
  }
}
