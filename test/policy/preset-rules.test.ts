// The presets on a change and a clock: which tier, type, plan and people a change gets, and when it may begin.
import { describe, expect, test } from '@jest/globals';
import type { ChangeFacts } from '../../src/policy/change-facts.ts';
import { type Effective, effective } from '../../src/policy/effective.ts';
import { happens } from '../../src/policy/occasion.ts';
import { approvalsOf, planOf, requiredOnlyOf } from '../../src/policy/plan.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { type Attained, attains, targetWords } from '../../src/policy/target.ts';
import { tierOf } from '../../src/policy/tier.ts';
import { typeOf } from '../../src/policy/type.ts';
import { gradeOf } from '../../src/policy/window.ts';
import { vocabulary } from '../../src/vocabulary.ts';

function preset(name: string, environment = 'production'): Effective {
  const text = `version: 1\ntimezone: UTC\nextends: ${name}@1\n`;
  const read = readPolicy(text, vocabulary, { path: 'p.yml' });
  const seen = read.kind === 'policy' ? effective(read.policy, { environment }) : undefined;
  if (seen?.kind !== 'effective') throw new Error(`${name}: no ${environment}`);
  return seen.effective;
}

function aChange(paths: readonly string[], more: Partial<ChangeFacts> = {}): ChangeFacts {
  return { files: paths.map((path) => ({ path, added: false })), labels: [], migration: 'none', ...more };
}

/** What becomes of a change: `tier type plan`. */
function rolledOut(policy: Effective, change: ChangeFacts): string {
  const { tier } = tierOf(change, policy);
  const typed = typeOf(change, policy);
  if (typed.kind === 'refused') return typed.because;
  const planned = planOf(policy, { type: typed.type, tier });
  return `${tier} ${typed.type.name} ${planned.kind === 'plan' ? planned.plan.name : planned.because}`;
}

describe('the tiers and types of the presets', () => {
  const added = (path: string) => ({ files: [{ path, added: true }], unreferenced: true });

  test.each<[string, string, ChangeFacts, string]>([
    [
      'risk-tiered',
      'documents and tests',
      aChange(['README.md', 'docs/a.txt', 'src/a.test.ts']),
      'zero standard immediate',
    ],
    [
      'risk-tiered',
      'code behind a flag that is off',
      aChange(['src/a.ts'], { flagDisabled: true }),
      'zero standard immediate',
    ],
    ['risk-tiered', 'documents and one source file', aChange(['README.md', 'src/a.ts']), 'medium standard canary'],
    ['risk-tiered', 'new code that nothing calls', aChange([], added('src/new.ts')), 'low standard dark'],
    ['risk-tiered', 'middleware', aChange(['src/middleware/a.ts']), 'medium standard canary'],
    ['risk-tiered', 'an API', aChange(['src/api/a.ts']), 'medium standard canary'],
    ['risk-tiered', 'an additive migration', aChange(['db/1.sql'], { migration: 'expand' }), 'medium standard canary'],
    ['risk-tiered', 'sign-in', aChange(['src/auth/a.ts']), 'high standard canary-extended'],
    ['risk-tiered', 'payments', aChange(['src/payment/a.ts']), 'high standard canary-extended'],
    ['risk-tiered', 'writes of data', aChange(['src/repositories/a.ts']), 'high standard canary-extended'],
    [
      'risk-tiered',
      'a breaking migration',
      aChange(['db/1.sql'], { migration: 'contract' }),
      'high standard canary-extended',
    ],
    ['risk-tiered', 'a feature', aChange(['src/a.ts'], { labels: ['feature'] }), 'medium feature five-stage'],
    [
      'risk-tiered',
      'infrastructure',
      aChange(['a.tf'], { labels: ['infrastructure'] }),
      'medium infrastructure blue-green',
    ],
    ['risk-tiered', 'a new way to work', aChange(['src/a.ts'], { labels: ['ux'] }), 'medium user-experience phased'],
    [
      'risk-tiered',
      'a mended hole',
      aChange(['src/auth/a.ts'], { labels: ['security-hotfix'] }),
      'high security-hotfix immediate',
    ],
    ['rolling-baseline', 'infrastructure', aChange(['infra/main.tf']), 'low standard rolling'],
    [
      'rolling-baseline',
      'the database',
      aChange(['db/migrations/1.sql'], { migration: 'expand' }),
      'medium standard rolling',
    ],
    ['rolling-baseline', 'the application', aChange(['src/a.ts']), 'high standard rolling'],
    ['rolling-baseline', 'a major release', aChange(['src/a.ts'], { labels: ['major'] }), 'high major blue-green'],
    [
      'rolling-baseline',
      'an experiment',
      aChange(['src/a.ts'], { labels: ['experimental'] }),
      'high experimental canary',
    ],
    ['standard-sop', 'a weekly release', aChange(['src/a.ts']), 'medium standard blue-green'],
    ['standard-sop', 'a flag', aChange(['src/a.ts'], { labels: ['flag-only'] }), 'medium feature-flag flag'],
    ['standard-sop', 'a hotfix', aChange(['src/a.ts'], { labels: ['hotfix'] }), 'medium hotfix blue-green'],
    ['strict-blue-green', 'any change', aChange(['src/a.ts']), 'medium standard blue-green'],
    ['strict-blue-green', 'payments', aChange(['src/payment/a.ts']), 'high payment payment-week'],
    ['strict-blue-green', 'AI', aChange(['src/ai/a.ts']), 'high ai ai-breaker'],
    ['strict-blue-green', 'tenants', aChange(['src/tenant/a.ts']), 'high standard flag-week'],
    ['production-checklist', 'any change', aChange(['src/a.ts']), 'medium standard canary'],
    ['production-checklist', 'a flag', aChange(['src/a.ts'], { labels: ['feature-flag'] }), 'medium feature-flag flag'],
    [
      'production-checklist',
      'a swap',
      aChange(['src/a.ts'], { labels: ['blue-green'] }),
      'medium blue-green blue-green',
    ],
    ['production-checklist', 'a rollout', aChange(['src/a.ts'], { labels: ['rolling'] }), 'medium rolling rolling'],
  ])('%s, %s', (name, _what, change, becomes) => {
    expect(rolledOut(preset(name), change)).toBe(becomes);
  });

  test('higher tiers of risk-tiered are watched longer and looked at more often', () => {
    const { plans } = preset('risk-tiered');
    const bakes = ['immediate', 'dark', 'canary', 'canary-extended'].map((name) =>
      (plans[name]?.stages ?? []).filter(({ weight }) => weight < 100).reduce((sum, { bakeMs }) => sum + bakeMs, 0),
    );

    expect(bakes).toEqual([...bakes].sort((a, b) => a - b));
    expect(plans['canary-extended']?.everyMs).toBeLessThan(plans.canary?.everyMs ?? 0);
  });

  test.each([
    ['standard-sop', ['hotfix'], 'tech-lead'],
    ['standard-sop', [], ''],
    ['standard-sop', ['flag-only'], ''],
    ['risk-tiered', ['security-hotfix'], 'security'],
    ['risk-tiered', ['hotfix'], 'tech-lead'],
    ['strict-blue-green', [], 'approver'],
    ['rolling-baseline', [], 'approver'],
    ['production-checklist', ['hotfix'], 'tech-lead, incident-commander'],
  ])('%s with the labels %j is approved by: %s', (name, labels, people) => {
    const policy = preset(name);
    const change = aChange(['src/a.ts'], { labels });
    const typed = typeOf(change, policy);
    if (typed.kind === 'refused') throw new Error(typed.because);
    const { approvals } = approvalsOf(policy, { type: typed.type, tier: 'medium' });

    expect(approvals.map(({ role }) => role).join(', ')).toBe(people);
  });
});

describe('the environments of strict-blue-green', () => {
  test.each([
    ['local', [], []],
    ['staging', ['ci-all-green'], []],
    ['production', undefined, ['approver']],
  ])('%s requires the lines %j and the people %j', (environment, lines, people) => {
    const policy = preset('strict-blue-green', environment);
    const type = { name: 'standard' };

    expect(requiredOnlyOf(policy, type)).toEqual(lines);
    expect(approvalsOf(policy, { type, tier: 'medium' }).approvals.map(({ role }) => role)).toEqual(people);
  });
});

describe('the windows of the presets', () => {
  // 2026-11-16 is a Monday.
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const at = (day: string, time: string) => Date.parse(`2026-11-${16 + days.indexOf(day)}T${time}:00Z`);

  test.each([
    ['strict-blue-green', 'tue', '01:59', 'denied'],
    ['strict-blue-green', 'tue', '02:00', 'optimal'],
    ['strict-blue-green', 'tue', '05:59', 'optimal'],
    ['strict-blue-green', 'tue', '06:00', 'denied'],
    ['strict-blue-green', 'fri', '03:00', 'denied'],
    ['strict-blue-green', 'sat', '03:00', 'optimal'],
    ['production-checklist', 'mon', '08:59', 'denied'],
    ['production-checklist', 'mon', '09:00', 'optimal'],
    ['production-checklist', 'thu', '13:59', 'optimal'],
    ['production-checklist', 'thu', '14:00', 'denied'],
    ['production-checklist', 'fri', '11:59', 'acceptable'],
    ['production-checklist', 'fri', '12:00', 'denied'],
    ['production-checklist', 'sat', '10:00', 'denied'],
    ['production-checklist', 'sun', '10:00', 'denied'],
    ['risk-tiered', 'tue', '09:59', 'discouraged'],
    ['risk-tiered', 'tue', '10:00', 'optimal'],
    ['risk-tiered', 'thu', '13:59', 'optimal'],
    ['risk-tiered', 'thu', '14:00', 'discouraged'],
    ['risk-tiered', 'mon', '10:59', 'discouraged'],
    ['risk-tiered', 'mon', '11:00', 'acceptable'],
    ['risk-tiered', 'wed', '15:59', 'discouraged'],
    ['risk-tiered', 'wed', '16:00', 'denied'],
    ['risk-tiered', 'fri', '11:59', 'discouraged'],
    ['risk-tiered', 'fri', '12:00', 'denied'],
    ['risk-tiered', 'sun', '11:00', 'discouraged'],
  ])('%s: %s %s is %s', (name, day, time, grade) => {
    expect(gradeOf(preset(name).windows, at(day, time)).grade).toBe(grade);
  });

  test.each([
    ['risk-tiered', 'security-hotfix', 'security'],
    ['strict-blue-green', 'hotfix', 'tech-lead'],
    ['production-checklist', 'hotfix', 'incident-commander'],
  ])('%s lets a %s begin at any hour with the word of %s, and nothing else', (name, type, role) => {
    expect(preset(name).windows?.except).toEqual([expect.objectContaining({ type, by: role })]);
  });

  test.each([
    ['risk-tiered', '2026-12-24T11:00:00Z', '["2026-12-24"]'],
    ['production-checklist', '2026-12-24T11:00:00Z', '["2026-12-24"]'],
  ])('%s is closed on %s where the repository calls it a holiday', (name, iso, holidays) => {
    const text = `version: 1\ntimezone: UTC\nextends: ${name}@1\nwindows: {holidays: ${holidays}}\n`;
    const read = readPolicy(text, vocabulary, { path: 'p.yml' });
    const seen = read.kind === 'policy' ? effective(read.policy, { environment: 'production' }) : undefined;

    expect(gradeOf(preset(name).windows, Date.parse(iso)).grade).toBe('optimal');
    expect(seen?.kind === 'effective' && gradeOf(seen.effective.windows, Date.parse(iso)).grade).toBe('denied');
  });
});

describe('who is told what by the presets', () => {
  test.each([
    ['strict-blue-green', 'team', 'notice start held asked promoted done rolled-back'],
    ['rolling-baseline', 'stakeholders', 'notice done'],
    ['rolling-baseline', 'team', 'start held asked promoted done rolled-back'],
    ['standard-sop', 'stakeholders', 'notice done rolled-back'],
    ['standard-sop', 'engineering', 'start held asked promoted done rolled-back'],
    ['standard-sop', 'status-page', 'rolled-back'],
    ['production-checklist', 'stakeholders', 'notice done rolled-back'],
    ['production-checklist', 'deployment', 'start held asked promoted done rolled-back'],
    ['production-checklist', 'status-page', 'start done rolled-back'],
    ['risk-tiered', 'team', 'notice start held asked promoted done rolled-back'],
    ['risk-tiered', 'incidents', 'rolled-back'],
    ['risk-tiered', 'status-page', 'rolled-back'],
  ])('%s: its line announce.%s hears of %s', (name, id, events) => {
    const line = preset(name).announce.find((one) => one.id === id);

    expect(line?.when.join(' ')).toBe(events);
  });

  test('risk-tiered puts a rollback on the status page when users met the version, not otherwise', () => {
    const line = preset('risk-tiered').announce.find(({ id }) => id === 'status-page');
    const met = (usersExposed: number) => happens(line?.if, { usersExposed });

    expect([met(0), met(1)]).toEqual([false, true]);
  });
});

describe('the targets of the presets', () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

  test.each<[string, string, string, Attained['value'], string]>([
    ['rolling-baseline', 'deployment-success-rate', '', 0.99, 'missed'],
    ['rolling-baseline', 'deployment-success-rate', '', 0.991, 'met'],
    ['rolling-baseline', 'deployment-duration', '', 30 * minute, 'missed'],
    ['rolling-baseline', 'deployment-duration', '', 29 * minute, 'met'],
    ['rolling-baseline', 'rollback-rate', '', 0.05, 'missed'],
    ['rolling-baseline', 'rollback-rate', '', 0.04, 'met'],
    ['rolling-baseline', 'recovery-time', '', 15 * minute, 'missed'],
    ['rolling-baseline', 'recovery-time', '', 14 * minute, 'met'],
    ['rolling-baseline', 'change-failure-rate', '', 0.1, 'missed'],
    ['rolling-baseline', 'change-failure-rate', '', 0.09, 'met'],
    ['rolling-baseline', 'availability', '', 0.999, 'missed'],
    ['rolling-baseline', 'availability', '', 0.9991, 'met'],
    ['rolling-baseline', 'response-time', '', 500, 'missed'],
    ['rolling-baseline', 'response-time', '', 499, 'met'],
    ['rolling-baseline', 'error-rate', '', 0.01, 'missed'],
    ['rolling-baseline', 'error-rate', '', 0.009, 'met'],
    ['standard-sop', 'deployment-frequency', '', 'daily', 'met'],
    ['standard-sop', 'deployment-frequency', '', 'weekly', 'acceptable'],
    ['standard-sop', 'deployment-frequency', '', 'monthly', 'missed'],
    ['standard-sop', 'lead-time', '', day - 1, 'met'],
    ['standard-sop', 'lead-time', '', day, 'acceptable'],
    ['standard-sop', 'lead-time', '', 7 * day, 'missed'],
    ['standard-sop', 'recovery-time', '', hour - 1, 'met'],
    ['standard-sop', 'recovery-time', '', hour, 'acceptable'],
    ['standard-sop', 'recovery-time', '', 4 * hour, 'missed'],
    ['standard-sop', 'change-failure-rate', '', 0.049, 'met'],
    ['standard-sop', 'change-failure-rate', '', 0.05, 'acceptable'],
    ['standard-sop', 'change-failure-rate', '', 0.15, 'missed'],
    ['production-checklist', 'deployment-frequency', 'standard', 'weekly', 'met'],
    ['production-checklist', 'deployment-frequency', 'standard', 'monthly', 'missed'],
    ['production-checklist', 'deployment-frequency', 'hotfix', 'weekly', 'missed'],
    ['production-checklist', 'lead-time', 'standard', day, 'missed'],
    ['production-checklist', 'lead-time', 'standard', day - 1, 'met'],
    ['production-checklist', 'lead-time', 'hotfix', 2 * hour, 'missed'],
    ['production-checklist', 'rollback-rate', '', 0.05, 'missed'],
    ['production-checklist', 'rollback-rate', '', 0.049, 'met'],
    ['production-checklist', 'recovery-time', '', 5 * minute, 'missed'],
    ['production-checklist', 'recovery-time', '', 5 * minute - 1, 'met'],
    ['production-checklist', 'change-failure-rate', '', 0.15, 'missed'],
    ['production-checklist', 'change-failure-rate', '', 0.149, 'met'],
    ['production-checklist', 'deployment-success-rate', '', 0.999, 'missed'],
    ['production-checklist', 'deployment-success-rate', '', 0.9991, 'met'],
    ['production-checklist', 'availability', '', 0.999, 'met'],
    ['production-checklist', 'availability', '', 0.9989, 'missed'],
    ['production-checklist', 'incidents-per-deployment', '', 0.5, 'missed'],
    ['production-checklist', 'incidents-per-deployment', '', 0.49, 'met'],
  ])('%s: %s %s of %p is %s', (name, key, type, value, attained) => {
    const target = preset(name).targets[key];
    const words = targetWords(target ?? '', type === '' ? undefined : type);

    expect(attains(words, { n: 5, value })).toBe(attained);
  });
});
