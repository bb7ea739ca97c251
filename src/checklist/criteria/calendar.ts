// The calendar: never right before a holiday, and no deployment in a freeze.
import { localTime, nextDay } from '../../policy/local-time.ts';
import type { WindowRow, Windows } from '../../policy/parts.ts';
import { isWithin } from '../../policy/window.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { notApplicable, pass, unknownFinding, waiting } from '../finding.ts';
import * as worded from './words/calendar.ts';

/** A search for the next day that is free ends after a year: then every day is a holiday. */
const mostDays = 366;

/** `deploy-window-holidays`: none of the next `days-before` days is one of `windows.holidays`. A list that is empty, or over, tells nothing. */
export const notBeforeHolidays: Criterion = withOptions({
  ...worded.notBeforeHolidays,
  asks: () => [],
  finds: ({ policy, plannedStart }, given) => {
    const { windows } = policy;
    const todo = ['list them under ', { code: 'windows: holidays:' }];
    if (windows === undefined || windows.holidays.length === 0)
      return unknownFinding('the policy names no holidays', todo, 'owner of the policy');
    const { date } = localTime(plannedStart, windows.timezone);
    const [last = ''] = [...windows.holidays].sort().reverse();
    if (last < date) return unknownFinding(`the list of holidays ends with ${last}`, todo, 'owner of the policy');
    const days = given['days-before'];
    const coming = holidayAfter(date, days, windows);
    if (coming === undefined) return pass(`${date}: no holiday until ${nextDay(date, days)}`);
    const free = nextFree(date, days, windows);
    const next = free === undefined ? 'no day within a year is free' : `start on ${free} or later`;
    return waiting('time', `${date} is right before the holiday ${coming}`, next, '');
  },
});

function holidayAfter(date: string, days: number, { holidays }: Windows): string | undefined {
  const ahead = Array.from({ length: days }, (_, index) => nextDay(date, index + 1));
  return ahead.find((day) => holidays.includes(day));
}

/** The next day that is no holiday itself and has none right behind it. */
function nextFree(date: string, days: number, windows: Windows): string | undefined {
  for (let ahead = 1; ahead <= mostDays; ahead += 1) {
    const day = nextDay(date, ahead);
    if (!windows.holidays.includes(day) && holidayAfter(day, days, windows) === undefined) return day;
  }
  return undefined;
}

/** `change-freeze`: no line of `windows.deny` with dates covers the planned start; says which freeze comes next. */
export const noFreeze: Criterion = withOptions({
  ...worded.noFreeze,
  asks: () => [],
  finds: ({ policy, plannedStart }) => {
    const { windows } = policy;
    const freezes = (windows?.deny ?? []).flatMap((row) => (row.dates === undefined ? [] : [{ row, ...row.dates }]));
    if (windows === undefined || freezes.length === 0) return notApplicable('the policy names no freeze');
    const at = localTime(plannedStart, windows.timezone);
    const frozen = freezes.find(({ row }) => isWithin(row, at));
    if (frozen !== undefined)
      return waiting('time', `frozen from ${wordsOf(frozen)}`, `start on ${nextDay(frozen.to, 1)} or later`, '');
    const [next] = freezes.filter(({ from }) => from > at.date).sort((a, b) => (a.from < b.from ? -1 : 1));
    return pass(next === undefined ? 'no freeze is planned' : `the next freeze is from ${wordsOf(next)}`);
  },
});

function wordsOf({ row, from, to }: { readonly row: WindowRow; readonly from: string; readonly to: string }): string {
  return `${from} to ${to}${row.reason === undefined ? '' : ` (${row.reason})`}`;
}
