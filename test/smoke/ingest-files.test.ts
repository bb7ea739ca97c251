// Reports as files of a workspace: globs, encodings, and what git brought with the checkout.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Attempted } from '../../src/smoke/attempt.ts';
import { ingested, type Reports } from '../../src/smoke/kinds/ingest.ts';
import { neighbour } from '../world/neighbour.ts';
import { checkOf, Neighbours } from './neighbours.ts';

let around: Neighbours;
beforeEach(() => {
  around = new Neighbours();
});
afterEach(() => around.stop());

const minute = 60_000;

function suite(name: string, stamp = ''): string {
  return `<testsuite name="s"${stamp}><testcase name="${name}"/></testsuite>`;
}

function asked(junit: Reports): Promise<Attempted> {
  return ingested({ port: around.port() }, junit, Date.now() - minute);
}

/** Names of the cases of a pass; else what stood in the way. */
async function told(junit: Reports): Promise<readonly string[] | string> {
  const { failures, trouble, cases = [] } = await asked(junit);
  if (failures.length === 0) return cases.map(({ name }) => name);
  return `${trouble}: ${failures.map(({ about, got }) => `${about}: ${got}`).join('; ')}`;
}

describe('a glob', () => {
  beforeEach(() => {
    around.write('target/surefire-reports/TEST-a.B.xml', suite('one'));
    around.write('target/surefire-reports/TEST-a.C.xml', suite('two'));
    around.write('target/surefire-reports/other.xml', suite('three'));
    around.write('web/junit-web.xml', suite('four'));
    around.write('web/node_modules/tool/junit-old.xml', suite('five'));
  });

  test.each<[Reports, readonly string[]]>([
    ['target/surefire-reports/TEST-*.xml', ['s › one', 's › two']],
    ['./target//surefire-reports/TEST-*.xml', ['s › one', 's › two']],
    ['**/TEST-*.xml', ['s › one', 's › two']],
    ['**/{junit*,other}.xml', ['s › three', 's › four']],
    ['web/node_modules/**/junit*.xml', ['s › five']],
    [['**/*.xml', '!**/TEST-*', '!web/**'], ['s › three']],
    [['web/junit-web.xml', 'web/*.xml'], ['s › four']],
    [
      ['web/junit-web.xml', 'target/*/other.xml'],
      ['s › four', 's › three'],
    ],
  ])('%j brings the cases of each file that matches', async (junit, cases) => {
    expect(await told(junit)).toEqual(cases);
  });

  test.each<[Reports, RegExp]>([
    ['target/TEST-*.xml', /^setup: asking: there is no report: no file matches target\/TEST-\*\.xml/],
    ['nowhere/**/*.xml', /^setup: .*no file matches/],
    [['web/*.xml', 'target/TEST-*.xml'], /^setup: .*no file matches target/],
    [['**/other.xml', '!target/**'], /^setup: .*no file matches \*\*\/other.xml/],
    [['web/junit-web.xml', 'missing.xml'], /^setup: .*there is no report at missing.xml/],
  ])('%j that finds none proves nothing, whatever the others say', async (junit, because) => {
    expect(await told(junit)).toMatch(because);
  });

  test('is held to the age of each file', async () => {
    const old = new Date(Date.now() - 10 * minute);
    utimesSync(join(around.workspace, 'target/surefire-reports/TEST-a.C.xml'), old, old);

    expect(await told('**/TEST-*.xml')).toMatch(/^assertion: report target\/surefire-reports\/TEST-a.C.xml: one of /);
  });

  test.each([
    ['no case', '<testsuite tests="0"></testsuite>', /TEST-a.C.xml: no case$/],
    ['half a file', '<testsuite><testcase name="a"/>', /TEST-a.C.xml: it is no JUnit report/],
    ['a failed case', '<testsuite><testcase name="x"><failure message="no"/></testcase></testsuite>', /: x: no$/],
  ])('is held to each file: %s', async (_name, text, because) => {
    around.write('target/surefire-reports/TEST-a.C.xml', text);

    expect(await told('**/TEST-*.xml')).toMatch(because);
  });

  test('may bring a file of which all cases were skipped, not only such', async () => {
    const skipped = '<testsuite><testcase name="x"><skipped/></testcase></testsuite>';
    around.write('target/surefire-reports/TEST-a.C.xml', skipped);
    expect(await told('**/TEST-*.xml')).toEqual(['s › one', 'x']);

    around.write('target/surefire-reports/TEST-a.B.xml', '<testsuite tests="1" skipped="1"></testsuite>');
    expect(await told('**/TEST-*.xml')).toBe('assertion: 2 reports: 1 cases, all skipped');
  });

  test('that fails in one file and finds no other is a failure', async () => {
    around.write('red.xml', '<testsuite><testcase name="x"><failure message="no"/></testcase></testsuite>');

    expect(await told(['red.xml', 'missing.xml'])).toBe('assertion: x: no');
  });

  test('tells cases of one name apart, by their file and by number', async () => {
    const long = 'x'.repeat(150);
    around.write('a/r.xml', `<testsuite><testcase name="t"/><testcase name="t"/><testcase name="u"/></testsuite>`);
    around.write(
      'b/r.xml',
      `<testsuite><testcase name="t"/><testcase name="${long}1"/><testcase name="${long}2"/></testsuite>`,
    );

    expect(await told(['a/r.xml', 'b/r.xml'])).toEqual([
      'a/r.xml › t',
      'a/r.xml › t (2)',
      'u',
      'b/r.xml › t',
      `${long}1`,
      `${long.slice(0, 100)} (2)`,
    ]);
  });

  test('shows 10,000 cases, and judges all', async () => {
    const many = (count: number, last: string) =>
      `<testsuite>${'<testcase name="a"/>'.repeat(count)}<testcase name="last">${last}</testcase></testsuite>`;
    around.write('a/r.xml', many(9_000, ''));
    around.write('b/r.xml', many(9_000, '<failure message="no"/>'));

    const { failures, cases = [] } = await asked('*/r.xml');

    expect(failures).toEqual([{ about: 'last', expected: 'a pass', got: 'no' }]);
    expect(cases).toHaveLength(10_000);
    expect(cases.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name)).toEqual(['b/r.xml › last']);
  });

  test('leads nowhere by links', async () => {
    const outside = new Neighbours();
    try {
      outside.write('green.xml', suite('outside'));
      symlinkSync(join(outside.workspace, 'green.xml'), join(around.workspace, 'web/junit-link.xml'));
      symlinkSync(outside.workspace, join(around.workspace, 'linked'));

      expect(await told('web/junit-l*.xml')).toMatch(/^setup: .*no file matches/);
      expect(await told('linked/*.xml')).toMatch(/^setup: .*leads out of the checked-out repository/);
      expect(await told('**/green.xml')).toMatch(/^setup: .*no file matches/);
      expect(await told('web/junit-link.xml')).toMatch(/^setup: .*leads out of the checked-out repository/);
    } finally {
      await outside.stop();
    }
  });

  test('of too many files, or too large ones, is not read', async () => {
    for (let number = 0; number < 1_001; number += 1) around.write(`many/${number}.xml`, '');
    for (const name of ['a', 'b', 'c']) around.write(`large/${name}.xml`, ' '.repeat(18 * 1_048_576));

    expect(await told('many/*.xml')).toBe('setup: asking: 1001 files match, more than 1000');
    expect(await told('large/*.xml')).toBe('setup: asking: the files that match have 54 MiB, more than 50');
  });

  test('a pipe is no report, and nobody waits for it', async () => {
    execFileSync('mkfifo', [join(around.workspace, 'pipe.xml')]);

    expect(await told('pipe.xml')).toMatch(/^setup: .*it is no file/);
  });
});

test('a report that never came proves nothing, and how its runner ended says why', async () => {
  const line = 'echo cannot load the tests >&2; exit 2';

  const result = await around.run(
    `checks: [{id: ui, command: {run: "${line}"}, ingest: {junit: "out/*.xml"}}]`,
    'http://127.0.0.1:1',
  );

  expect(result.verdict).toBe('inconclusive');
  expect(checkOf(result, 'ui').because).toBe(
    'there is no report: no file matches out/*.xml; exit: 2: cannot load the tests',
  );
});

describe('an encoding', () => {
  const text = '<?xml version="1.0" encoding="NAME"?><testsuite><testcase name="käse"/></testsuite>';
  const named = (name: string) => text.replace('NAME', name);
  const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();

  test.each([
    ['UTF-8', Buffer.from(named('UTF-8'))],
    ['UTF-8 with a mark', Buffer.from(`\u{FEFF}${named('utf-8')}`)],
    ['UTF-16 little end first', Buffer.from(`\u{FEFF}${named('utf-16')}`, 'utf16le')],
    ['UTF-16 big end first', swapped(Buffer.from(`\u{FEFF}${named('utf-16')}`, 'utf16le'))],
    ['UTF-16 without a mark', Buffer.from(named('utf-16'), 'utf16le')],
    ['UTF-16 big end first without a mark', swapped(Buffer.from(named('utf-16'), 'utf16le'))],
    ['Latin-1', Buffer.from(named('ISO-8859-1'), 'latin1')],
    ['Windows-1252', Buffer.from(named('windows-1252'), 'latin1')],
    ['UTF-8 that says it is UTF-16', Buffer.from(named('utf-16'))],
    ['UTF-8 that says it is something else', Buffer.from(named('klingon'))],
  ])('%s is read', async (_name, bytes) => {
    around.write('results.xml', bytes);

    expect(await told('results.xml')).toEqual(['käse']);
  });
});

neighbour('git', hasGit())('a report that is committed', () => {
  const git = (...line: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...line], {
      cwd: around.workspace,
      stdio: 'pipe',
    });
  const zoneless = ` timestamp="${new Date(Date.now() - 30 * minute).toISOString().slice(0, 19)}"`;
  const committed = /^assertion: report results.xml: the one that is committed: it is as git checked it out/;

  function commit(path = 'results.xml', text = suite('old'), format = 'sha1'): void {
    git('init', '-q', `--object-format=${format}`);
    for (const name of ['a', 'deep/er/b', path, 'z'.repeat(200)]) around.write(name, name === path ? text : name);
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    rmSync(join(around.workspace, path));
    git('checkout', '-q', '--', path);
  }

  test.each([
    ['', []],
    ['with a time that names no zone', [], zoneless],
    ['by an index of version 4', ['update-index', '--index-version', '4']],
    ['by an index of version 3', ['add', '-N', 'new']],
  ])('is old, though its file is new %s', async (_name, line, stamp = '') => {
    commit('results.xml', suite('old', stamp));
    around.write('new', 'x');
    if (line.length > 0) git(...line);

    expect(await told('results.xml')).toMatch(committed);
    expect(await told('*.xml')).toMatch(committed);
  });

  test('is old in a repository of SHA-256 too, and in a checkout below the workspace', async () => {
    commit('results.xml', suite('old'), 'sha256');
    expect(await told('results.xml')).toMatch(committed);

    mkdirSync(join(around.workspace, 'service'));
    for (const name of ['.git', 'results.xml'])
      renameSync(join(around.workspace, name), join(around.workspace, 'service', name));
    expect(await told('service/results.xml')).toMatch(/report service\/results.xml: the one that is committed/);
  });

  test('is old in a submodule, whose .git leads elsewhere in the workspace', async () => {
    commit();
    mkdirSync(join(around.workspace, 'sub/deep'), { recursive: true });
    renameSync(join(around.workspace, 'results.xml'), join(around.workspace, 'sub/deep/results.xml'));
    mkdirSync(join(around.workspace, 'modules'));
    renameSync(join(around.workspace, '.git'), join(around.workspace, 'modules/deep'));
    around.write('sub/deep/.git', 'gitdir: ../../modules/deep\n');

    expect(await told('sub/deep/results.xml')).toMatch(/the one that is committed/);
  });

  test('may be old in a worktree, whose .git leads out of the workspace: nobody can tell', async () => {
    around.write('.git', 'gitdir: /nowhere/.git/worktrees/a\n');
    around.write('results.xml', suite('a'));

    expect(await told('results.xml')).toMatch(/^setup: .*nobody can tell: .*not a git repository: /);
  });

  test('is none where .git has no index', async () => {
    around.write('.git/config', '');
    around.write('results.xml', suite('a'));

    expect(await told('results.xml')).toEqual(['s › a']);
  });

  test('is old when somebody only touched it', async () => {
    commit();
    const now = new Date();
    utimesSync(join(around.workspace, 'results.xml'), now, now);

    expect(await told('results.xml')).toMatch(committed);
  });

  test('is old when its line ends were changed by the checkout', async () => {
    git('init', '-q');
    git('config', 'core.autocrlf', 'true');
    around.write('results.xml', `${suite('old')}\n`);
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    rmSync(join(around.workspace, 'results.xml'));
    git('checkout', '-q', '--', 'results.xml');

    expect(readFileSync(join(around.workspace, 'results.xml'), 'utf8')).toContain('\r\n');
    expect(await told('results.xml')).toMatch(committed);
  });

  test('counts when it was written since', async () => {
    commit();
    around.write('results.xml', suite('new'));

    expect(await told('results.xml')).toEqual(['s › new']);
  });

  test('counts when it names the time and the zone of this run', async () => {
    commit('results.xml', suite('certain', ` timestamp="${new Date().toISOString()}"`));

    expect(await told('results.xml')).toEqual(['s › certain']);
  });

  test('beside it others count', async () => {
    commit();
    around.write('fresh.xml', suite('fresh'));

    expect(await told('fresh.xml')).toEqual(['s › fresh']);
  });

  test('is old by a split index', async () => {
    commit();
    git('update-index', '--split-index');

    expect(await told('results.xml')).toMatch(committed);
  });

  test('is old also where the name has signs that mean something in a pattern', async () => {
    commit('[a]*.xml');
    around.write('a.xml', suite('fresh'));

    expect(await told('a.xml')).toEqual(['s › fresh']);
    expect(await told('[a]*.xml')).toMatch(/report \[a\]\*.xml: the one that is committed/);
  });

  test('where the index of git is broken proves nothing, unless it names time and zone', async () => {
    commit();
    writeFileSync(join(around.workspace, '.git/index'), 'no index at all');
    expect(await told('results.xml')).toMatch(/results.xml was written by this run nobody can tell: fatal: .*index/);

    around.write('results.xml', suite('certain', ` timestamp="${new Date().toISOString()}"`));
    expect(await told('results.xml')).toEqual(['s › certain']);
  });
});

function hasGit(): boolean {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
