// The needs of checks: what each leads to, in which turn it comes, who goes round; and that ten thousand cost no more than their count.
import { describe, expect, test } from '@jest/globals';
import { circlesOf, type Needing, reached, turnsOf, withDependents, withNeeded } from '../../src/smoke/needs.ts';
import { counted } from './reads.ts';

const one = (id: string, ...needs: readonly string[]): Needing => ({ id, needs });
const shop = [
  one('order', 'login', 'item'),
  one('login', 'home'),
  one('item', 'home'),
  one('home'),
  { id: 'styles', needs: [], assets: { from: 'home' } },
  one('search'),
];

describe('needs', () => {
  test('lead to all that a check needs, directly or not, and the page it looks for assets in', () => {
    expect([...withNeeded(shop, ['order'])].sort()).toEqual(['home', 'item', 'login', 'order']);
    expect([...withNeeded(shop, ['styles'])]).toEqual(['styles', 'home']);
    expect([...withNeeded(shop, ['search'])]).toEqual(['search']);
  });

  test('lead back to all that need a check', () => {
    expect([...withDependents(shop, new Set(['login']))]).toEqual(['login', 'order']);
    expect([...withDependents(shop, new Set(['home']))].sort()).toEqual(['home', 'item', 'login', 'order', 'styles']);
    expect([...withDependents(shop, new Set())]).toEqual([]);
  });

  test('are followed the nearest first, each once', () => {
    const next: Readonly<Record<string, readonly string[]>> = { a: ['b', 'c'], b: ['d'], c: ['d', 'a'] };

    expect([...reached(['a'], (id) => next[id] ?? [])]).toEqual(['a', 'b', 'c', 'd']);
  });

  test('make turns: what needs nothing of these first, what needs several after the last of them', () => {
    const { first, freedBy } = turnsOf(shop);
    const ids = (list: readonly Needing[]) => list.map(({ id }) => id);

    expect(ids(first)).toEqual(['home', 'search']);
    expect(ids(freedBy(one('home')))).toEqual(['login', 'item', 'styles']);
    expect(ids(freedBy(one('login')))).toEqual([]);
    expect(ids(freedBy(one('item')))).toEqual(['order']);
    expect(ids(turnsOf([one('a', 'elsewhere')]).first)).toEqual(['a']);
  });

  test.each<[string, readonly Needing[], readonly (readonly string[])[]]>([
    ['none', shop, []],
    ['of one', [one('a', 'a'), one('b', 'a')], [['a']]],
    ['of two, and what only waits for them', [one('c', 'b'), one('a', 'b'), one('b', 'a')], [['b', 'a']]],
    [
      'apart',
      [one('a', 'b'), one('b', 'a'), one('c', 'd'), one('d', 'c')],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'by a page',
      [
        { id: 'page', needs: ['x'], assets: undefined },
        { id: 'x', needs: [], assets: { from: 'page' } },
      ],
      [['page', 'x']],
    ],
  ])('that go round are told: %s', (_name, checks, circles) => {
    expect(circlesOf(checks)).toEqual(circles);
  });
});

describe('of ten thousand checks each is looked at a few times', () => {
  const count = 10_000;
  const id = (n: number) => `c${n}`;
  const down = Array.from({ length: count }, (_, n) => one(id(n), ...(n === 0 ? [] : [id(n - 1)])));
  const up = [...down].reverse();
  const ring = down.map((check, n) => (n === 0 ? one(check.id, id(count - 1)) : check));

  test.each([
    ['in a chain', down],
    ['in a chain from its end on', up],
    ['that all need one', down.map(({ id: own }, n) => one(own, ...(n === 0 ? [] : [id(0)])))],
    ['in a ring', ring],
  ])('%s', (_name, list) => {
    const { items, each } = counted(list);

    expect(withNeeded(items, [id(count - 1)]).size).toBeGreaterThan(1);
    expect(each()).toBeLessThan(10);
    expect(withDependents(items, new Set([id(0)])).size).toBe(count);
    expect(each()).toBeLessThan(10);
    expect(circlesOf(items).flat().length).toBe(list === ring ? count : 0);
    expect(each()).toBeLessThan(30);
  });
});
