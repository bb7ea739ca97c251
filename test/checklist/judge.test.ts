// The judge: from findings to a verdict, its reason and the clause of the title.
import { describe, expect, test } from '@jest/globals';
import { type Finding, isClosing } from '../../src/checklist/finding.ts';
import { errorOf, judge } from '../../src/checklist/judge.ts';
import { exitOf, sidesByWeight } from '../../src/checklist/outcome.ts';

function aFinding(given: Partial<Finding> = {}): Finding {
  return {
    id: 'coverage-minimum',
    title: 'Coverage',
    outcome: 'pass',
    level: 'required',
    evidence: '79.4 %',
    who: 'author',
    todo: 'test more',
    required: true,
    ...given,
  };
}

const fails = aFinding({ outcome: 'fail' });
const unknown = aFinding({ id: 'alerts', title: 'Alerts', outcome: 'unknown' });
const signs = aFinding({ id: 'on-call', title: 'On-call', outcome: 'waiting', awaits: 'people' });
const reviews = aFinding({ id: 'code-review-approved', title: 'Reviewed', outcome: 'waiting', awaits: 'people' });
const window = aFinding({ id: 'deploy-window', title: 'Deploy window', outcome: 'waiting', awaits: 'time' });
const running = aFinding({ id: 'ci-all-green', title: 'CI green', outcome: 'waiting', awaits: 'ci' });

describe('the verdict', () => {
  test.each([
    ['nothing asked', [], 'open', 'all-met'],
    ['all met', [aFinding()], 'open', 'all-met'],
    ['a failure', [aFinding(), fails], 'closed', 'criterion:coverage-minimum'],
    ['an unknown', [unknown], 'closed', 'criterion:alerts'],
    ['an unknown before a failure', [unknown, fails], 'closed', 'criterion:coverage-minimum'],
    ['a failure that is not required', [{ ...fails, required: false }], 'open', 'all-met'],
    ['an unknown that is not required', [{ ...unknown, required: false }], 'open', 'all-met'],
    ['a failure set aside', [{ ...fails, outcome: 'waived' }], 'open', 'all-met'],
    ['something asked later', [{ ...fails, outcome: 'asked-at-deploy' }], 'open', 'all-met'],
    ['a person missing', [signs], 'waiting', 'people'],
    ['a person and a failure', [signs, fails], 'closed', 'criterion:coverage-minimum'],
    ['the hour', [window], 'waiting', 'window-closed'],
    ['the hour and a person', [window, signs], 'waiting', 'people'],
    ['running checks', [running], 'waiting', 'ci-running'],
    ['a locked environment', [aFinding({ id: 'locked', outcome: 'fail' })], 'closed', 'locked'],
    ['an older commit', [aFinding({ id: 'behind', outcome: 'fail' })], 'closed', 'behind'],
    [
      'an unread change before a failure',
      [aFinding({ id: 'change-known', outcome: 'unknown' }), fails],
      'closed',
      'change-unknown',
    ],
    ['an unread change', [aFinding({ id: 'change-known', outcome: 'unknown' })], 'closed', 'change-unknown'],
  ] as const)('with %s', (_what, findings, verdict, reason) => {
    expect(judge(findings)).toMatchObject({ verdict, reason });
  });
});

describe('the clause of the title', () => {
  test.each([
    [
      [fails, signs, { ...signs, id: 'support' }, unknown],
      'Coverage fails, two people have to sign, one fact is missing',
    ],
    [[{ ...signs, id: 'announcement-sent' }, signs], 'nobody has announced it, one person has to sign'],
    [
      [
        { ...signs, id: 'announcement-sent' },
        { ...signs, id: 'stakeholder-window-notified' },
      ],
      'two announcements are missing',
    ],
    [
      [fails, aFinding({ id: 'changelog-updated', title: 'Changelog', outcome: 'fail' })],
      'Coverage and the changelog fail',
    ],
    [[fails, fails, fails], 'three criteria fail'],
    [[reviews, signs], 'a review is missing, one person has to sign'],
    [[window, running], 'the window is closed, checks still run'],
    [[aFinding({ id: 'behind', outcome: 'fail' }), unknown], 'what runs is newer than this commit'],
    [[aFinding({ id: 'behind', outcome: 'unknown' })], 'one fact is missing'],
    [[aFinding(), aFinding(), { ...fails, required: false, level: 'warn' }], '2 of 3 criteria met, one warning'],
    [[aFinding(), { ...fails, outcome: 'not-applicable' }], '1 of 1 criteria met'],
    [[aFinding(), { ...fails, outcome: 'waived' }], '1 of 2 criteria met, one set aside'],
    [[{ ...fails, outcome: 'not-applicable' }], 'no criterion applies'],
    [[aFinding(), { ...fails, required: false, level: 'info' }], '1 of 2 criteria met'],
    [
      [
        { ...fails, id: 'ci-all-green', title: 'CI green' },
        { ...fails, id: 'staging-first' },
      ],
      'CI and the staging proof fail',
    ],
  ] as const)('says what is open: %#', (findings, title) => {
    expect(judge(findings).title).toBe(title);
  });
});

describe('the end', () => {
  const at = { moment: 'deploy', enforce: 'full', ifWaiting: 'pass' } as const;

  test.each([
    ['open', {}, 0],
    ['closed', {}, 1],
    ['waiting', {}, 1],
    ['waiting', { moment: 'review' }, 0],
    ['waiting', { moment: 'review', ifWaiting: 'fail' }, 1],
    ['closed', { moment: 'review' }, 1],
    ['closed', { enforce: 'report' }, 0],
    ['waiting', { enforce: 'report' }, 0],
  ] as const)('%s with %j exits %i', (verdict, given, exit) => {
    expect(exitOf({ verdict, reason: '', title: '', sentence: '' }, { ...at, ...given })).toBe(exit);
  });

  test('the error line names at most three lines with what to do', () => {
    const findings = [fails, unknown, signs, window];

    expect(findings.every(isClosing)).toBe(true);
    expect(errorOf(judge(findings), findings, 'production')).toBe(
      'The gate to production is closed: Coverage fails, one person has to sign, the window is closed, one fact is missing. Coverage: 79.4 %; test more · Alerts: 79.4 %; test more · On-call: 79.4 %; test more (and 1 more, see the report)',
    );
  });

  test.each([
    [
      { blue: 100, green: 0 },
      { stable: 'blue', idle: 'green' },
    ],
    [
      { blue: 10, green: 90 },
      { stable: 'green', idle: 'blue' },
    ],
    [
      { blue: 50, green: 50 },
      { stable: '', idle: '' },
    ],
  ])('with weights %j the sides are %j', (weights, sides) => {
    expect(sidesByWeight(['blue', 'green'], weights)).toEqual(sides);
  });
});
