import { describe, expect, test } from '@jest/globals';
import type { ChangeFacts } from '../../src/policy/change-facts.ts';
import { type Effective, effective } from '../../src/policy/effective.ts';
import { approvalsOf, planOf, requiredOnlyOf } from '../../src/policy/plan.ts';
import { readPolicy } from '../../src/policy/policy.ts';
import { tierOf } from '../../src/policy/tier.ts';
import { typeOf } from '../../src/policy/type.ts';
import { aVocabulary } from './vocabulary.ts';

function aPolicy(text: string, environment = 'production'): Effective {
  const read = readPolicy(`version: 1\n${text}`, aVocabulary, { path: 'p.yml' });
  if (read.kind === 'faults') throw new Error(JSON.stringify(read.faults));
  const found = effective(read.policy, { environment });
  if (found.kind === 'fault') throw new Error(found.fault.what);
  return found.effective;
}

function aChange(paths: readonly string[], more: Partial<ChangeFacts> = {}): ChangeFacts {
  return { files: paths.map((path) => ({ path, added: false })), labels: [], migration: 'none', ...more };
}

const policy = aPolicy(`
roles: {lead: []}
areas:
  payment: {paths: [src/pay/**], labels: [payment]}
  infra: {paths: [infra/**], labels: [infra]}
environments:
  staging: {plan: direct, required-only: [ci-all-green]}
  production: {approvals: [{role: lead, count: 2}]}
types:
  hotfix: {when: {labels: [hotfix]}, plan: fast, approvals: [{role: lead}], required-only: [ci-all-green]}
  pay: {when: {area: payment}, plan: canary-slow}
  standard: {}
tiers:
  rules:
    - {id: docs, tier: zero, when: {only-paths: [docs/**, "**/*.md"]}}
    - {id: infra, tier: low, when: {area: infra}}
    - {id: trivial, tier: zero, when: {labels: [trivial]}}
    - {id: risky, tier: high, when: {labels: [risky]}}
    - {id: payment, tier: high, when: {area: payment}}
    - {id: new-code, tier: low, when: {only-added: true}}
    - {id: contract, tier: high, when: {migration: contract}}
  default: medium
  apply: {zero: {plan: direct}, low: {plan: direct}, medium: {plan: canary}, high: {plan: canary-slow}}
`);

describe('the tier', () => {
  test.each<[string, ChangeFacts, string, readonly string[]]>([
    ['only documents', aChange(['docs/a.md', 'README.md']), 'zero', ['docs']],
    ['documents and one source file', aChange(['docs/a.md', 'src/a.ts']), 'medium', []],
    ['no files at all never match only-paths', aChange([]), 'medium', []],
    ['everything inside a low area', aChange(['infra/main.tf']), 'low', ['infra']],
    ['a low area does not lower the files beside it', aChange(['infra/main.tf', 'src/a.ts']), 'medium', []],
    ['a low area and documents, all covered', aChange(['infra/main.tf', 'docs/a.md']), 'medium', []],
    ['the highest matching rule', aChange(['infra/main.tf', 'src/pay/refund.ts']), 'high', ['payment']],
    ['a label raises', aChange(['docs/a.md'], { labels: ['risky'] }), 'high', ['risky']],
    ['a label never lowers', aChange(['src/a.ts'], { labels: ['trivial'] }), 'medium', []],
    ['an area by label only never lowers', aChange(['src/a.ts'], { labels: ['infra'] }), 'medium', []],
    ['a contract migration', aChange(['db/1.sql'], { migration: 'contract' }), 'high', ['contract']],
    ['new files of which nobody knows who imports them', aChange(['src/n.ts']), 'medium', []],
  ])('%s', (_name, change, tier, rules) => {
    expect(tierOf(change, policy)).toMatchObject({ tier, rules });
  });

  test('new files that nothing uses are low', () => {
    const change = {
      files: [{ path: 'src/n.ts', added: true }],
      labels: [],
      migration: 'none',
      unreferenced: true,
    } as const;
    expect(tierOf(change, policy)).toMatchObject({ tier: 'low', because: ['only new files that nothing uses'] });
  });

  test('a migration without evidence and a change without a known predecessor are high', () => {
    expect(tierOf(aChange(['docs/a.md'], { migration: 'unknown' }), policy).tier).toBe('high');
    expect(tierOf({ ...aChange(['docs/a.md']), predecessor: 'unknown' }, policy)).toEqual({
      tier: 'high',
      because: ['no known predecessor'],
      rules: [],
    });
  });

  test('says why in words of the report', () => {
    expect(tierOf(aChange(['src/pay/a.ts']), policy).because).toEqual(['touches payment']);
  });
});

describe('the type', () => {
  test('is the first of the file that applies, standard when none does', () => {
    const kinds = [['hotfix', 'payment'], ['payment'], []].map((labels) =>
      typeOf(aChange(['a.ts'], { labels }), policy),
    );
    expect(kinds.map((typed) => typed.kind === 'type' && typed.type.name)).toEqual(['hotfix', 'pay', 'standard']);
  });

  test('asked for by name must meet its own conditions', () => {
    expect(typeOf(aChange(['a.ts']), policy, 'hotfix')).toMatchObject({
      kind: 'refused',
      fix: expect.stringContaining('label hotfix'),
    });
    expect(typeOf(aChange(['a.ts'], { labels: ['hotfix'] }), policy, 'hotfix')).toMatchObject({ kind: 'type' });
    expect(typeOf(aChange(['a.ts']), policy, 'hotfx')).toMatchObject({
      kind: 'refused',
      because: 'the policy has no type “hotfx”',
    });
  });
});

describe('the plan', () => {
  const hotfix = policy.types.find(({ name }) => name === 'hotfix') ?? { name: 'hotfix' };
  const standard = { name: 'standard' };

  test('of the type wins over that of the tier, the environment over both', () => {
    const staging = { ...policy, chosen: { plan: 'direct', requiredOnly: ['ci-all-green'] } };
    const plans = [
      planOf(policy, { type: standard, tier: 'high' }),
      planOf(policy, { type: hotfix, tier: 'high' }),
      planOf(staging, { type: hotfix, tier: 'high' }),
    ];
    expect(plans.map((planned) => planned.kind === 'plan' && [planned.plan.name, planned.by])).toEqual([
      ['canary-slow', 'tier'],
      ['fast', 'type'],
      ['direct', 'environment'],
    ]);
  });

  test('approvals of the type win over those of the environment', () => {
    expect(approvalsOf(policy, { type: hotfix, tier: 'low' })).toEqual({
      approvals: [{ role: 'lead', count: 1 }],
      by: 'type',
    });
    expect(approvalsOf(policy, { type: standard, tier: 'low' })).toEqual({
      approvals: [{ role: 'lead', count: 2 }],
      by: 'environment',
    });
  });

  test('what alone stays required is said by type or environment, else everything stays', () => {
    expect([requiredOnlyOf(policy, hotfix), requiredOnlyOf(policy, standard)]).toEqual([['ci-all-green'], undefined]);
  });

  test('a policy with one plan needs to name none; with more it says what to add', () => {
    const only = aPolicy('extends: []\nplans: {all: {stages: [{id: full, weight: 100 %, bake: 0s}]}}\n');
    const two = { ...only, plans: policy.plans };
    expect(planOf(only, { type: standard, tier: 'medium' })).toMatchObject({ kind: 'plan', by: 'only plan' });
    expect(planOf(two, { type: standard, tier: 'medium' })).toMatchObject({
      kind: 'none',
      because: 'no plan for tier medium',
    });
  });
});
