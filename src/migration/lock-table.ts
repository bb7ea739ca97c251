// The lock table and the timeline of a migration, for the report.
import type { LockFact } from '../evidence/migration.ts';
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Done } from './walk.ts';

interface Section {
  readonly heading: string;
  readonly lines: readonly Phrase[];
  readonly table: readonly (readonly Phrase[])[];
}

/** Rows of the lock table that are shown; the machine-readable result has all. */
const shown = 20;
/** Marks across the timeline, and the shortest run that gets one, ms. */
const width = 32;
const nameLength = 44;
const longRun = 2_000;

/** What each mode keeps out, as the conflict table of Postgres' documentation ("Explicit Locking") says. */
const keepsOut: Readonly<Record<string, string>> = {
  AccessExclusive: 'reads and writes',
  Exclusive: 'writes',
  ShareRowExclusive: 'writes',
  Share: 'writes',
};

/** From the weakest: of two that were held equally long the stronger is told first. */
const strength = ['Share', 'ShareRowExclusive', 'Exclusive', 'AccessExclusive'];
/** Two holds are equally long when no sample tells them apart, ms. */
const alike = 50;

/** All locks of a run, one for each table and mode, the worst first. */
export function locksOf(done: readonly Done[]): readonly LockFact[] {
  const all = new Map<string, LockFact>();
  for (const lock of done.flatMap(({ locks }) => locks ?? [])) {
    const key = `${lock.table} ${lock.mode}`;
    const other = all.get(key);
    const worst = other === undefined || lock.heldMs > other.heldMs ? lock : other;
    all.set(key, {
      ...worst,
      waitedMs: Math.max(lock.waitedMs, other?.waitedMs ?? 0),
      victimMs: Math.max(lock.victimMs, other?.victimMs ?? 0),
      rewritten: lock.rewritten || (other?.rewritten ?? false),
    });
  }
  const held = (lock: LockFact) => Math.floor(lock.heldMs / alike);
  const force = (lock: LockFact) => strength.indexOf(lock.mode);
  return [...all.values()].sort(
    (a, b) => b.victimMs - a.victimMs || held(b) - held(a) || force(b) - force(a) || b.heldMs - a.heldMs,
  );
}

/** `orders: ACCESS EXCLUSIVE for 12 ms, worst victim 3 ms`; empty without any. */
export function lockWords(locks: readonly LockFact[]): string {
  const worst = locks.find(({ heldMs, victimMs }) => heldMs > 0 || victimMs > 0) ?? locks[0];
  if (worst === undefined) return '';
  return `${worst.table || 'rows'}: ${spelled(worst.mode)} for ${formatDuration(worst.heldMs)}, worst victim ${formatDuration(worst.victimMs)}`;
}

/**
 * The lock table; no section without any lock. On the target a sample sees a lock in the statement that runs just then; where a rehearsal
 * looked after each one (`rehearsed`), its word on which statement took the lock counts. `blind`: what could not be seen.
 */
export function lockSection(done: readonly Done[], rehearsed: readonly Done[] = [], blind = ''): readonly Section[] {
  const known = new Map(locksOf(rehearsed).map((lock) => [`${lock.table} ${lock.mode}`, lock.statement]));
  const locks = locksOf(done).map((lock) => ({
    ...lock,
    statement: known.get(`${lock.table} ${lock.mode}`) || lock.statement,
  }));
  const hidden = blind === '' ? [] : [`${blind}.`];
  if (locks.length === 0) return blind === '' ? [] : [{ heading: 'Locks', lines: hidden, table: [] }];
  const head = ['Table', 'Lock', 'Keeps out', 'Held', 'We waited', 'Worst victim', 'Rewritten', 'First seen in'];
  const rows = locks
    .slice(0, shown)
    .map((lock): readonly Phrase[] => [
      lock.table === '' ? 'rows' : [{ code: lock.table }],
      spelled(lock.mode),
      keepsOut[lock.mode] ?? '',
      formatDuration(lock.heldMs),
      formatDuration(lock.waitedMs),
      formatDuration(lock.victimMs),
      lock.rewritten ? 'yes' : '',
      lock.statement === '' ? '' : [{ code: lock.statement }],
    ]);
  const more = locks.length > shown ? [`and ${locks.length - shown} more, in the result`] : [];
  return [{ heading: 'Locks', lines: [...more, ...hidden], table: [head, ...rows] }];
}

/** A line of marks for each statement of a long run, or for each file where a foreign tool ran it. */
export function timelineSection(done: readonly Done[]): readonly Section[] {
  const bars: {
    readonly name: string;
    readonly from: number;
    readonly ms: number;
    readonly rows: number | undefined;
  }[] = [];
  let at = 0;
  for (const { id, durationMs, statements, rows } of done) {
    if (statements === undefined || statements.length === 0) bars.push({ name: id, from: at, ms: durationMs, rows });
    for (const one of statements ?? [])
      bars.push({
        name: `${id}:${one.line} ${shortened(one.text)}`,
        from: at + one.startMs,
        ms: one.durationMs,
        rows: one.rows,
      });
    at += durationMs;
  }
  if (at < longRun) return [];
  const longest = [...bars].sort((a, b) => b.ms - a.ms).slice(0, shown);
  const rows = bars
    .filter((bar) => longest.includes(bar))
    .map((bar): readonly Phrase[] => [
      [{ code: bar.name }],
      [{ code: barOf(bar, at) }],
      formatDuration(bar.ms),
      bar.rows === undefined ? '' : String(bar.rows),
    ]);
  return [
    { heading: 'Timeline', lines: [], table: [['Statement', `0 to ${formatDuration(at)}`, 'Took', 'Rows'], ...rows] },
  ];
}

function shortened(text: string): string {
  return text.length > nameLength ? `${text.slice(0, nameLength - 1)}…` : text;
}

/** What is shorter than half a mark gets a thin one, so that nothing is left out and nothing looks longer than it was. */
function barOf({ from, ms }: { readonly from: number; readonly ms: number }, whole: number): string {
  const start = Math.min(width - 1, Math.floor((from / whole) * width));
  const exact = (ms / whole) * width;
  const long = Math.max(1, Math.min(width - start, Math.round(exact)));
  const marks = exact < 0.5 ? '▏' : '█'.repeat(long);
  return `${'·'.repeat(start)}${marks}${'·'.repeat(width - start - long)}`;
}

function spelled(mode: string): string {
  return mode.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}
