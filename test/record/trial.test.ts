// How a policy on trial did: counted from our own Deployments, since the last one that the gate could have stopped.
import { describe, expect, test } from '@jest/globals';
import { readHistory } from '../../src/record/history.ts';
import { trialOf, trialWith, trialWords } from '../../src/record/trial.ts';
import { aDeployment, begun, forwardPayload, noon } from './deployments.ts';

const day = 24 * 60 * 60 * 1000;
const here = { environment: 'production', unit: '' };
const open = { entry: { kind: 'begun', tier: 'low', plan: 'dark', trial: 'open' } } as const;
const closed = { entry: { ...open.entry, trial: 'closed' } } as const;

function historyOf(...told: readonly (typeof open | typeof closed | { readonly entry: typeof begun } | undefined)[]) {
  const facts = told.map((said, index) =>
    aDeployment(index + 1, forwardPayload(), said === undefined ? [] : [said], { createdAt: noon + index * day }),
  );
  return readHistory(facts, here);
}

describe('a trial', () => {
  test.each([
    ['nothing was deployed', [], undefined],
    ['the newest could have been stopped', [closed, { entry: begun }], undefined],
    ['all were judged only', [closed, open, closed], { since: noon, judged: 3, closed: 2 }],
    [
      'it began after others',
      [closed, { entry: begun }, open, closed],
      { since: noon + 2 * day, judged: 2, closed: 1 },
    ],
    ['one never said how it began', [open, undefined, closed], { since: noon, judged: 2, closed: 1 }],
  ] as const)('when %s', (_, told, trial) => {
    expect(trialOf(historyOf(...told))).toEqual(trial);
  });

  test('counts the one that is judged now', () => {
    const past = { since: noon, judged: 40, closed: 2 };

    expect(trialWords(trialWith(past, noon + 12 * day, true), noon + 12 * day)).toBe(
      'since 12 days: would have closed 3 of 41',
    );
    expect(trialWords(trialWith(undefined, noon, false), noon)).toBe('since today: would have closed 0 of 1');
  });

  test.each([
    [day - 1, 'since today'],
    [day, 'since 1 day'],
    [2 * day, 'since 2 days'],
  ])('%i ms old is told as %s', (age, words) => {
    expect(trialWords({ since: noon, judged: 1, closed: 0 }, noon + age)).toContain(words);
  });
});
