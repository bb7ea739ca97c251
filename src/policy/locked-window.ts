/** Windows that a base locks: denied hours and holidays stay and more may come, allowed hours may go and none may come. */
import type { Lock } from './base.ts';
import { windowsOf } from './checklist-parts.ts';
import { nextDay } from './local-time.ts';
import type { Loosening } from './loosening.ts';
import type { Grade, WindowRow } from './parts.ts';
import { windows as shape } from './shape/people.ts';
import { child, mapAt, plain, type Traced } from './traced.ts';
import { isWithin } from './window.ts';

type List = Traced & { readonly kind: 'list' };
type Line = { readonly item: Traced; readonly row: WindowRow; readonly grade: Grade };
type Point = { readonly date: string; readonly minutes: number };

/** Any Monday: lines without dates come every week. */
const monday = '2026-01-05';
const dayMinutes = 24 * 60;
/** Nobody denies a longer stretch by one line. */
const mostDays = 400;
const grades: readonly Grade[] = ['discouraged', 'acceptable', 'optimal'];

/** Whether `key` is a list of windows that is compared by its hours instead of its words. */
export function isHours(key: string): boolean {
  return /(?:^|\.)windows\.(?:deny|allow|holidays)$/.test(key);
}

/** In which way the hours of `above` are looser. What a file leaves out of deny and holidays stays in force, see `withLockedRows`. */
export function looserHours(below: List, above: List, key: string): readonly Loosening[] {
  if (key.endsWith('holidays')) return [];
  return key.endsWith('deny') ? narrowed(below, above, key) : widened(below, above, key);
}

/** A line that denies only a part of what a locked one denies looks like its replacement. */
function narrowed(below: List, above: List, key: string): readonly Loosening[] {
  const lines = linesOf(above, 'deny');
  return linesOf(below, 'deny').flatMap(({ item, row }): readonly Loosening[] => {
    const points = pointsOf(row, lines);
    const outside = points.some((point) => !lines.some((line) => holds(line, row, point)));
    const alike = lines.filter((line) => (line.row.dates === undefined) === (row.dates === undefined));
    const replaced = alike.find((line) => points.some((point) => holds(line, row, point)));
    if (!outside || replaced === undefined) return [];
    return [{ key, below: item.at, above: replaced.item.at, how: `denies less than ${JSON.stringify(plain(item))}` }];
  });
}

function widened(below: List, above: List, key: string): readonly Loosening[] {
  const [base, own] = [linesOf(below, 'allow'), linesOf(above, 'allow')];
  if (own.length === 0 && base.length > 0) {
    return [{ key, below: below.at, above: above.at, how: 'is emptied, and without a line every hour is open' }];
  }
  return own.flatMap(({ item, row, grade }): readonly Loosening[] => {
    const better = base.filter((line) => grades.indexOf(line.grade) >= grades.indexOf(grade));
    const isNew = pointsOf(row, better).some((point) => !better.some((line) => holds(line, row, point)));
    return isNew ? [{ key, below: below.at, above: item.at, how: `gets ${JSON.stringify(plain(item))}` }] : [];
  });
}

/** A line with dates says nothing about every week. */
function holds(line: Line, row: WindowRow, point: Point): boolean {
  return (line.row.dates === undefined || row.dates !== undefined) && isWithin(line.row, point);
}

/** The minutes of the row at which it can begin to differ from the lines: its own beginning, midnights, their beginnings and ends. */
function pointsOf(row: WindowRow, lines: readonly Line[]): readonly Point[] {
  const edges = lines.flatMap((line) => [line.row.from, line.row.to % dayMinutes]);
  const minutes = [...new Set([0, row.from, ...edges])];
  const first = row.dates?.from ?? monday;
  const end = row.dates === undefined ? undefined : nextDay(row.dates.to, 1);
  const days = Array.from({ length: row.dates === undefined ? 8 : mostDays }, (_, index) => nextDay(first, index));
  return days
    .filter((date) => end === undefined || date <= end)
    .flatMap((date) => minutes.map((minute) => ({ date, minutes: minute })))
    .filter((point) => isWithin(row, point));
}

/** The lines that can be read; what is wrong with another one is told elsewhere. */
function linesOf(list: List, name: 'deny' | 'allow'): readonly Line[] {
  return list.items.flatMap((item): readonly Line[] => {
    const read = shape().safeParse({ [name]: [plain(item)] });
    if (!read.success) return [];
    const windows = windowsOf(read.data, 'UTC');
    if (name === 'deny') return windows.deny.map((row) => ({ item, row, grade: 'discouraged' }));
    return windows.allow.map((row) => ({ item, row, grade: row.grade }));
  });
}

/** The merged file with the locked lines in every list of denied hours and holidays, wherever the file writes one of its own. */
export function withLockedRows(tree: Traced, locks: readonly Lock[]): Traced {
  return locks.reduce(
    (whole, lock) =>
      ['deny', 'holidays']
        .filter((name) => lock.keys.some(({ text }) => text === 'windows' || text === `windows.${name}`))
        .reduce((here, name) => inPlaces(here, name, child(child(lock.tree, 'windows'), name)), whole),
    tree,
  );
}

function inPlaces(tree: Traced, name: string, locked: Traced | undefined): Traced {
  if (locked?.kind !== 'list') return tree;
  const add = (place: Traced): Traced =>
    changed(place, ['windows', name], (list) =>
      list.kind === 'list' ? { ...list, items: [...missing(locked, list), ...list.items] } : list,
    );
  const inLegs = (environment: Traced): Traced => changed(add(environment), ['legs', '*'], add);
  return changed(add(tree), ['environments', '*'], inLegs);
}

function missing(locked: List, list: List): readonly Traced[] {
  const there = new Set(list.items.map((item) => JSON.stringify(plain(item))));
  return locked.items.filter((item) => !there.has(JSON.stringify(plain(item))));
}

/** The tree with the values at the path changed, `*` for each; where nothing stands there, the tree as it is. */
function changed(tree: Traced, path: readonly string[], change: (value: Traced) => Traced): Traced {
  const [step, ...rest] = path;
  if (step === undefined) return change(tree);
  if (tree.kind !== 'map') return tree;
  const entries = [...tree.entries].map(([key, entry]): [string, typeof entry] =>
    step === '*' || step === key ? [key, { ...entry, value: changed(entry.value, rest, change) }] : [key, entry],
  );
  return mapAt(tree.at, entries);
}
