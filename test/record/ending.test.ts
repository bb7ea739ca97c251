// Who ends a Deployment, and whether all its legs did what is asked.
import { describe, expect, test } from '@jest/globals';
import { type Asked, type Duty, lastDuty, legsWithout } from '../../src/record/ending.ts';
import type { Entry } from '../../src/record/entry.ts';
import { readHistory } from '../../src/record/history.ts';
import { aDeployment, forwardPayload, type Said, stage } from './deployments.ts';

describe('lastDuty', () => {
  const cases: readonly [Asked, Duty][] = [
    [{ plan: { smokeAfter: true }, smoke: true }, 'smoke'],
    [{ plan: { smokeAfter: false }, smoke: true }, 'plan'],
    [{ plan: { smokeAfter: false }, smoke: false }, 'plan'],
    [{ plan: undefined, smoke: true }, 'smoke'],
    [{ plan: undefined, smoke: false }, 'finish'],
  ];
  test.each(cases)('of %j is %s', (asked, duty) => {
    expect(lastDuty(asked)).toBe(duty);
  });
});

describe('legsWithout', () => {
  const completed: Entry = { kind: 'completed', side: 'green' };
  const smoked = (verdict: string): Entry => ({ kind: 'smoke', verdict, passed: 14, total: 14 });
  const missing = (duty: Duty, legs: readonly string[], ...said: readonly Said[]) => {
    const [attempt] = readHistory([aDeployment(1, forwardPayload({ legs }), said)], {
      environment: 'production',
      unit: '',
    }).attempts;
    return attempt === undefined ? ['no attempt'] : legsWithout(attempt, duty);
  };

  test('names the legs that have not completed the plan', () => {
    expect(missing('plan', ['eu', 'us'], { entry: completed, leg: 'eu' })).toEqual(['us']);
    expect(missing('plan', ['eu', 'us'], { entry: completed, leg: 'eu' }, { entry: completed, leg: 'us' })).toEqual([]);
    expect(missing('plan', [], { entry: stage('ten', 10, 'promote') })).toEqual(['']);
    expect(missing('plan', [], { entry: completed })).toEqual([]);
  });

  test('does not take a smoke test of an earlier stage for the one after the plan', () => {
    const early: Said = { entry: smoked('pass') };
    const full: Said = { entry: stage('full', 100, 'promote') };

    expect(missing('smoke', [], early, full, { entry: completed })).toEqual(['']);
    expect(missing('smoke', [], full, { entry: completed }, early)).toEqual([]);
    expect(missing('smoke', [], full, early, { entry: smoked('fail') })).toEqual(['']);
  });

  test('asks again after a leg was restored', () => {
    expect(
      missing('plan', [], { entry: completed }, { entry: { kind: 'restored', side: 'blue', because: '' } }),
    ).toEqual(['']);
  });

  test('takes the word of the gate to finish', () => {
    expect(missing('finish', [])).toEqual(['']);
    expect(missing('finish', [], { entry: { kind: 'finished' } })).toEqual([]);
  });
});
