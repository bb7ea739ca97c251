// Criteria of the repository's own: each kind of evidence at its limit, and what happens where nobody can tell.
import { describe, expect, test } from '@jest/globals';
import { known, unknown } from '../../../src/evidence/answer.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { hostile } from '../report/hostile.ts';
import { deployStory, files, findingOf, reviewStory } from '../story.ts';

const withFile = (line: string, path: string, text: string | undefined, paths: readonly string[] = ['src/shop.ts']) =>
  findingOf(deployStory, line, {
    comparison: { files: files(...paths) },
    change: ({ github }) => {
      if (text !== undefined) github.files.set(path, text);
    },
  });

describe('file', () => {
  test.each([
    ['there', '{id: own, file: {path: OWNERS}}', 'dave', ['src/a.ts'], 'pass'],
    ['missing', '{id: own, file: {path: OWNERS}}', undefined, ['src/a.ts'], 'fail'],
    ['empty', '{id: own, file: {path: OWNERS}}', ' \n', ['src/a.ts'], 'fail'],
    ['with its words', '{id: own, file: {path: OWNERS, contains: dave}}', 'dave', ['src/a.ts'], 'pass'],
    ['without its words', '{id: own, file: {path: OWNERS, contains: erin}}', 'dave', ['src/a.ts'], 'fail'],
    ['of this very change', '{id: own, file: {path: OWNERS, max-age: 7d}}', 'dave', ['OWNERS'], 'pass'],
    ['of nobody knows when', '{id: own, file: {path: OWNERS, max-age: 7d}}', 'dave', ['src/a.ts'], 'unknown'],
  ])('that is %s', async (_what, line, text, paths, outcome) => {
    expect((await withFile(line, 'OWNERS', text, paths)).outcome).toBe(outcome);
  });
});

describe('changed', () => {
  const two = ['docs/a.md', 'docs/b.md', 'src/a.ts'];

  test.each([
    ['one file', '{id: own, changed: {paths: "docs/**"}}', two, 'pass'],
    ['none', '{id: own, changed: {paths: "ops/**"}}', two, 'fail'],
    ['as many as are wanted', '{id: own, changed: {paths: "docs/**", count: 2}}', two, 'pass'],
    ['one too few', '{id: own, changed: {paths: "docs/**", count: 3}}', two, 'fail'],
    ['none where none may', '{id: own, changed: {paths: "ops/**", count: 0}}', two, 'pass'],
    ['one where none may', '{id: own, changed: {paths: "docs/**", count: 0}}', two, 'fail'],
    ['where it is not asked', '{id: own, changed: {paths: "ops/**", when: {paths: "api/**"}}}', two, 'not-applicable'],
    ['where it is asked', '{id: own, changed: {paths: "ops/**", when: {paths: "src/**"}}}', two, 'fail'],
  ])('%s', async (_what, line, paths, outcome) => {
    expect((await withFile(line, 'x', undefined, paths)).outcome).toBe(outcome);
  });

  test('an incomplete list proves no absence', async () => {
    const finding = await findingOf(deployStory, '{id: own, changed: {paths: "ops/**", count: 0}}', {
      comparison: { complete: false },
    });

    expect(finding.outcome).toBe('unknown');
  });
});

describe('report', () => {
  const sarif = (level: string) =>
    JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ level }] }] });
  const judged = (options: string, text: string) =>
    findingOf(deployStory, `{id: own, report: {path: r${options}}}`, {
      change: ({ github }) => void github.workspace.set('r', text),
    });

  test.each([
    ['a scan at the limit', '', sarif('warning'), 'pass'],
    ['a scan above it', '', sarif('error'), 'fail'],
    ['a limit of its own', ', max: high', sarif('error'), 'pass'],
    ['a limit that is none', ', max: much', sarif('note'), 'unknown'],
    ['green tests', '', '<testsuite><testcase name="a"/></testsuite>', 'pass'],
    ['red tests', ', format: junit', '<testsuite><testcase name="a"><error/></testcase></testsuite>', 'fail'],
    ['no test', ', format: junit', '<testsuite/>', 'unknown'],
    ['tests where a scan is asked', ', format: sarif', '<testsuite><testcase name="a"/></testsuite>', 'unknown'],
    ['a format that is not read', ', format: excel', sarif('note'), 'unknown'],
  ])('%s', async (_what, options, text, outcome) => {
    expect((await judged(options, text)).outcome).toBe(outcome);
  });

  test('that proves nothing is unknown', async () => {
    for (const [, text] of hostile) expect((await judged('', text)).outcome).toBe('unknown');
  });
});

describe('attestation', () => {
  test.each([
    ['young enough', 'by: dave\nat: 2026-11-10', 'pass'],
    ['too old', 'by: dave\nat: 2026-11-09', 'fail'],
    ['expired', 'by: dave\nat: 2026-11-16\nexpires: 2026-11-17T10:00:00Z', 'fail'],
    ['not yet expired', 'by: dave\nat: 2026-11-16\nexpires: 2026-11-17T10:00:01Z', 'pass'],
    ['of the future', 'by: dave\nat: 2026-11-18', 'unknown'],
    ['by nobody', 'at: 2026-11-16', 'unknown'],
    ['of no day', 'by: dave\nat: last week', 'unknown'],
    ['with an end that is no day', 'by: dave\nat: 2026-11-16\nexpires: never', 'unknown'],
    ['missing', undefined, 'fail'],
  ])('%s', async (_what, text, outcome) => {
    // The clock stands at 10:00 on the 17th.
    const line = '{id: own, attestation: {path: ops/access.yml, max-age: 178h}}';

    expect((await withFile(line, 'ops/access.yml', text)).outcome).toBe(outcome);
  });
});

describe('command', () => {
  const line = '{id: own, command: ./ops/orphans.sh}';
  const said = (code: number, timedOut = false) =>
    findingOf(deployStory, line, {
      change: ({ github }) =>
        void github.commands.set('"./ops/orphans.sh"', known({ code, timedOut, said: '3 orphans' })),
    });

  test.each([
    [0, 'pass'],
    [1, 'fail'],
    [127, 'unknown'],
    [126, 'unknown'],
  ])('that exits with %i: %s', async (code, outcome) => {
    expect((await said(code)).outcome).toBe(outcome);
  });

  test('that does not end is unknown, and what it said is shown', async () => {
    expect((await said(0, true)).outcome).toBe('unknown');
    expect(plain((await said(1)).evidence)).toBe('exit 1: 3 orphans');
  });

  test('is asked at deploy, and not even as a question on a pull request', async () => {
    const asked: string[] = [];
    const finding = await findingOf(reviewStory, line, {
      change: ({ github }) => {
        github.commands.set('"./ops/orphans.sh"', unknown('it ran', 'never'));
        asked.push(...github.asked.map(({ kind }) => kind));
        const push = github.asked.push.bind(github.asked);
        github.asked.push = (...questions) => {
          asked.push(...questions.map(({ kind }) => kind));
          return push(...questions);
        };
      },
    });

    expect(finding.outcome).toBe('asked-at-deploy');
    expect(asked).not.toContain('command');
  });

  test('of moment review is not run there either', async () => {
    const finding = await findingOf(reviewStory, '{id: own, moment: review, command: ./ops/orphans.sh}');

    expect([finding.outcome, plain(finding.evidence)]).toEqual(['unknown', 'commands are not run on pull requests']);
  });
});

test.each(['{id: own, sql: {query: select 1, expect: 1}}'])(
  'a kind that nothing asks is unknown, never a pass: %s',
  async (line) => {
    expect((await findingOf(deployStory, line)).outcome).toBe('unknown');
  },
);
