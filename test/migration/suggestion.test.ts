// A suggestion is taken as it stands: put in place of its lines it can be read, and the rule that made it is silent.
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/migration/fault.ts';
import { guardedText } from '../../src/migration/guarded.ts';
import { exampleSchema } from '../../src/migration/rules/example.ts';
import { rules } from '../../src/migration/rules/index.ts';
import { lint, namesOf } from './reading.ts';

const own = (path: string) => path.endsWith('V2__it.sql');

async function faultsIn(text: string, id: string): Promise<readonly Fault[]> {
  const linted = await lint(
    { 'V1__before.sql': exampleSchema, 'V2__it.sql': text },
    { levels: { [id]: 'error' }, own },
  );
  expect(namesOf(linted)).not.toContain('syntax');
  return linted.flatMap(({ faults }) => faults.filter(({ rule }) => rule === id));
}

function taken(text: string, { line, endLine = line, suggestion = '' }: Fault): string {
  const lines = text.split('\n');
  lines.splice(line - 1, endLine - line + 1, ...suggestion.split('\n'));
  return lines.join('\n');
}

const withSuggestions: readonly (readonly [string, string])[] = [
  ...rules
    .filter(({ id, dialects, bad }) => bad !== '' && id !== 'syntax' && dialects?.includes('postgres') !== false)
    .map(({ id, bad }) => [id, bad] as const),
  ['create-index-not-concurrently', 'select 1;\n  create unique index\n    a_b\n    on orders (note)\n  ;\nselect 2;'],
  [
    'add-foreign-key-valid',
    'alter table orders add constraint c foreign key (customer_id) references customers (id) on delete cascade;',
  ],
  ['add-check-constraint-valid', "alter table orders\n  add constraint c check (note <> 'a;b');"],
  ['prefer-robust', 'create index a on orders (note);'],
  ['prefer-robust', 'create unique index concurrently a on orders (note);'],
  ['prefer-robust', 'create table notes (id int);'],
  ['prefer-robust', 'create sequence s;'],
  ['prefer-robust', 'create view v as select 1 as a;'],
  ['prefer-robust', 'create function f() returns int language sql as $$ select 1; $$;'],
  ['prefer-robust', 'drop table orders;'],
  ['prefer-robust', 'drop index concurrently orders_state_idx;'],
  ['prefer-robust', "alter type mood add value 'calm';"],
  ['prefer-robust', 'alter table only orders drop column note;'],
];

describe('a suggestion', () => {
  test.each(withSuggestions)('of %s for %j', async (id, text) => {
    const faults = await faultsIn(text, id);
    let mended = text;
    // From the last to the first, so that the lines above keep their numbers.
    for (const fault of [...faults].reverse()) if (fault.suggestion !== undefined) mended = taken(mended, fault);
    if (mended === text) return;

    expect(await faultsIn(mended, id)).toEqual([]);
  });

  test('is made for a good part of the rules', async () => {
    const made = new Set<string>();
    for (const [id, text] of withSuggestions)
      for (const { suggestion } of await faultsIn(text, id)) if (suggestion !== undefined) made.add(id);

    expect([...made].sort()).toEqual([
      'add-check-constraint-valid',
      'add-foreign-key-valid',
      'create-index-not-concurrently',
      'detach-partition-not-concurrently',
      'drop-index-not-concurrently',
      'json-column',
      'prefer-robust',
      'refresh-matview-not-concurrently',
      'reindex-not-concurrently',
      'rerun-after-half',
    ]);
  });

  test.each([
    [
      'with a tab before and a remark behind',
      '\tcreate index a on orders (note); -- slow',
      '\tcreate index CONCURRENTLY a on orders (note); -- slow',
    ],
    [
      'of several lines, its semicolon on the last',
      'create index a\n  on orders (note)\n;',
      'create index CONCURRENTLY a\n  on orders (note)\n;',
    ],
    [
      'without a semicolon, behind a remark',
      'create index a on orders (note) -- slow',
      'create index CONCURRENTLY a on orders (note); -- slow',
    ],
    [
      'that speaks of an index in a remark',
      'create /* an index */ index a on orders (note);',
      'create /* an index */ index CONCURRENTLY a on orders (note);',
    ],
    [
      'with umlauts before it',
      '-- größer: 🦄\ncreate index "ä" on orders (note);',
      '-- größer: 🦄\ncreate index CONCURRENTLY "ä" on orders (note);',
    ],
  ])('keeps what stands on the lines of a statement %s', async (_, text, mended) => {
    const [fault] = await faultsIn(text, 'create-index-not-concurrently');

    expect(fault === undefined ? '' : taken(text, fault)).toBe(mended);
  });

  test('of words at the end goes before a remark that ends the file', async () => {
    const text = 'alter table orders add constraint c check (note is not null) -- old rows have it';
    const [fault] = await faultsIn(text, 'add-check-constraint-valid');

    expect(fault?.suggestion).toBe(
      'alter table orders add constraint c check (note is not null) NOT VALID; -- old rows have it',
    );
  });

  test.each([
    [
      'where the file does more than indexes, for it would lose its transaction',
      'create index a on orders (note);\nalter table orders add column b int;',
      'create-index-not-concurrently',
    ],
    ['inside a DO block', 'do $$ begin create index a on orders (note); end $$;', 'create-index-not-concurrently'],
    ['where the word is a name too', 'create table t (json json);', 'json-column'],
    ['for the first of two parts alone', 'alter table orders add column a int, add column b int;', 'prefer-robust'],
  ])('is not made %s', async (_, text, id) => {
    const faults = await faultsIn(text, id);

    expect(faults.length).toBeGreaterThan(0);
    expect(faults.map(({ suggestion }) => suggestion)).toEqual(faults.map(() => undefined));
  });

  test('is not made where the tool runs the file in a transaction', async () => {
    const text = '-- migrate:up\ncreate index a on orders (note);\n-- migrate:down\ndrop index a;\n';
    const linted = await lint(
      { '1_a.sql': `-- migrate:up\n${exampleSchema}\n-- migrate:down\n`, '2_b.sql': text },
      { own: (path) => path.includes('2_b') },
    );
    const found = linted.flatMap(({ faults }) => faults.filter(({ rule }) => rule === 'create-index-not-concurrently'));

    expect(found.map(({ suggestion }) => suggestion)).toEqual([undefined]);
  });

  test('is not made where the statement shares its lines, or takes more than a word', async () => {
    const shared = await faultsIn('select 1; create index a on orders (note);', 'create-index-not-concurrently');

    expect(shared.map(({ suggestion }) => suggestion)).toEqual([undefined]);
    const parts = await faultsIn(
      'alter table orders add constraint c check (note is not null), add column b int;',
      'add-check-constraint-valid',
    );
    const two = await faultsIn('drop index orders_state_idx, customers_email_key;', 'drop-index-not-concurrently');
    expect([...parts, ...two].map(({ suggestion }) => suggestion)).toEqual([undefined, undefined]);
    const statement = {
      deeds: [],
      text: 'insert into a values (1)',
      line: 1,
      column: 1,
      endLine: 1,
      before: '',
      behind: ';',
      alone: true,
    };
    expect(guardedText(statement)).toBeUndefined();
  });
});
