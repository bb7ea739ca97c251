import { describe, expect, test } from '@jest/globals';
import { asked, readLimit } from '../../src/canary/limit.ts';
import { aLimit, aPoll, counts, polls, value } from './example.ts';

describe('a breach of a ratio', () => {
  const limit = aLimit({ breach: '> 5 %', for: '30s' });

  test.each([
    ['below the limit', 4, 'clear'],
    ['at the limit', 5, 'clear'],
    ['above it, but within what chance does', 6, 'clear'],
    ['so far above that chance is ruled out', 20, 'breached'],
  ])('is told %s: %d bad of 100 a poll', (_name, bad, state) => {
    const log = polls([0, 10, 20, 30, 40], () => ({ canary: counts(bad, 100), stable: counts(0, 900) }));

    expect(readLimit(limit, log, 'ten', true).state).toBe(state);
  });

  test.each([
    ['before `for` is over', [0, 10, 20, 29], 'clear'],
    ['when it has stood for exactly `for`', [0, 10, 20, 30], 'breached'],
    ['after it', [0, 10, 20, 31], 'breached'],
  ])('is told %s', (_name, seconds, state) => {
    const log = polls(seconds, () => ({ canary: counts(30, 100), stable: counts(0, 900) }));

    expect(readLimit(limit, log, 'ten', true).state).toBe(state);
  });

  test('ends with a poll whose own requests rule it out', () => {
    const log = polls([0, 10, 20, 30, 40], (second) => ({
      canary: second === 20 ? counts(0, 1000) : counts(30, 100),
      stable: counts(0, 900),
    }));

    expect(readLimit(limit, log, 'ten', true).state).toBe('clear');
  });

  test('is not undone by a poll without a request', () => {
    const log = polls([0, 10, 20, 30, 40], (second) => ({
      canary: second === 20 ? counts(0, 0) : counts(30, 100),
      stable: counts(0, 900),
    }));

    expect(readLimit(limit, log, 'ten', true).state).toBe('breached');
  });

  test('is over when the newest half minute is well again', () => {
    const log = polls([0, 20, 40, 60, 80, 100], (second) => ({
      canary: second <= 60 ? counts(90, 100) : counts(3, 100),
      stable: counts(0, 900),
    }));

    expect(readLimit(aLimit({ breach: '> 5 %', for: '100s' }), log, 'ten', true).state).toBe('clear');
  });

  test.each([
    [9, 'too-few', 1],
    [10, 'breached', 0],
  ])('wants ten requests: all %d fail', (total, state, needed) => {
    const log = polls([0], () => ({ canary: counts(total, total), stable: counts(0, 900) }));

    expect(readLimit(aLimit({ breach: '> 10 %' }), log, 'ten', true)).toMatchObject({ state, needed });
  });

  test('waits for the end of the warm-up, unless it is a P0', () => {
    const log = polls([0, 10], () => ({ canary: counts(90, 100), stable: counts(0, 900) }), false);

    expect(readLimit(aLimit({ breach: '> 10 %' }), log, 'ten', true).state).toBe('no-data');
    expect(readLimit(aLimit({ breach: '> 10 %', severity: 'P0' }), log, 'ten', true).state).toBe('breached');
  });

  test('knows an incident that hits the stable version too', () => {
    const both = polls([0, 10, 20, 30], () => ({ canary: counts(30, 100), stable: counts(270, 900) }));
    const one = polls([0, 10, 20, 30], () => ({ canary: counts(30, 100), stable: counts(9, 900) }));

    expect(readLimit(limit, both, 'ten', true).common).toBe(true);
    expect(readLimit(limit, one, 'ten', true).common).toBe(false);
  });

  test.each([
    ['inside the band', 60, 'breached'],
    ['below it', 20, 'clear'],
    ['above it, where another limit has its say', 150, 'clear'],
  ])('of a band is told %s', (_name, bad, state) => {
    const log = polls([0, 10, 20, 30], () => ({ canary: counts(bad * 10, 10_000), stable: counts(0, 900) }));

    expect(readLimit(aLimit({ breach: '5..10 %' }), log, 'ten', true).state).toBe(state);
  });

  test('compares with the stable version at the same minutes', () => {
    const twice = aLimit({ breach: '> 2x baseline' });
    const log = (bad: number) => polls([0, 10, 20], () => ({ canary: counts(bad, 1000), stable: counts(90, 9000) }));

    expect(readLimit(twice, log(18), 'ten', true).state).toBe('clear');
    expect(readLimit(twice, log(60), 'ten', true).state).toBe('breached');
    expect(
      readLimit(
        twice,
        polls([0], () => ({ canary: counts(60, 1000) })),
        'ten',
        true,
      ).state,
    ).toBe('no-data');
  });
});

describe('a `continue` of a ratio', () => {
  const limit = aLimit({ continue: '< 1 %' });

  test.each([
    [0, 'holds'],
    [9, 'holds'],
    [10, 'broken'],
    [11, 'broken'],
  ])('with %d bad of 1000 is %s', (bad, state) => {
    const log = polls([0], () => ({ canary: counts(bad, 1000), stable: counts(0, 900) }));

    expect(readLimit(limit, log, 'ten', true).state).toBe(state);
  });

  test('counts the requests of its own stage only', () => {
    const before = aPoll({ at: 0, stage: 'ten', canary: counts(500, 1000) });
    const now = aPoll({ at: 60_000, stage: 'half', canary: counts(0, 1000) });

    expect(readLimit(limit, [before, now], 'half', true).state).toBe('holds');
  });

  test.each([
    ['nothing was asked', undefined, 'no-data'],
    ['the query is empty', { kind: 'no-data', because: 'no series' } as const, 'no-data'],
    ['no request was counted', counts(0, 0), 'no-data'],
    ['the source failed', { kind: 'error', because: '503', remedy: '', retryable: true } as const, 'error'],
  ])('tells nothing when %s', (_name, sample, state) => {
    const log = [aPoll({ at: 1000, canary: sample })];

    expect(readLimit(limit, log, 'ten', true).state).toBe(state);
  });

  test('on a metric nobody measures is said to be not measured', () => {
    expect(readLimit(limit, [], 'ten', false).state).toBe('not-measured');
  });
});

describe('a limit on a value', () => {
  const limit = aLimit({ breach: '> 3s', for: '1m' });

  test.each([
    [2999, 'clear'],
    [3000, 'clear'],
    [3001, 'breached'],
  ])('is told at %d ms for a minute', (ms, state) => {
    const log = polls([0, 30, 60], () => ({ canary: value(ms), stable: value(200) }));

    expect(readLimit(limit, log, 'ten', true).state).toBe(state);
  });

  test('begins anew after one good value', () => {
    const log = polls([0, 30, 60, 90], (second) => ({ canary: value(second === 60 ? 200 : 4000), stable: value(200) }));

    expect(readLimit(limit, log, 'ten', true).state).toBe('clear');
  });

  test('takes an infinite value for beyond every limit', () => {
    const log = polls([0, 60], () => ({ canary: value(Number.MAX_VALUE), stable: value(200) }));

    expect(readLimit(limit, log, 'ten', true).state).toBe('breached');
  });

  test.each([
    [4, 'clear'],
    [6, 'breached'],
  ])('sees a rise of %d % in an hour', (percent, state) => {
    const rising = aLimit({ breach: 'rising > 5 %/h', for: '30m' });
    const log = polls([0, 1800, 3600], (second) => ({ canary: value(100 + (percent * second) / 3600) }));

    expect(readLimit(rising, log, 'ten', true).state).toBe(state);
  });

  test.each([
    [91, 'clear'],
    [90, 'clear'],
    [89, 'breached'],
  ])('sees a drop from 100 to %d', (now, state) => {
    const log = polls([0], () => ({ canary: value(now), stable: value(100) }));

    expect(readLimit(aLimit({ breach: 'drop > 10 %' }), log, 'ten', true).state).toBe(state);
  });

  test.each([
    [1, 'holds'],
    [0, 'broken'],
  ])('reads health %d', (well, state) => {
    const log = polls([0], () => ({ canary: value(well) }));

    expect(readLimit(aLimit({ continue: 'passing' }), log, 'ten', true).state).toBe(state);
  });
});

describe('during', () => {
  test.each([
    [[], true],
    [['canary'], true],
    [['ten'], true],
    [['half'], false],
    [['watch'], false],
  ])('%j asks in stage ten: %s', (during, is) => {
    expect(asked({ ...aLimit({ breach: '> 1 %' }), during }, 'ten')).toBe(is);
  });
});
