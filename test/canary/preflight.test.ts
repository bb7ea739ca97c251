import { describe, expect, test } from '@jest/globals';
import { metricHold } from '../../src/canary/preflight.ts';
import type { Sample } from '../../src/canary/sample.ts';
import { remedyOf } from '../../src/canary/turn.ts';
import { aPoll, counts, start, value } from './example.ts';

const metrics = { sources: [], queries: [], required: [], shown: [] };
const compared = [{ metric: 'm', margin: 0.01, minEffect: 0 }];
const absent: Sample = { kind: 'no-data', because: 'no series' };

describe('before the shift, a comparison', () => {
  test.each([
    ['of counts of both versions is fine', counts(0, 0), counts(1, 900), undefined],
    ['of values is none', value(0.2), value(0.1), 'm is a value: it cannot be compared'],
    ['of one query for both is none', counts(0, 10), undefined, 'm is asked once for both versions'],
    ['needs the stable version to be counted', absent, absent, 'm: no series'],
  ])('%s', (_name, canary, stable, because) => {
    const hold = metricHold(aPoll({ at: start, canary, stable }), metrics, [], compared);

    if (because === undefined) expect(hold).toBeUndefined();
    else expect(hold).toMatchObject({ reason: 'preflight', because: expect.stringContaining(because) });
  });

  test('of a metric that nobody measures is left out', () => {
    const poll = { ...aPoll({ at: start }), samples: {} };

    expect(metricHold(poll, metrics, [], compared)).toBeUndefined();
  });
});

test.each([
  ['canary-silent', 0, 'router sends the new version nothing'],
  ['inconclusive', 700, 'It needs 700 more requests'],
  ['inconclusive', Number.POSITIVE_INFINITY, 'More of the same requests would not decide it'],
  ['clock-jumped', 0, 'clock of the runner'],
])('a hold for %s with %d requests missing says what to do', (reason, needed, words) => {
  const turn = { verdict: 'hold', reason, because: '' } as const;

  expect(remedyOf(turn, { needed, back: true })).toContain(words);
});
