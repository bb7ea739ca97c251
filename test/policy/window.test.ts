import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Windows } from '../../src/policy/parts.ts';
import { gradeOf, opensNext } from '../../src/policy/window.ts';

const berlin: Windows = {
  timezone: 'Europe/Berlin',
  allow: [
    { days: ['tue', 'wed', 'thu'], from: 600, to: 840, grade: 'optimal' },
    { days: ['thu'], from: 780, to: 960, grade: 'discouraged' },
    { days: ['sat'], from: 22 * 60, to: 120, grade: 'acceptable' },
  ],
  deny: [
    { days: ['fri'], from: 720, to: 1440, reason: 'weekend ahead' },
    { dates: { from: '2026-12-20', to: '2027-01-03' }, from: 0, to: 1440, reason: 'year-end freeze' },
  ],
  holidays: ['2026-05-14'],
  except: [],
  otherwise: 'denied',
};

const at = (iso: string): number => Date.parse(iso);

describe('windows', () => {
  test.each([
    ['before it begins', '2026-03-03T09:59:59+01:00', 'denied'],
    ['at its first minute', '2026-03-03T10:00:00+01:00', 'optimal'],
    ['in its last second', '2026-03-03T13:59:59+01:00', 'optimal'],
    ['at its end, which is exclusive', '2026-03-03T14:00:00+01:00', 'denied'],
    ['where two lines overlap: the best grade', '2026-03-05T13:30:00+01:00', 'optimal'],
    ['where only the weaker line is', '2026-03-05T14:30:00+01:00', 'discouraged'],
    ['where a denied line begins', '2026-03-06T12:00:00+01:00', 'denied'],
    ['before midnight of a row that crosses it', '2026-03-07T23:30:00+01:00', 'acceptable'],
    ['after midnight of that row', '2026-03-08T01:59:00+01:00', 'acceptable'],
    ['at its end', '2026-03-08T02:00:00+01:00', 'denied'],
    ['on the morning of its own day', '2026-03-07T01:00:00+01:00', 'denied'],
    ['on a holiday', '2026-05-14T11:00:00+02:00', 'denied'],
    ['on the first day of a freeze', '2026-12-22T11:00:00+01:00', 'denied'],
    ['on its last day', '2027-01-03T23:59:00+01:00', 'denied'],
    ['in summer time, an hour earlier in UTC', '2026-07-07T08:00:00Z', 'optimal'],
    ['in winter the same UTC hour is too early', '2026-02-03T08:00:00Z', 'denied'],
  ])('%s: %s is %s', (_name, iso, grade) => {
    expect(gradeOf(berlin, at(iso)).grade).toBe(grade);
  });

  test('says why: the reason of the row, or the row itself', () => {
    expect(gradeOf(berlin, at('2026-03-06T13:00:00+01:00')).because).toBe('weekend ahead');
    expect(gradeOf(berlin, at('2026-03-03T11:00:00+01:00')).because).toBe('tue, wed, thu 10:00 to 14:00');
    expect(gradeOf(berlin, at('2026-05-14T11:00:00+02:00')).because).toBe('holiday 2026-05-14');
  });

  test.each([
    ['a closed night', '2026-03-03T20:00:00+01:00', '2026-03-04T10:00:00+01:00'],
    ['a freeze of two weeks', '2026-12-20T00:00:00+01:00', '2027-01-05T10:00:00+01:00'],
    ['an open time is now', '2026-03-03T11:00:00+01:00', '2026-03-03T11:00:00+01:00'],
    ['across the change to summer time', '2026-03-28T00:00:00+01:00', '2026-03-28T22:00:00+01:00'],
  ])('opens next after %s', (_name, from, opens) => {
    expect(new Date(opensNext(berlin, at(from)) ?? 0).toISOString()).toBe(new Date(opens).toISOString());
  });

  const jump: Windows = {
    ...berlin,
    allow: [{ days: ['sun'], from: 150, to: 240, grade: 'acceptable' }],
    deny: [],
    holidays: [],
  };

  test('a window that begins in the hour daylight saving leaves out opens when the clock jumps', () => {
    const opens = opensNext(jump, at('2026-03-29T00:30:00+01:00'));
    expect(new Date(opens ?? 0).toISOString()).toBe('2026-03-29T01:00:00.000Z');
  });

  test('in the hour that comes twice, both passes are inside', () => {
    expect(gradeOf(jump, at('2026-10-25T02:45:00+02:00')).grade).toBe('acceptable');
    expect(gradeOf(jump, at('2026-10-25T02:45:00+01:00')).grade).toBe('acceptable');
    expect(gradeOf(jump, at('2026-10-25T02:15:00+02:00')).grade).toBe('denied');
  });

  test('windows that never open say so', () => {
    const never: Windows = { ...berlin, deny: [{ from: 0, to: 1440 }] };
    expect(opensNext(never, at('2026-03-03T11:00:00+01:00'))).toBeUndefined();
  });

  test('without windows every time is optimal; without allow lines every time that is not denied', () => {
    expect(gradeOf(undefined, 0).grade).toBe('optimal');
    expect(gradeOf({ ...berlin, allow: [] }, at('2026-03-02T03:00:00+01:00')).grade).toBe('optimal');
  });

  test('what opens next is open, and the minute before it is closed', () => {
    const start = at('2026-01-01T00:00:00Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 365 * 24 * 60 }), (minutes) => {
        const from = start + minutes * 60_000;
        const opens = opensNext(berlin, from);
        if (opens === undefined) return false;
        const open = gradeOf(berlin, opens).grade !== 'denied';
        return open && (opens === from || gradeOf(berlin, opens - 60_000).grade === 'denied');
      }),
      { numRuns: 200 },
    );
  });
});
