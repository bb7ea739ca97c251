// Deploy windows by the calendar: the changes of the clock in two zones (and at midnight in a third), midnight, holidays, freezes.
import { describe, expect, test } from '@jest/globals';
import type { WindowRow, Windows } from '../../src/policy/parts.ts';
import { gradeOf, opensNext } from '../../src/policy/window.ts';

const at = (iso: string): number => Date.parse(iso);
const clock = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

function row(from: string, to: string, more: Partial<WindowRow> = {}): WindowRow {
  return { from: clock(from), to: clock(to), ...more };
}

function windows(timezone: string, allow: readonly WindowRow[], more: Partial<Windows> = {}): Windows {
  const rows = allow.map((one) => ({ ...one, grade: 'acceptable' as const }));
  return { timezone, allow: rows, deny: [], holidays: [], except: [], otherwise: 'denied', ...more };
}

/** Minutes of the 48 hours from `from` that are not denied. */
function openMinutes(policy: Windows, from: string): number {
  const minutes = Array.from({ length: 48 * 60 }, (_, index) => at(from) + index * 60_000);
  return minutes.filter((minute) => gradeOf(policy, minute).grade !== 'denied').length;
}

describe('the hour that the clock leaves out', () => {
  // Europe/Berlin, Sunday 2026-03-29: 02:00 becomes 03:00, at 01:00 UTC. America/New_York, Sunday 2026-03-08: the same, at 07:00 UTC.
  test.each([
    ['Europe/Berlin', '01:00', '02:00', '2026-03-29T00:59:59Z', 'acceptable', 'its last second before the jump'],
    ['Europe/Berlin', '01:00', '02:00', '2026-03-29T01:00:00Z', 'denied', 'the jump ends it'],
    ['Europe/Berlin', '01:00', '02:30', '2026-03-29T01:00:00Z', 'denied', 'an end inside the gap is the jump'],
    ['Europe/Berlin', '02:00', '03:00', '2026-03-29T00:59:59Z', 'denied', 'a window inside the gap does not come'],
    ['Europe/Berlin', '02:00', '03:00', '2026-03-29T01:00:00Z', 'denied', 'a window inside the gap does not come'],
    ['Europe/Berlin', '02:30', '04:00', '2026-03-29T01:00:00Z', 'acceptable', 'a begin inside the gap is the jump'],
    ['Europe/Berlin', '03:00', '04:00', '2026-03-29T01:00:00Z', 'acceptable', 'a begin at its end is the jump'],
    ['Europe/Berlin', '10:00', '14:00', '2026-03-29T08:00:00Z', 'acceptable', 'by day it is an hour earlier in UTC'],
    ['Europe/Berlin', '10:00', '14:00', '2026-03-28T08:00:00Z', 'denied', 'the day before it was not'],
    ['America/New_York', '01:00', '02:00', '2026-03-08T06:59:59Z', 'acceptable', 'its last second before the jump'],
    ['America/New_York', '01:00', '02:00', '2026-03-08T07:00:00Z', 'denied', 'the jump ends it'],
    ['America/New_York', '02:00', '03:00', '2026-03-08T07:00:00Z', 'denied', 'a window inside the gap does not come'],
    ['America/New_York', '02:30', '04:00', '2026-03-08T07:00:00Z', 'acceptable', 'a begin inside the gap is the jump'],
    [
      'America/New_York',
      '02:30',
      '04:00',
      '2026-03-08T08:00:00Z',
      'denied',
      'its end is 04:00 by the clock on the wall',
    ],
  ])('%s %s to %s at %s: %s (%s)', (timezone, from, to, instant, grade) => {
    expect(gradeOf(windows(timezone, [row(from, to)]), at(instant)).grade).toBe(grade);
  });

  test.each([
    ['Europe/Berlin', '02:30', '04:00', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '02:00', '03:00', '2026-03-29T00:00:00Z', '2026-03-30T00:00:00Z'],
    ['Europe/Berlin', '10:00', '14:00', '2026-03-28T13:00:00Z', '2026-03-29T08:00:00Z'],
    ['America/New_York', '02:30', '04:00', '2026-03-08T06:00:00Z', '2026-03-08T07:00:00Z'],
    ['America/New_York', '02:00', '03:00', '2026-03-08T06:00:00Z', '2026-03-09T06:00:00Z'],
  ])('%s %s to %s, asked at %s, opens next at %s', (timezone, from, to, instant, opens) => {
    const next = opensNext(windows(timezone, [row(from, to)]), at(instant));

    expect(new Date(next ?? 0).toISOString()).toBe(new Date(opens).toISOString());
  });
});

describe('the hour that comes twice', () => {
  // Europe/Berlin, Sunday 2026-10-25: 03:00 becomes 02:00, at 01:00 UTC. America/New_York, Sunday 2026-11-01: 02:00 becomes 01:00, at 06:00 UTC.
  test.each([
    ['Europe/Berlin', '02:00', '03:00', '2026-10-24T23:59:59Z', 'denied', 'before it'],
    ['Europe/Berlin', '02:00', '03:00', '2026-10-25T00:00:00Z', 'acceptable', 'the first pass begins'],
    ['Europe/Berlin', '02:00', '03:00', '2026-10-25T01:00:00Z', 'acceptable', 'the second follows at once'],
    ['Europe/Berlin', '02:00', '03:00', '2026-10-25T01:59:59Z', 'acceptable', 'its last second'],
    ['Europe/Berlin', '02:00', '03:00', '2026-10-25T02:00:00Z', 'denied', 'after both'],
    ['Europe/Berlin', '02:30', '02:45', '2026-10-25T00:30:00Z', 'acceptable', 'a part of the hour, first pass'],
    ['Europe/Berlin', '02:30', '02:45', '2026-10-25T00:45:00Z', 'denied', 'between the passes'],
    ['Europe/Berlin', '02:30', '02:45', '2026-10-25T01:30:00Z', 'acceptable', 'a part of the hour, second pass'],
    ['America/New_York', '01:00', '02:00', '2026-11-01T05:00:00Z', 'acceptable', 'the first pass begins'],
    ['America/New_York', '01:00', '02:00', '2026-11-01T06:59:59Z', 'acceptable', 'the last second of the second'],
    ['America/New_York', '01:00', '02:00', '2026-11-01T07:00:00Z', 'denied', 'after both'],
  ])('%s %s to %s at %s: %s (%s)', (timezone, from, to, instant, grade) => {
    expect(gradeOf(windows(timezone, [row(from, to)]), at(instant)).grade).toBe(grade);
  });

  test.each([
    ['Europe/Berlin', '02:30', '02:45', '2026-10-25T00:00:00Z', '2026-10-25T00:30:00Z'],
    ['Europe/Berlin', '02:30', '02:45', '2026-10-25T00:50:00Z', '2026-10-25T01:30:00Z'],
    ['Europe/Berlin', '02:30', '02:45', '2026-10-25T01:50:00Z', '2026-10-26T01:30:00Z'],
    ['America/New_York', '01:30', '01:45', '2026-11-01T05:50:00Z', '2026-11-01T06:30:00Z'],
  ])('%s %s to %s, asked at %s, opens next at %s', (timezone, from, to, instant, opens) => {
    const next = opensNext(windows(timezone, [row(from, to)]), at(instant));

    expect(new Date(next ?? 0).toISOString()).toBe(new Date(opens).toISOString());
  });
});

describe('how long a window is', () => {
  test.each([
    ['an ordinary night', 'Europe/Berlin', '2026-03-21T12:00:00Z', 6 * 60],
    ['the night an hour shorter', 'Europe/Berlin', '2026-03-28T12:00:00Z', 5 * 60],
    ['the night an hour longer', 'Europe/Berlin', '2026-10-24T12:00:00Z', 7 * 60],
    ['the night an hour shorter', 'America/New_York', '2026-03-07T12:00:00Z', 5 * 60],
    ['the night an hour longer', 'America/New_York', '2026-10-31T12:00:00Z', 7 * 60],
  ])('from Saturday 22:00 to 04:00 is what the wall says: %s in %s', (_night, timezone, from, minutes) => {
    expect(openMinutes(windows(timezone, [row('22:00', '04:00', { days: ['sat'] })]), from)).toBe(minutes);
  });
});

describe('midnight', () => {
  const friday = windows('Europe/Berlin', [row('22:00', '02:00', { days: ['fri'] })]);

  test.each([
    ['2026-11-20T21:59:00+01:00', 'denied', 'before it begins'],
    ['2026-11-20T22:00:00+01:00', 'acceptable', 'its first minute'],
    ['2026-11-21T00:00:00+01:00', 'acceptable', 'midnight, already Saturday'],
    ['2026-11-21T01:59:00+01:00', 'acceptable', 'its last minute'],
    ['2026-11-21T02:00:00+01:00', 'denied', 'its end'],
    ['2026-11-20T01:00:00+01:00', 'denied', 'the night to Friday belongs to Thursday'],
    ['2026-11-21T22:30:00+01:00', 'denied', 'Saturday night'],
  ])('a row from Friday 22:00 to 02:00 at %s: %s (%s)', (instant, grade) => {
    expect(gradeOf(friday, at(instant)).grade).toBe(grade);
  });

  test.each([
    ['2026-11-20T23:59:00+01:00', 'acceptable'],
    ['2026-11-21T00:00:00+01:00', 'denied'],
  ])('a deny line for Saturday cuts it at %s: %s', (instant, grade) => {
    expect(gradeOf({ ...friday, deny: [row('00:00', '24:00', { days: ['sat'] })] }, at(instant)).grade).toBe(grade);
  });

  test('that the clock jumps over is the first minute there is', () => {
    // America/Santiago, Sunday 2026-09-06: midnight becomes 01:00, at 04:00 UTC.
    const freeze = row('00:00', '24:00', { dates: { from: '2026-09-01', to: '2026-09-05' } });
    const policy = windows('America/Santiago', [], { deny: [freeze] });

    expect(gradeOf(policy, at('2026-09-06T03:59:59Z')).grade).toBe('denied');
    expect(new Date(opensNext(policy, at('2026-09-03T12:00:00Z')) ?? 0).toISOString()).toBe('2026-09-06T04:00:00.000Z');
  });
});

describe('holidays and freezes', () => {
  const policy = windows('America/New_York', [row('09:00', '17:00')], {
    holidays: ['2026-11-26'],
    deny: [
      row('00:00', '24:00', { dates: { from: '2026-12-20', to: '2027-01-03' }, reason: 'year-end freeze' }),
      row('12:00', '24:00', { days: ['fri'] }),
    ],
  });

  test.each([
    ['2026-11-25T16:59:00-05:00', 'acceptable', 'the afternoon before a holiday'],
    ['2026-11-26T10:00:00-05:00', 'denied', 'the holiday'],
    ['2026-11-27T10:00:00-05:00', 'acceptable', 'the Friday after it, in the morning'],
    ['2026-11-27T12:00:00-05:00', 'denied', 'the Friday after it, at noon'],
    ['2026-12-19T16:59:00-05:00', 'acceptable', 'the day before the freeze'],
    ['2026-12-20T09:00:00-05:00', 'denied', 'its first day'],
    ['2027-01-03T16:00:00-05:00', 'denied', 'its last day, in the next year'],
    ['2027-01-04T09:00:00-05:00', 'acceptable', 'the day after'],
  ])('%s is %s: %s', (instant, grade) => {
    expect(gradeOf(policy, at(instant)).grade).toBe(grade);
  });

  test.each([
    ['in New York it is the holiday still', 'America/New_York', '2026-11-27T03:00:00Z', 'denied'],
    ['in Berlin the day after has begun', 'Europe/Berlin', '2026-11-27T03:00:00Z', 'acceptable'],
  ])('a holiday is a day of the policy’s own zone: %s', (_case, timezone, instant, grade) => {
    expect(gradeOf(windows(timezone, [row('00:00', '24:00')], { holidays: ['2026-11-26'] }), at(instant)).grade).toBe(
      grade,
    );
  });

  test('a freeze ends at the next open hour, not at midnight', () => {
    const next = opensNext(policy, at('2026-12-22T12:00:00-05:00'));

    expect(new Date(next ?? 0).toISOString()).toBe('2027-01-04T14:00:00.000Z');
  });
});
