// Runs the tests with jest as ES modules and ends with the plain line "N passed, N failed[, N skipped]".
// `--long` tries a hundred times as many cases of every property; other words go to jest (a file name, -t …).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const words = process.argv.slice(2);
const long = words.includes('--long');
const rest = words.filter((word) => word !== '--long');
const folder = mkdtempSync(join(tmpdir(), 'boring-deploys-test-'));
const file = join(folder, 'results.json');
const jest = join('node_modules', 'jest', 'bin', 'jest.js');
const chosen = long ? ['--testTimeout=600000'] : [];
const run = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--json',
    `--outputFile=${file}`,
    ...chosen,
    ...rest,
  ],
  { stdio: ['inherit', 'ignore', 'inherit'], env: long ? { ...process.env, BORING_LONG: '1' } : process.env },
);
let line = '0 passed, 1 failed';
try {
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = result.numPendingTests + result.numTodoTests;
  // A suite that cannot even be loaded has no tests of its own: it counts as one failure.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (skipped > 0) {
    for (const suite of result.testResults) {
      for (const test of suite.assertionResults)
        if (test.status === 'pending') console.log(`skipped: ${test.fullName}`);
    }
  }
  line = `${result.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
} catch {
  console.error(`The tests wrote no result to ${file}.`);
}
rmSync(folder, { recursive: true, force: true });
console.log(line);
process.exit(run.status ?? 1);
