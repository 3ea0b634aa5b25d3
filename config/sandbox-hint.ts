import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What to say to somebody who stands beside a sandbox without having pointed at it; null where the environment names an inventory
 * or a Temporal already. The file is never read unasked: a command that acts on clusters must be told which.
 */
export function sandboxHint(variables: NodeJS.ProcessEnv = process.env, folder = process.cwd()): string | null {
  if (variables.REKINDLE_CONFIG || variables.TEMPORAL_ADDRESS) return null;
  const file = join('.sandbox', 'env');
  if (!existsSync(join(folder, file))) return null;
  return `There is a sandbox here: add --env-file ${file} to use it.`;
}
