import { Command } from 'commander';
import { sandboxHint } from '../../../config/sandbox-hint.ts';
import { type OutputOptions, outputOption, printAside, printJson, printText } from '../output.ts';
import { renderFindings } from '../render/findings.ts';
import { printable } from '../render/printable.ts';
import { styleOf } from '../terminal.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('say what is missing and how to mend it')
    .description('Look at everything a recovery needs; changes nothing. Exits 1 when something must be mended.')
    .addOption(outputOption())
    .action(async ({ output }: OutputOptions) => {
      const { examine } = await import('../../../worker/doctor/doctor.ts');
      const findings = await examine();
      if (output === 'json') printJson(findings);
      else printText(renderFindings(printable(findings), styleOf(process.stdout)).join('\n'));
      if (!findings.some(({ state }) => state === 'fail')) return;
      process.exitCode = 1;
      const hint = sandboxHint();
      if (hint !== null) printAside(hint);
    });
}
