/** Rule: an allow line that some deny line covers whole, or a week that deny lines cover: the window never opens. */
import { windowsOf } from '../checklist-parts.ts';
import type { Fault } from '../fault.ts';
import { nextDay } from '../local-time.ts';
import { overlaid, placesOf } from '../merge.ts';
import type { WindowRow, Windows } from '../parts.ts';
import { windows as shape } from '../shape/people.ts';
import { child, plain, type Traced } from '../traced.ts';
import { isWithin } from '../window.ts';
import { isWritten, type LintScope, lineOf } from './scope.ts';

/** Any Monday: lines without dates come every week. */
const monday = '2026-01-05';
const dayMinutes = 24 * 60;
/** Nobody plans a window longer ahead. */
const mostDays = 400;
const mostLooks = 50_000;

/** Windows that never open, in the file and as each environment sees them. */
export function shutWindows({ tree }: LintScope): readonly Fault[] {
  const trees = [tree, ...placesOf(tree).map(({ environment, leg }) => overlaid(tree, environment, leg))];
  return trees.flatMap((place) => {
    const written = child(place, 'windows');
    const read = written === undefined ? undefined : shape().safeParse(plain(written));
    return written === undefined || read?.success !== true ? [] : shutIn(written, windowsOf(read.data, 'UTC'));
  });
}

function shutIn(written: Traced, windows: Windows): readonly Fault[] {
  const rows = windows.allow.flatMap((row, index) => {
    const at = child(child(written, 'allow'), index)?.at ?? written.at;
    if (!isWritten(at) || opens(row, windows)) return [];
    const denying = windows.deny.findIndex((deny) => isWithin(deny, { date: firstDay(row), minutes: row.from }));
    const deny = child(child(written, 'deny'), denying)?.at;
    const why = deny === undefined ? 'none of its days comes, or all are denied' : `${lineOf(deny)} denies it`;
    return [{ ...at, what: `this window never opens: ${why}`, fix: 'Correct the days or hours, or remove the line' }];
  });
  const week: WindowRow = { from: 0, to: dayMinutes };
  const shut = windows.allow.length === 0 && isWritten(written.at) && !opens(week, windows);
  const what = 'no hour of the week is open: the deny lines cover it whole';
  return shut ? [...rows, { ...written.at, what, fix: 'Take an hour out of deny' }] : rows;
}

/** Whether some minute of the row is not denied. A denied minute ends at the end of a deny line or at midnight: those are looked at. */
function opens(row: WindowRow, { deny, holidays }: Windows): boolean {
  const dated = row.dates !== undefined;
  const against = deny.filter(({ dates }) => dated || dates === undefined);
  const minutes = [...new Set([0, row.from, ...against.flatMap(({ from, to }) => [from, to % dayMinutes])])];
  const days = daysOf(row);
  // So many lines nobody writes by hand: whether one of them opens is not worth minutes.
  if (days.length * minutes.length * against.length > mostLooks) return true;
  return days.some((date) =>
    minutes.some(
      (minute) =>
        isWithin(row, { date, minutes: minute }) &&
        !(dated && holidays.includes(date)) &&
        !against.some((line) => isWithin(line, { date, minutes: minute })),
    ),
  );
}

/** The days that must be looked at, with the one after, into which a line may cross midnight. */
function daysOf(row: WindowRow): readonly string[] {
  const from = firstDay(row);
  const all = Array.from({ length: row.dates === undefined ? 8 : mostDays }, (_, index) => nextDay(from, index));
  const end = row.dates === undefined ? undefined : nextDay(row.dates.to, 1);
  return end === undefined ? all : all.filter((date) => date <= end);
}

function firstDay(row: WindowRow): string {
  if (row.dates !== undefined) return row.dates.from;
  const first = row.days?.[0];
  const order = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  return nextDay(monday, first === undefined ? 0 : order.indexOf(first));
}
