// Local dates and clock times of an instant in a time zone, and the way back; daylight saving comes from Intl.

/** Date as 2026-12-25, minutes since local midnight. */
export type LocalTime = { readonly date: string; readonly minutes: number };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time of `instant` (ms since the epoch). Throws a RangeError for a zone that does not exist: readPolicy has refused those. */
export function localTime(instant: number, timezone: string): LocalTime {
  const local = new Date(localMs(instant, timezone));
  return { date: local.toISOString().slice(0, 10), minutes: local.getUTCHours() * 60 + local.getUTCMinutes() };
}

/** Local clock time written as if it were UTC, in ms. */
function localMs(instant: number, timezone: string): number {
  const format = formats.get(timezone) ?? formatOf(timezone);
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute);
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(timezone, format);
  return format;
}

/**
 * The instants at which the local clock reaches `minutes` of `date`: one on most days, two when the hour is repeated, and when the clock jumps
 * over it the instant of the jump.
 */
export function startOf(date: string, minutes: number, timezone: string): readonly number[] {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minutes * minuteMs;
  // The offset around that time is one of these two; they differ only when the clock changes within the two days.
  const offsets = [wanted - dayMs, wanted + dayMs].map((near) => localMs(near, timezone) - near);
  const exact = [...new Set(offsets.map((offset) => wanted - offset))].filter((at) => localMs(at, timezone) === wanted);
  if (exact.length > 0) return exact;
  return [jumpOver(wanted, wanted - Math.max(...offsets), wanted - Math.min(...offsets), timezone)];
}

/** The first minute between two instants at which the local clock is past `wanted`. */
function jumpOver(wanted: number, from: number, to: number, timezone: string): number {
  let [before, after] = [from, to];
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
    if (localMs(middle, timezone) < wanted) before = middle;
    else after = middle;
  }
  return after;
}

/** The date `days` later (or earlier). */
export function nextDay(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}
