// Deploy windows: the grade of an instant in the policy's time zone, and when a closed window opens again.

import { type LocalTime, localTime, nextDay, startOf, weekdayOf } from './local-time.ts';
import type { Grade, Weekday, WindowRow, Windows } from './parts.ts';

export type Graded = {
  readonly grade: Grade;
  /** The reason a row gives, or what decided: `holiday`, `outside every allow line`. */
  readonly because: string;
};

const better: readonly Grade[] = ['denied', 'discouraged', 'acceptable', 'optimal'];
const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const dayMinutes = 24 * 60;

/** The grade of `instant` (ms since the epoch): deny and holidays win, then the best allow line, then `otherwise`. Without windows: optimal. */
export function gradeOf(windows: Windows | undefined, instant: number): Graded {
  if (windows === undefined) return { grade: 'optimal', because: 'no windows' };
  return gradeOfLocal(windows, localTime(instant, windows.timezone));
}

function gradeOfLocal(windows: Windows, at: LocalTime): Graded {
  if (windows.holidays.includes(at.date)) return { grade: 'denied', because: `holiday ${at.date}` };
  const denied = windows.deny.find((row) => isWithin(row, at));
  if (denied !== undefined) return { grade: 'denied', because: denied.reason ?? nameOf(denied) };
  const allowed = windows.allow.filter((row) => isWithin(row, at));
  const best = [...allowed].sort((a, b) => better.indexOf(b.grade) - better.indexOf(a.grade))[0];
  if (best !== undefined) return { grade: best.grade, because: best.reason ?? nameOf(best) };
  if (windows.allow.length === 0) return { grade: 'optimal', because: 'no allow lines' };
  return { grade: windows.otherwise, because: 'outside every allow line' };
}

/** Whether local time lies in the row. A row that crosses midnight belongs to the day it begins on; `to` is exclusive. */
export function isWithin(row: WindowRow, at: LocalTime): boolean {
  if (row.from < row.to) return isDayOf(row, at.date) && at.minutes >= row.from && at.minutes < row.to;
  if (isDayOf(row, at.date) && at.minutes >= row.from) return true;
  return isDayOf(row, nextDay(at.date, -1)) && at.minutes < row.to;
}

function isDayOf(row: WindowRow, date: string): boolean {
  if (row.dates !== undefined && (date < row.dates.from || date > row.dates.to)) return false;
  if (row.days === undefined) return true;
  const day = weekdays[weekdayOf(date)];
  return day !== undefined && row.days.includes(day);
}

function nameOf(row: WindowRow): string {
  const when =
    row.dates === undefined ? (row.days ?? ['every day']).join(', ') : `${row.dates.from} to ${row.dates.to}`;
  const whole = row.from === 0 && row.to === dayMinutes;
  return whole ? when : `${when} ${clock(row.from)} to ${clock(row.to)}`;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/**
 * The next instant at or after `instant` whose grade is not denied; undefined when none comes within 400 days. Only the instants at which a grade
 * can change are looked at: midnights, ends of rows, and the jumps of daylight saving.
 */
export function opensNext(windows: Windows, instant: number): number | undefined {
  if (gradeOf(windows, instant).grade !== 'denied') return instant;
  const edges = [
    ...new Set([0, ...[...windows.allow, ...windows.deny].flatMap((row) => [row.from, row.to % dayMinutes])]),
  ];
  let date = localTime(instant, windows.timezone).date;
  for (let days = 0; days < 400; days += 1) {
    const candidates = edges
      .flatMap((minutes) => startOf(date, minutes, windows.timezone))
      .filter((at) => at > instant);
    const open = candidates.sort((a, b) => a - b).find((at) => gradeOf(windows, at).grade !== 'denied');
    if (open !== undefined) return open;
    date = nextDay(date, 1);
  }
  return undefined;
}
