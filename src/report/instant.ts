// Instants as a reader sees them: UTC, `14:07` today, with the date on another day.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `14:07`, `19 Nov 14:07` on another day than `now`, `19 Nov 2025 14:07` in another year; both in ms since the epoch. */
export function instant(at: number, now: number): string {
  const day = dayOf(at, now);
  return day === '' ? clock(at) : `${day} ${clock(at)}`;
}

/** `14:07–14:12`, one time when both are of the same minute; the end carries a date only when it is another than the begin's. */
export function span(from: number, to: number, now: number): string {
  const begin = instant(from, now);
  if (to <= from || Math.floor(from / 60_000) === Math.floor(to / 60_000)) return begin;
  const sameDay = dayOf(from, now) === dayOf(to, now);
  return `${begin}–${sameDay ? clock(to) : instant(to, now)}`;
}

function clock(at: number): string {
  return iso(at).slice(11, 16);
}

function dayOf(at: number, now: number): string {
  const date = iso(at).slice(0, 10);
  const today = iso(now).slice(0, 10);
  if (date === today) return '';
  const [year = '', month = '', day = ''] = date.split('-');
  const words = `${Number(day)} ${months[Number(month) - 1] ?? month}`;
  return year === today.slice(0, 4) ? words : `${words} ${year}`;
}

/** Instants outside the years 0 to 9999 have no short form; they are shown as the nearest end. */
function iso(at: number): string {
  const bounded = Math.min(Math.max(Number.isFinite(at) ? at : 0, -62_167_219_200_000), 253_402_300_799_999);
  return new Date(bounded).toISOString();
}
