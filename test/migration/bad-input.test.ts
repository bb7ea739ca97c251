// Files that are broken, strange or huge: each is told, at its place, with what to do, and none counts as clean.
import { describe, expect, test } from '@jest/globals';
import { createGrammar } from '../../src/io/migrations/grammar.ts';
import { readFolder } from '../../src/migration/file.ts';
import { lint } from './reading.ts';

const own = (path: string) => path.endsWith('V2__it.sql');
const orders = 'create table orders (id bigint primary key, note text);\n';

async function told(text: string, given: Parameters<typeof lint>[1] = {}) {
  const linted = await lint({ 'V1__a.sql': orders, 'V2__it.sql': text }, { own, ...given });
  const file = linted.at(-1);
  const faults = (file?.faults ?? []).filter(({ rule }) => rule !== 'up-has-down');
  return { faults, unread: file?.compatible.unread === true, compatibility: file?.compatible.compatibility };
}

describe('a file that cannot be read', () => {
  test.each([
    ['a word that is none', 'select 1;\n-- größer\nalter tabel orders;\n', 'syntax', 3, 7, 'near "tabel"'],
    ['a variable of psql', 'insert into orders values (:id);', 'syntax', 1, 28, 'near ":"'],
    ['a quoted variable of psql', 'alter table orders owner to :"who";', 'syntax', 1, 29, 'near ":"'],
    ['a command of psql', '\\i other.sql\n', 'syntax', 1, 1, 'near "\\"'],
    ['data of COPY', 'copy orders (id) from stdin;\n1\n\\.\n', 'syntax', 2, 1, 'near "1"'],
    ['a quote without an end', "select 'abc;\nselect 2;\n", 'syntax', 1, 8, 'unterminated quoted string'],
    ['a NUL character', 'select 1;\n\0drop table orders;', 'syntax', 2, 1, 'NUL'],
    ['a NUL character in a text', "insert into orders values (1, 'a\0b');", 'syntax', 1, 33, 'NUL'],
    ['nothing but a NUL character', '\0', 'syntax', 1, 1, 'NUL'],
    ['mustaches', 'create table {{ prefix }}a (id int);', 'template-in-sql', 1, 14, 'placeholders'],
    [
      'a placeholder of Flyway',
      'create table ${flyway:defaultSchema}.a (id int);',
      'template-in-sql',
      1,
      14,
      'placeholders',
    ],
    ['ERB', 'create table <%= name %> (id int);', 'template-in-sql', 1, 14, 'placeholders'],
    ['Jinja', '{% if a %}select 1;{% endif %}', 'template-in-sql', 1, 1, 'placeholders'],
    [
      'queries in queries',
      `select ${'(select '.repeat(4000)}1${')'.repeat(4000)};`,
      'file-too-large',
      1,
      1,
      'nested too deeply',
    ],
    [
      'an expression without an end',
      `select ${'not '.repeat(20_000)}true;`,
      'file-too-large',
      1,
      1,
      'nested too deeply',
    ],
    ['more than 4 MB', `select '${'x'.repeat(4.2 * 1024 * 1024)}';`, 'file-too-large', 1, 1, '5 MB'],
  ])('%s', async (_, text, rule, line, column, words) => {
    const { faults, unread, compatibility } = await told(text);
    const [fault] = faults;

    expect([unread, compatibility]).toEqual([true, 'contract']);
    expect(faults.map((one) => one.rule)).toEqual([rule]);
    expect([fault?.line, fault?.column]).toEqual([line, column]);
    expect(fault?.what).toContain(words);
    expect(fault?.what.length).toBeLessThan(250);
    expect(fault?.fix).toMatch(/\.$/);
  });

  test('leaves its parser fit for the next, however often', async () => {
    const grammar = createGrammar();
    const deep = `select ${'(select '.repeat(4000)}1${')'.repeat(4000)};`;
    const inside = `do $$ begin if ${'('.repeat(30)}${'not '.repeat(4000)}true${')'.repeat(30)} then drop table a; end if; end $$`;
    for (let round = 0; round < 45; round += 1) {
      const [first, , last] = await grammar.read([deep, inside, "select 'ä'; select 2"], 'postgres');
      expect([round, first?.kind, last?.kind === 'postgres' && last.statements.length]).toEqual([round, 'unread', 2]);
    }
  });
});

describe('a file that can be read', () => {
  test.each([
    ['nothing', '', ['empty-migration']],
    ['blanks', ' \n\t\n', ['empty-migration']],
    ['remarks', '-- later\n/* or /* never */ */\n', ['empty-migration']],
    ['semicolons', ';;\n;', ['empty-migration']],
    ['a byte order mark', '\uFEFFselect 1;', ['byte-order-mark']],
    ['line ends of Windows', 'select 1;\r\nselect 2;\r\n', ['carriage-returns']],
    ['bytes of another encoding', "insert into orders values (1, 'caf\uFFFD');", ['not-unicode']],
    [
      'quotes of all kinds',
      `select $a$ ' $$ ; "$a$, E'it\\'s;', 'a''b', U&'d\\0061t', B'1', "o;r""d", '{{ not a template }}';`,
      [],
    ],
    ['a body in dollar quotes', 'create function f() returns int language sql as $body$ select 1; $body$;', []],
    ['deep parentheses', `select ${'('.repeat(5000)}1${')'.repeat(5000)};`, []],
    ['calls in calls', `select ${'abs('.repeat(1500)}1${')'.repeat(1500)};`, []],
  ])('%s', async (_, text, rules) => {
    const { faults, unread } = await told(text);

    expect(unread).toBe(false);
    expect(faults.map(({ rule }) => rule)).toEqual(rules);
  });

  test('with line ends of Windows has its findings on their lines', async () => {
    const { faults } = await told('select 1;\r\n\r\ncreate index a\r\n  on orders (note);\r\n');
    const found = faults.find(({ rule }) => rule === 'create-index-not-concurrently');

    expect([found?.line, found?.column, found?.endLine]).toEqual([3, 1, 4]);
  });

  test('with a place behind a byte order mark is told in columns that people see', async () => {
    const { faults } = await told('\uFEFFalter tabel orders;');

    expect(faults.map(({ rule, line, column }) => [rule, line, column])).toContainEqual(['syntax', 1, 7]);
  });

  test('a byte of another encoding is told at its place', async () => {
    const { faults } = await told("select 1;\ninsert into orders values (1, 'caf\uFFFD');");

    expect(faults.map(({ line, column }) => [line, column])).toEqual([[2, 35]]);
  });
});

describe('a folder', () => {
  const faultsOf = (files: Readonly<Record<string, string>>) =>
    readFolder(
      Object.entries(files).map(([path, text]) => ({ path, text })),
      'plain-sql',
    ).faults.map(({ rule, path, line, level }) => [rule, path, line, level]);

  test('with two files of one number, a gap, and a name that is none', () => {
    expect(
      faultsOf({
        'V1__a.sql': 'select 1;',
        'V01__b.sql': 'select 1;',
        'V4__c.sql': 'select 1;',
        'fix.sql': 'select 1;',
      }),
    ).toEqual([
      ['name', 'fix.sql', 1, 'error'],
      ['duplicate', 'V01__b.sql', 1, 'error'],
      ['gap', 'V4__c.sql', 1, 'warn'],
    ]);
  });

  test.each([
    ['\\connect other', 'psql-command'],
    ['create table a (id int);\n\\copy a from a.csv', 'psql-command'],
    ['copy a (id) from stdin;', 'copy'],
    ['begin;\nselect 1;\ncommit;', 'transaction'],
    ["select 'open", 'unterminated'],
    ['/* open /* */', 'unterminated'],
    ['select $tag$ open', 'unterminated'],
  ])('with what no server takes: %j', (text, rule) => {
    expect(faultsOf({ 'V1__a.sql': text }).map(([name]) => name)).toContain(rule);
  });
});
