// The lock table, its words and the timeline.
import { expect, test } from '@jest/globals';
import { plain } from '../../src/kit/phrase.ts';
import { compareContents } from '../../src/migration/difference.ts';
import { lockSection, locksOf, lockWords, timelineSection } from '../../src/migration/lock-table.ts';
import type { Done } from '../../src/migration/walk.ts';

const lock = {
  table: 'orders',
  mode: 'AccessExclusive',
  statement: 'alter table orders',
  heldMs: 12,
  waitedMs: 1,
  victimMs: 3,
  rewritten: false,
};
const step = (id: string, more: Partial<Done>): Done => ({
  kind: 'done',
  id,
  durationMs: 5,
  rows: 0,
  lockMs: 0,
  blockedMs: 0,
  ...more,
});

test('one line a table and mode: the longest of each figure, and a rewrite is not lost', () => {
  const done = [
    step('V1', { locks: [lock] }),
    step('V2', { locks: [{ ...lock, heldMs: 4, victimMs: 9, rewritten: true }] }),
  ];

  expect(locksOf(done)).toEqual([{ ...lock, victimMs: 9, rewritten: true }]);
  expect(lockWords(locksOf(done))).toBe('orders: ACCESS EXCLUSIVE for 12 ms, worst victim 9 ms');
});

test('the stronger of two locks that were held equally long comes first, and a rehearsal knows which statement took it', () => {
  const target = [
    step('V1', {
      locks: [
        { ...lock, mode: 'Share', heldMs: 2_140, victimMs: 0 },
        { ...lock, heldMs: 2_130, victimMs: 0, statement: 'select pg_sleep(2)' },
      ],
    }),
  ];

  expect(locksOf(target).map(({ mode }) => mode)).toEqual(['AccessExclusive', 'Share']);
  const [section] = lockSection(target, [step('V1', { locks: [lock] })]);
  expect(section?.table[1]?.map(plain).at(-1)).toBe('alter table orders');
});

test('a run under two seconds has no timeline; a longer one a bar a statement', () => {
  const statements = [
    { path: 'a.sql', line: 1, text: 'create index', startMs: 0, durationMs: 3_000, rows: 0 },
    { path: 'a.sql', line: 2, text: 'update orders', startMs: 3_000, durationMs: 990, rows: 7 },
    {
      path: 'a.sql',
      line: 3,
      text: 'alter table orders alter column note type varchar(9)',
      startMs: 3_990,
      durationMs: 10,
      rows: 0,
    },
  ];
  expect(timelineSection([step('V1', { durationMs: 1_999 })])).toEqual([]);

  const [section] = timelineSection([step('V1', { durationMs: 4_000, statements })]);

  expect(section?.table.slice(1).map((row) => row.map(plain))).toEqual([
    ['V1:1 create index', `${'█'.repeat(24)}${'·'.repeat(8)}`, '3 s', '0'],
    ['V1:2 update orders', `${'·'.repeat(24)}${'█'.repeat(8)}`, '990 ms', '7'],
    ['V1:3 alter table orders alter column note type v…', `${'·'.repeat(31)}▏`, '10 ms', '0'],
  ]);
});

test('contents are compared in the columns that both sides have', () => {
  const before = [{ table: 'orders', rows: 2, columns: { id: '1', note: '5' } }];

  expect(compareContents(before, [{ table: 'orders', rows: 2, columns: { id: '1', gift: '9' } }])).toEqual([]);
  expect(compareContents(before, [{ table: 'orders', rows: 2, columns: { id: '1', note: '6' } }])).toEqual([
    'orders has other values in note',
  ]);
  expect(compareContents(before, [{ table: 'orders', rows: 1, columns: { id: '0' } }])).toEqual([
    'orders has 1 rows, it had 2',
  ]);
  expect(compareContents(before, [])).toEqual([]);
});
