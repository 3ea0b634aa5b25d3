import { findOnPath } from './installed-program.ts';
import type { Report } from './recipe.ts';
import { runTool } from './run-tool.ts';

function python(): string {
  const found = findOnPath('python3');
  if (!found)
    throw new Error('Python 3 is needed for this part: install python3 with venv and pip and run the command again');
  return found;
}

/** A virtual environment in `directory` that holds the requirement. */
export async function installInVenv(
  directory: string,
  requirement: string,
  task: string,
  report: Report,
): Promise<void> {
  await runTool(python(), ['-m', 'venv', directory], { task, report });
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', requirement];
  await runTool(`${directory}/bin/python`, pip, { task, report });
}

/** Unpacks one wheel below `directory`, without what it depends on. */
export async function unpackWheel(directory: string, requirement: string, task: string, report: Report): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps', '--only-binary=:all:'];
  await runTool(python(), [...pip, '--target', directory, requirement], { task, report });
}
