import { describe, expect, test } from '@jest/globals';
import { breachPhrase, figuresOf, limitRow } from '../../src/canary/figures.ts';
import { judge } from '../../src/canary/judge.ts';
import { plain } from '../../src/kit/phrase.ts';
import { aLimit, aStage, counts, polls, start } from './example.ts';

function verdictOf(bad: number) {
  const log = polls([0, 60], () => ({ canary: counts(bad, 602), stable: counts(2, 1806) }));
  return judge({
    log,
    stage: aStage(),
    limits: [aLimit({ metric: 'm', continue: '< 1 %' }), aLimit({ metric: 'm', breach: '> 2 %', for: '30s' })],
    measured: new Set(['m']),
    required: [],
    heard: undefined,
    jumped: 0,
    elapsed: (log.at(-1)?.at ?? start) - start,
    now: log.at(-1)?.at ?? 0,
    before: undefined,
  });
}

describe('figures', () => {
  test('give both arms, the requests behind them and the rule that fired', () => {
    expect(figuresOf(verdictOf(36))).toBe('m 5.98 % / 0.11 % · 602 / 1 806 requests · rule m-breach');
    expect(figuresOf(verdictOf(0))).toBe('m 0 % / 0.11 % · 1 204 / 3 612 requests');
    expect(figuresOf(undefined)).toBe('not judged');
  });

  test('begin a sentence with the breach that decided, and with nothing when none did', () => {
    const phrase = breachPhrase(verdictOf(36), 10);

    expect(phrase === undefined ? '' : plain(phrase)).toBe(
      'The canary at 10 % had m 5.98 % of 602 requests, stable 0.11 % (same minutes); the policy turns back at > 2 %.',
    );
    expect(breachPhrase(verdictOf(0), 10)).toBeUndefined();
  });

  test('make a row of each limit', () => {
    const [goesOn, breach] = verdictOf(36).readings.map(limitRow);

    expect(goesOn).toMatchObject({ outcome: 'fail', title: 'm < 1 %', evidence: '5.98 % / 0.11 % (canary / stable)' });
    expect(breach).toMatchObject({ outcome: 'fail', title: 'm not > 2 % for 30 s (P1, rollback)' });
  });
});
