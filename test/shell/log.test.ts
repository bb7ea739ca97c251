// The log and the one error of a run: what a service says is shown, and never acts on the runner.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Problem } from '../../src/kit/problem.ts';
import { createLog } from '../../src/shell/log.ts';
import { fail } from '../../src/shell/run.ts';

let written: string[] = [];
const env = { ...process.env };

beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...env };
  process.exitCode = 0;
});

/** As the runner looks for commands in a line: `::` in front, the older `##[` anywhere. */
function actsOn(line: string): boolean {
  return line.trimStart().startsWith('::') || line.includes('##[');
}

describe('a line of the log', () => {
  test.each([
    '::set-output name=verdict::pass',
    'well\r\n  ::add-mask::x',
    '      + came     ##[set-output name=rollback]true',
    '##[stop-commands]a ##[error]b',
    '###[group]a',
  ])('is no command to the runner: %j', (line) => {
    const log = createLog(
      () => [],
      () => {},
    );

    log.info(line);

    const lines = written.join('').split(/\r\n|\r|\n/);
    expect(lines.filter(actsOn)).toEqual([]);
    expect(lines.join('\n').replaceAll('\u200b', '')).toBe(`${line.replace('\r', '')}\n`);
  });
});

test('where outputs cannot be written the error is told all the same', async () => {
  process.env.GITHUB_OUTPUT = '/nowhere/at/all';
  delete process.env.GITHUB_STEP_SUMMARY;

  await fail(new Problem({ what: 'It broke', where: 'a.yml', fix: 'Mend it.', reason: 'broken' }));

  expect(written.join('')).toMatch(/^::error.*It broke/m);
});
