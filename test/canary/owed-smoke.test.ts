// The hold of a smoke test that is owed: by the tags of the stage before, and by `smoke.before`.
import { describe, expect, test } from '@jest/globals';
import { smokeHold } from '../../src/canary/owed-smoke.ts';
import type { Entry } from '../../src/record/entry.ts';

const stage = (verdict: 'shifting' | 'promote', id = 'dark', weight = 0): Entry => ({
  kind: 'stage',
  stage: id,
  weight,
  verdict,
  reason: '',
});

function smoked(tags?: readonly string[], verdict = 'pass'): Entry {
  return { kind: 'smoke', verdict, passed: 3, total: 4, ...(tags === undefined ? {} : { tags }) };
}

type Told = Entry | readonly [leg: string, Entry];

/** The plan dark (with these tags) -> ten -> full, and what the record tells of it. */
function held(
  wanted: readonly string[] | undefined,
  told: readonly Told[],
  { weight = 0, by = 'traffic', before = '', leg = '', kept = false } = {},
) {
  const plan: any = {
    name: 'canary',
    by,
    smoke: before === '' ? {} : { before },
    stages: [
      { id: 'dark', weight, smoke: wanted },
      { id: 'ten', weight: 10 },
    ],
  };
  const happened = told.map((one) => ('kind' in one ? { entry: one } : { leg: one[0], entry: one[1] }));
  const policy = leg === '' ? {} : { leg };
  const scene: any = { plan, attempt: { happened }, policy, suiteMissing: false };
  return smokeHold(scene, [plan.stages[1]], kept);
}

describe('a stage that wants tags', () => {
  test.each<[string, readonly string[], readonly Told[], string]>([
    ['nothing', ['core', 'pay'], [], 'the record has no pass of core, pay'],
    ['another tag', ['core'], [smoked(['front'])], 'the record has no pass of core, only of front'],
    ['one of two', ['core', 'pay'], [smoked(['core'])], 'the record has no pass of pay, only of core'],
    ['a failure since', ['core'], [smoked(), smoked(['core'], 'fail')], 'the record has no pass of core (failed)'],
    ['parts, and the whole is wanted', ['all'], [smoked(['core'])], 'no pass of the whole suite, only of core'],
  ])('is not satisfied by %s', (_name, wanted, told, words) => {
    expect(held(wanted, told)).toMatchObject({ reason: 'smoke-missing', because: expect.stringContaining(words) });
  });

  test.each<[string, readonly string[], readonly Told[]]>([
    ['the tag', ['core'], [smoked(['core'])]],
    ['more tags', ['core'], [smoked(['front', 'core'])]],
    ['several passes together', ['core', 'pay'], [smoked(['core']), smoked(['pay'])]],
    ['the whole suite', ['core', 'pay'], [smoked()]],
    ['the whole suite where all is wanted', ['all'], [smoked()]],
    ['a result of another part since', ['core'], [smoked(['core']), smoked(['front'], 'fail')]],
  ])('is satisfied by %s', (_name, wanted, told) => {
    expect(held(wanted, told)).toBeUndefined();
  });

  test('counts what passed at its weight, and with users nothing from before', () => {
    expect(held(['core'], [smoked(), stage('shifting', 'dark', 5)], { weight: 5 })).toBeDefined();
    expect(held(['core'], [stage('shifting', 'dark', 5), smoked()], { weight: 5 })).toBeUndefined();
    expect(held(['core'], [smoked(), stage('shifting')])).toBeUndefined();
  });

  test.each([
    ['traffic', ['core', 'pay'], 'run smoke-test with `tags: pay` and `connect-to` the new side'],
    ['flag', ['core', 'pay'], 'run smoke-test with `tags: pay`, then go on'],
    ['flag', ['all'], 'run smoke-test without `tags`, then go on'],
  ])('by %s and %j says how the missing ones are run', (by, wanted, words) => {
    expect(held(wanted, [smoked(['core'])], { by })?.remedy).toContain(words);
  });

  test.each([
    [false, /^Walk `stage: dark` in a step of its own, run smoke-test with /],
    [true, /^Run smoke-test with /],
  ])('says to walk the stage anew unless its users stay: %s', (kept, words) => {
    expect(held(['core'], [stage('shifting')], { kept })?.remedy).toMatch(words);
  });

  test('that is walked anew wants all its tags at the new weight', () => {
    const told = [stage('shifting', 'dark', 5), smoked(['core'])];

    expect(held(['core', 'pay'], told, { weight: 5 })?.remedy).toContain('with `tags: core, pay` and');
    expect(held(['core', 'pay'], told, { weight: 5, kept: true })?.remedy).toContain('with `tags: pay` and');
  });

  test('hears its own leg and what is said for all', () => {
    expect(held(['core'], [['eu', smoked()]], { leg: 'us' })).toBeDefined();
    expect(held(['core'], [['us', smoked()]], { leg: 'us' })).toBeUndefined();
    expect(held(['core'], [smoked()], { leg: 'us' })).toBeUndefined();
  });
});

describe('`smoke.before`', () => {
  const before = 'ten';

  test('takes a pass of some tags: the workflow chose them', () => {
    expect(held(undefined, [smoked(['core'])], { before })).toBeUndefined();
  });

  test('names the tags of the one that failed', () => {
    expect(held(undefined, [smoked(['core'], 'fail')], { before })).toMatchObject({
      because: 'the smoke test before ten (tag core) ended fail: 3 of 4',
    });
  });

  test('takes no pass of another leg', () => {
    expect(held(undefined, [['eu', smoked()]], { before, leg: 'us' })).toBeDefined();
    expect(
      held(
        undefined,
        [
          ['us', smoked()],
          ['eu', smoked([], 'fail')],
        ],
        { before, leg: 'us' },
      ),
    ).toBeUndefined();
  });
});
