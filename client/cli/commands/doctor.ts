import { Command } from 'commander';
import { type OutputOptions, outputOption, printJson, printText } from '../output.ts';
import { renderFindings } from '../render/findings.ts';
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
      else printText(renderFindings(findings, styleOf(process.stdout)).join('\n'));
      if (findings.some(({ state }) => state === 'fail')) process.exitCode = 1;
    });
}
