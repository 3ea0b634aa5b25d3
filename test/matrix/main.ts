/** `npm run matrix`: kills the worker before, at the effect of and after every activity, and proves that each run still recovers. */
import { temporarySandbox } from '../../sandbox/temporary-sandbox.ts';
import { readOptions } from '../read-options.ts';
import { crashPoints } from './crash-order.ts';
import type { CaseOutcome } from './lane.ts';
import { describeCase, type MatrixCase, matrixCases } from './matrix-case.ts';
import { defaultPatienceMs, runMatrix } from './run-matrix.ts';
import { scenarioMatrices } from './scenarios.ts';
import { runStorms } from './storms/run-storms.ts';
import { describeStorm, type Storm, stormHosts } from './storms/storm.ts';
import { chosenStorms } from './storms/storms.ts';

const usage = `npm run matrix [-- options]

  --scenario S     only that scenario: ${[...new Set(scenarioMatrices.map(({ slug }) => slug))].join(', ')}
  --activity A,B   only the activities of those names
  --point P        only ${crashPoints.join(', ')}
  --situation S    only that situation of the scenario
  --storm TEXT     only the storms whose title has that text, and no case; none: only cases
  --lanes N        so many recoveries side by side (default 4)
  --patience N     seconds for the death of a worker, and for the end of the run after it (default ${defaultPatienceMs / 1000})
  --sandbox DIR    use and keep the sandbox of that directory; by default a fresh one is made and removed
  --list           print the cases and run none`;

const { values } = readOptions(
  {
    options: {
      scenario: { type: 'string' },
      activity: { type: 'string' },
      point: { type: 'string' },
      situation: { type: 'string' },
      storm: { type: 'string' },
      lanes: { type: 'string', default: '4' },
      patience: { type: 'string', default: `${defaultPatienceMs / 1000}` },
      sandbox: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  },
  usage,
);

async function main(): Promise<number> {
  const storms = chosenStorms(values);
  const cases = values.storm === undefined || values.storm === 'none' ? matrixCases(scenarioMatrices, values) : [];
  if (cases.length + storms.length === 0) {
    console.error(`no case fits these options\n\n${usage}`);
    return 1;
  }
  if (values.list) {
    for (const planned of cases) console.log(describeCase(planned));
    for (const storm of storms) console.log(`storm: ${describeStorm(storm)}`);
    console.log(`${cases.length} cases, ${storms.length} storms`);
    return 0;
  }
  const began = Date.now();
  let ended = 0;
  const done = ({ title, problems, seconds, secondsAfterDeath }: CaseOutcome): void => {
    ended += 1;
    const after = secondsAfterDeath === null ? '' : `, ${secondsAfterDeath.toFixed(1)} s after the death`;
    const verdict = problems.length === 0 ? 'passed' : 'FAILED';
    console.log(`[${ended}/${cases.length}] ${verdict} ${title} (${seconds.toFixed(1)} s${after})`);
    for (const problem of problems) console.log(`    ${problem.replaceAll('\n', '\n    ')}`);
  };
  const outcomes: CaseOutcome[] = [];
  const grounds = new Set([...cases.map(({ matrix }) => matrix.hosts), ...(storms.length > 0 ? [stormHosts] : [])]);
  for (const hosts of grounds) {
    const own = cases.filter(({ matrix }) => matrix.hosts === hosts);
    outcomes.push(...(await onGround(own, hosts, storms, done)));
  }
  const failed = outcomes.filter(({ problems }) => problems.length > 0).length;
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  console.log(`${outcomes.length - failed} passed, ${failed} failed, in ${minutes} minutes`);
  return failed === 0 && outcomes.length === cases.length + storms.length ? 0 : 1;
}

/** Cases that share a sandbox: all that need none for themselves, or those that need so many hosts. */
async function onGround(
  cases: readonly MatrixCase[],
  hosts: number | undefined,
  storms: readonly Storm[],
  done: (outcome: CaseOutcome) => void,
): Promise<readonly CaseOutcome[]> {
  const report = (line: string) => console.log(`sandbox: ${line}`);
  const { sandbox, remove } = temporarySandbox('matrix', report, values.sandbox);
  const extras = [...new Set(cases.flatMap(({ matrix }) => matrix.extras ?? []))];
  const lanes = hosts === undefined ? Number(values.lanes) : 1;
  try {
    await sandbox.up({ extras, ...(hosts !== undefined && { hosts }) });
    console.log(`${cases.length} cases, ${lanes} at a time`);
    const outcomes =
      cases.length === 0 ? [] : await runMatrix(sandbox, cases, lanes, done, Number(values.patience) * 1000);
    // The last, because they rewind the whole cluster.
    if (hosts === stormHosts) outcomes.push(...(await runStorms(sandbox, storms)));
    return outcomes;
  } finally {
    await remove();
  }
}

process.exitCode = await main();
