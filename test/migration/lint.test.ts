// What the linter knows beyond single statements: the release, earlier files, remarks, the baseline, files that cannot be read.
import { describe, expect, test } from '@jest/globals';
import { exampleSchema } from '../../src/migration/rules/example.ts';
import type { Release } from '../../src/migration/rules/rule.ts';
import { type Given, lint, namesOf } from './reading.ts';

const own =
  (...names: readonly string[]) =>
  (path: string) =>
    names.some((name) => path.endsWith(name));
const index = 'create index orders_note_idx on orders (note);';

async function found(text: string, given: Given = {}): Promise<readonly string[]> {
  const files = { 'V1__before.sql': exampleSchema, 'V2__it.sql': text, 'V2__it.down.sql': 'select 1;' };
  return namesOf(await lint(files, { own: own('V2__it.sql'), ...given }));
}

describe('a table of the same migration', () => {
  test.each([
    ['made before', 'create table t (id int); create index i on t (id);', []],
    ['made with IF NOT EXISTS', 'create table if not exists t (id int); create index i on t (id);', []],
    [
      'that was there',
      'create table if not exists orders (id int); create index i on orders (note);',
      ['create-index-not-concurrently'],
    ],
    ['made by an earlier file', index, ['create-index-not-concurrently']],
    ['made after it', 'create index i on t (id); create table t (id int);', ['create-index-not-concurrently']],
    ['renamed meanwhile', 'create table t (id int); alter table t rename to u; create index i on u (id);', []],
    [
      'of another schema',
      'create table app.orders (id int); create index i on orders (note);',
      ['create-index-not-concurrently'],
    ],
    ['made in a DO block', 'do $$ begin create table t (id int); end $$; create index i on t (id);', []],
  ])('%s', async (_what, sql, expected) => {
    expect(await found(sql)).toEqual(expected);
  });
});

describe('a type change', () => {
  test.each([
    ['alter table orders alter column note type varchar(80)', false],
    ['alter table orders alter column note type varchar(40)', true],
    ['alter table orders alter column quantity type bigint', true],
    ['alter table elsewhere alter column a type text', true],
    ["set timezone = 'UTC'; alter table stamps alter column at type timestamptz", false],
    ['alter table stamps alter column at type timestamptz', true],
  ])('%s: flagged %s', async (sql, flagged) => {
    const files = { 'V1__before.sql': `${exampleSchema}create table stamps (at timestamp);`, 'V2__it.sql': sql };

    expect(namesOf(await lint(files, { own: own('V2__it.sql') })).includes('change-column-type')).toBe(flagged);
  });
});

describe('SET NOT NULL behind a validated check', () => {
  const check = 'alter table orders add constraint there check (note is not null and quantity > 0) not valid;';
  const validated = 'alter table orders validate constraint there;';

  test.each([
    ['of earlier files', { 'V2__c.sql': check, 'V3__v.sql': validated }, false],
    ['that nobody validated', { 'V2__c.sql': check }, true],
    [
      'that is gone again',
      { 'V2__c.sql': check, 'V3__v.sql': `${validated} alter table orders drop constraint there;` },
      true,
    ],
  ])('%s', async (_what, earlier, flagged) => {
    const files = {
      'V1__b.sql': exampleSchema,
      ...earlier,
      'V9__it.sql': 'alter table orders alter column note set not null;',
    };

    expect(namesOf(await lint(files, { own: own('V9__it.sql') })).includes('set-not-null')).toBe(flagged);
  });
});

describe('a remark', () => {
  test.each([
    [
      'sets a rule aside for the next statement',
      `-- boring-deploys: ignore create-index-not-concurrently because the table has 40 rows\n${index}`,
      [],
    ],
    [
      'on the line itself',
      `${index} -- boring-deploys: ignore create-index-not-concurrently because the table has 40 rows`,
      [],
    ],
    [
      'is not about the statement after the next',
      `-- boring-deploys: ignore create-index-not-concurrently because the table has 40 rows\nselect 1;\n${index}`,
      ['create-index-not-concurrently', 'ignore-unused'],
    ],
    [
      'for the whole file',
      `-- boring-deploys: ignore-file create-index-not-concurrently because nobody is online yet\nselect 1;\n${index}`,
      [],
    ],
    [
      'names several rules',
      '-- boring-deploys: ignore drop-table, drop-before-retention because it never had a reader\ndrop table orders;',
      [],
    ],
    [
      'without a reason is refused',
      `-- boring-deploys: ignore create-index-not-concurrently\n${index}`,
      ['create-index-not-concurrently', 'ignore'],
    ],
    [
      'with a poor reason is refused',
      `-- boring-deploys: ignore create-index-not-concurrently because so\n${index}`,
      ['create-index-not-concurrently', 'ignore'],
    ],
    [
      'names no rule that there is',
      `-- boring-deploys: ignore create-indexx because the table has 40 rows\n${index}`,
      ['create-index-not-concurrently', 'ignore'],
    ],
    [
      'that sets nothing aside is told',
      '-- boring-deploys: ignore create-index-not-concurrently because the table has 40 rows\nselect 1;',
      ['ignore-unused'],
    ],
  ])('%s', async (_what, sql, expected) => {
    expect(await found(sql)).toEqual(expected);
  });

  test('is kept with its reason', async () => {
    const files = {
      'V1__b.sql': exampleSchema,
      'V2__it.sql': `-- boring-deploys: ignore create-index-not-concurrently because the table has 40 rows\n${index}`,
    };
    const file = (await lint(files)).at(-1);

    expect(file?.aside).toMatchObject([
      { fault: { rule: 'create-index-not-concurrently', line: 2 }, because: 'the table has 40 rows' },
    ]);
  });
});

describe('levels, baseline and server', () => {
  test('the policy switches a rule off, or on', async () => {
    expect(await found(index, { levels: { 'create-index-not-concurrently': 'disabled' } })).toEqual([]);
    expect(await found('alter table orders add column a varchar(10);', { levels: { 'prefer-text': 'error' } })).toEqual(
      ['prefer-text'],
    );
  });

  test.each([
    ['V1', ['V2']],
    ['V2', []],
    ['V0', ['V1', 'V2']],
    ['2', []],
  ])('files up to the baseline %s are not linted', async (baseline, expected) => {
    const linted = await lint({ 'V1__a.sql': 'drop table a;', 'V2__b.sql': 'drop table b;' }, { baseline });

    expect(linted.filter(({ faults }) => faults.length > 0).map(({ parsed }) => parsed.file.id)).toEqual(expected);
  });

  test.each([
    [10, true],
    [11, false],
    [undefined, false],
  ])('before PostgreSQL 11 any default rewrites: %s', async (major, flagged) => {
    const rules = await found('alter table orders add column a int default 1;', { server: { major } });

    expect(rules.includes('add-column-volatile-default')).toBe(flagged);
  });
});

describe('an older server', () => {
  test.each([
    ['alter table orders add column g numeric generated always as (total) virtual;', 17, 18],
    ['alter table orders add constraint there not null note not valid;', 17, 18],
    ['create or replace trigger t before update on orders for each row execute function f();', 13, 14],
    ['-- transaction:false\nalter table events detach partition events_2025 concurrently;', 13, 14],
    ['-- transaction:false\nreindex table concurrently orders;', 11, 12],
    ["alter type mood add value 'calm';", 11, 12],
  ])('%s: PostgreSQL %i does not know it, %i does', async (sql, refused, known) => {
    expect(await found(sql, { server: { major: refused } })).toContain('newer-than-server');
    expect(await found(sql, { server: { major: known } })).not.toContain('newer-than-server');
    expect(await found(sql)).not.toContain('newer-than-server');
  });

  test.each([
    [11, true],
    [12, false],
  ])('PostgreSQL %i reads the table in spite of a validated check: %s', async (major, flagged) => {
    const files = {
      'V1__b.sql': exampleSchema,
      'V2__c.sql': 'alter table orders add constraint there check (note is not null);',
      'V9__it.sql': 'alter table orders alter column note set not null;',
    };

    expect(namesOf(await lint(files, { own: own('V9__it.sql'), server: { major } })).includes('set-not-null')).toBe(
      flagged,
    );
  });
});

describe('names of files', () => {
  test.each([
    ['flyway', 'V2__it.sql', false],
    ['flyway', '002_it.sql', true],
    ['golang-migrate', '002_it.up.sql', false],
    ['golang-migrate', '002_it.sql', true],
    ['plain-sql', '002_it.sql', false],
  ])('%s and %s: passed over %s', async (tool, name, flagged) => {
    expect(namesOf(await lint({ [name]: 'select 1;' }, { tool })).includes('file-naming')).toBe(flagged);
  });
});

describe('the release', () => {
  const files = {
    'V1__before.sql': exampleSchema,
    'V2__a.sql': 'alter table orders add column remark text;',
    'V3__b.sql': 'alter table orders drop column remark;',
  };
  const release = (given: Partial<Release>): Given => ({ release: given });

  test('adds and drops the same column: named when both files are of it', async () => {
    expect(namesOf(await lint(files, { own: own('V2__a.sql', 'V3__b.sql') }))).toContain('same-release-add-drop');
    expect(namesOf(await lint(files, { own: own('V3__b.sql') }))).not.toContain('same-release-add-drop');
    expect(namesOf(await lint(files, { ...release({ known: false }) }))).not.toContain('same-release-add-drop');
  });

  test.each([
    ['never marked', undefined, 1, undefined, true],
    ['marked in this release', 'V3', 1, undefined, true],
    ['marked by a merged file', 'V2', 1, undefined, false],
    ['marked one release ago, three are asked', 'V2', 3, 1, true],
    ['marked three releases ago, three are asked', 'V2', 3, 3, false],
    ['never marked, and nothing is asked', undefined, 0, undefined, false],
  ])('drops what was %s', async (_what, marked, retention, since, flagged) => {
    const mark = "comment on column orders.note is 'DEPRECATED: see remark';";
    const all = {
      'V1__before.sql': exampleSchema,
      'V2__m.sql': marked === 'V2' ? mark : 'select 1;',
      'V3__m.sql': marked === 'V3' ? mark : 'select 1;',
      'V4__d.sql': 'alter table orders drop column note;',
    };
    const linted = await lint(all, {
      own: own('V3__m.sql', 'V4__d.sql'),
      release: { retention, releasesSince: () => since },
    });

    expect(namesOf(linted).includes('drop-before-retention')).toBe(flagged);
  });

  test.each([
    ['added', []],
    ['modified', ['edited-after-merge']],
    ['renamed', ['edited-after-merge']],
  ] as const)('a file of it that is %s', async (status, expected) => {
    const changed = new Map([['db/migrations/V3__b.sql', status]]);
    const linted = await lint(
      { ...files, 'V3__b.sql': 'select 1;', 'V3__b.down.sql': 'select 1;' },
      { own: own('V3__b.sql'), release: { changed } },
    );

    expect(namesOf(linted)).toEqual(expected);
  });

  test('a new file before one that is merged', async () => {
    const changed = new Map([['db/migrations/V2__a.sql', 'added' as const]]);

    expect(namesOf(await lint(files, { own: own('V2__a.sql'), release: { changed } }))).toContain('out-of-order');
  });

  test.each([
    ['contract beside code', 'drop table orders;', ['src/shop.ts'], 0, true],
    [
      'contract beside documents and tests',
      'drop table orders;',
      ['README.md', 'test/shop.ts', 'src/shop.test.ts'],
      0,
      false,
    ],
    ['expand beside code', 'create table t (id int);', ['src/shop.ts'], 0, false],
    ['expand beside code, where a day must lie between', 'create table t (id int);', ['src/shop.ts'], 86_400_000, true],
  ])('%s', async (_what, sql, paths, separationMs, flagged) => {
    const changed = new Map(['db/migrations/V2__it.sql', ...paths].map((path) => [path, 'added' as const]));
    const rules = await found(sql, { release: { changed, separationMs } });

    expect(rules.includes('schema-and-code')).toBe(flagged);
  });
});

describe('a file that is no plain SQL', () => {
  test.each([
    ['bad syntax', 'alter tabel orders;', ['syntax']],
    ['a template', 'create table {{ name }} (id int);', ['template-in-sql']],
    ['braces in a text', "insert into customers (email) values ('{{ name }}');", []],
    ['a remark only', '-- later', ['empty-migration']],
    ['nothing', '', ['empty-migration']],
    ['CR LF', 'select 1;\r\nselect 2;\r\n', ['carriage-returns']],
    ['a byte order mark', '\uFEFFselect 1;', ['byte-order-mark']],
    ['more than is parsed', `insert into customers (email) values ('${'x'.repeat(4_300_000)}');`, ['file-too-large']],
  ])('%s', async (_what, sql, expected) => {
    expect(await found(sql)).toEqual(expected);
  });

  test('what its place is, line and column of the file and not of its part', async () => {
    const text = '-- migrate:up\n\nselect 1;\n  selec 2;\n-- migrate:down\nselect 1;\n';
    const [file] = await lint({ '1_a.sql': text });

    expect(file?.faults).toMatchObject([{ rule: 'syntax', line: 4, column: 3 }]);
  });
});

describe('MySQL', () => {
  const mysql = { server: { dialect: 'mysql' as const } };

  test('is linted through its own parser', async () => {
    const rules = namesOf(
      await lint(
        {
          'V1__a.sql': 'create table orders (id int);',
          'V2__b.sql': 'alter table orders drop column id;\nupdate orders set id = 1;',
        },
        mysql,
      ),
    );

    expect(rules).toEqual(expect.arrayContaining(['drop-column', 'write-without-where']));
  });

  test.each([
    ['alter table orders modify column note varchar(60);', false],
    ['alter table orders modify column note varchar(64);', true],
    ['alter table orders modify column note varchar(20);', true],
    ['alter table orders modify column id bigint;', true],
  ])('%s: may copy the table: %s', async (sql, flagged) => {
    const linted = await lint(
      { 'V1__a.sql': 'create table orders (id int, note varchar(50));', 'V2__b.sql': sql },
      { ...mysql, own: own('V2__b.sql') },
    );

    expect(namesOf(linted).includes('mysql-change-column-type')).toBe(flagged);
  });

  test('CHANGE with another name is a rename', async () => {
    const linted = await lint(
      { 'V1__a.sql': 'create table orders (id int);', 'V2__b.sql': 'alter table orders change column id number int;' },
      { ...mysql, own: own('V2__b.sql') },
    );

    expect(namesOf(linted)).toContain('rename-column');
  });

  test('what the parser does not know is not checked, and never counts as understood', async () => {
    const [file] = await lint({ 'V1__a.sql': 'create table t (a varchar(255) binary frobnicate);' }, mysql);

    expect(file?.faults.map(({ rule }) => rule)).toContain('not-checked');
    expect(file?.compatible).toMatchObject({ compatibility: 'contract', unread: true });
  });
});

test('a seed file of many statements is linted in one pass', async () => {
  const text = "insert into customers (email) values ('a');\n".repeat(20_000);

  expect(await found(text)).toEqual([]);
});
