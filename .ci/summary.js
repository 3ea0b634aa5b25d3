// Prints `N passed, M failed` from the JSON report of vitest and ends with 1 unless everything passed.
// Arguments: the report, the exit code of `npm run check`, the exit code of `npm test`.
import { existsSync, readFileSync } from 'node:fs';

/**
 * Counts tests; a file that failed without a failed test (its set-up threw, it could not be loaded) counts as one failure, and so do
 * a failed check and a test run that failed or ended without a report.
 */
function summarize(report, checkExit, testExit) {
  const files = report?.testResults ?? [];
  const passed = report?.numPassedTests ?? 0;
  const inFiles = files
    .map(({ status, assertionResults }) => {
      const failedTests = assertionResults.filter((test) => test.status === 'failed').length;
      return status === 'failed' && failedTests === 0 ? 1 : failedTests;
    })
    .reduce((sum, count) => sum + count, 0);
  const unexplained = testExit !== 0 && inFiles === 0 ? 1 : 0;
  return { passed, failed: inFiles + unexplained + (checkExit === 0 ? 0 : 1) };
}

const [path, checkExit, testExit] = process.argv.slice(2);
const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
const { passed, failed } = summarize(report, Number(checkExit), report === null ? 1 : Number(testExit));
if (Number(checkExit) !== 0) console.log('npm run check failed');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
