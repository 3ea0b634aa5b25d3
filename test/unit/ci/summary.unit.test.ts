import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../../.ci/summary.js', import.meta.url));

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((outcome) => ({ status: outcome })),
});
const report = (...files: ReturnType<typeof file>[]) => ({
  numPassedTests: files.flatMap((one) => one.assertionResults).filter((test) => test.status === 'passed').length,
  testResults: files,
});

function summary(given: object | null, checkExit: number, testExit: number) {
  const dir = mkdtempSync(join(tmpdir(), 'rekindle-summary-'));
  try {
    const path = join(dir, 'tests.json');
    if (given !== null) writeFileSync(path, JSON.stringify(given));
    const { stdout, status } = spawnSync(process.execPath, [program, path, `${checkExit}`, `${testExit}`], {
      encoding: 'utf8',
    });
    return { lastLine: stdout.trimEnd().split('\n').at(-1), status };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('the summary of a test run', () => {
  it.each([
    ['all passed', report(file('passed', 'passed', 'passed')), 0, 0, '2 passed, 0 failed', 0],
    ['a skipped test is neither', report(file('passed', 'passed', 'skipped')), 0, 0, '1 passed, 0 failed', 0],
    ['failed tests', report(file('failed', 'passed', 'failed', 'failed')), 0, 1, '1 passed, 2 failed', 1],
    [
      'a file whose set-up threw',
      report(file('failed', 'skipped'), file('passed', 'passed')),
      0,
      1,
      '1 passed, 1 failed',
      1,
    ],
    ['a run that failed outside of its tests', report(file('passed', 'passed')), 0, 1, '1 passed, 1 failed', 1],
    ['a failed check', report(file('passed', 'passed')), 1, 0, '1 passed, 1 failed', 1],
    ['no report at all', null, 0, 1, '0 passed, 1 failed', 1],
    ['no test at all', report(), 0, 0, '0 passed, 0 failed', 1],
  ])('%s', (_title, given, check, tests, lastLine, status) => {
    expect(summary(given, check, tests)).toEqual({ lastLine, status });
  });
});
