import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readDocument } from '../../src/policy/document.ts';
import { effective } from '../../src/policy/effective.ts';
import { formatFault } from '../../src/policy/fault.ts';
import { readPolicy, starterPolicy } from '../../src/policy/policy.ts';
import { presetTree } from '../../src/policy/preset.ts';
import { presets } from '../../src/policy/presets/bundle.ts';
import { presetTexts } from './preset-texts.ts';
import { aVocabulary } from './vocabulary.ts';

function faultsOf(text: string): readonly string[] {
  const read = readPolicy(text, aVocabulary, { path: 'policy.yml' });
  return read.kind === 'faults' ? read.faults.map(formatFault) : [];
}

describe('presets', () => {
  test('every file of policies/ is in the bundle, and nothing else', () => {
    expect([...presets.keys()].sort()).toEqual([...presetTexts.keys()].sort());
  });

  test.each([...presetTexts])('%s has in the bundle the values and places of its file', (name, text) => {
    // Stale: run node .github/scripts/presets.mjs.
    expect(presetTree(name)).toStrictEqual(readDocument(text, `preset ${name}`).tree);
  });

  test('no other name has a tree', () => {
    expect(presetTree('starter')).toBeUndefined();
  });

  test.each([...presets.keys()])('%s is without fault for a repository that adds its time zone', (name) => {
    expect(faultsOf(`version: 1\ntimezone: Europe/Berlin\nextends: [${name}]\n`)).toEqual([]);
  });

  test('the packs lie over any preset', () => {
    const packs = 'payments@1, ai-service@1, feature-flags@1, multi-tenant@1, security-hygiene@1, delivery-targets@1';
    expect(faultsOf(`version: 1\ntimezone: UTC\nextends: [standard-sop@1, ${packs}]\n`)).toEqual([]);
  });

  test('windows of a preset without a time zone say the one line to add', () => {
    expect(faultsOf('version: 1\nextends: strict-blue-green@1\n')).toEqual([
      expect.stringMatching(/^preset strict-blue-green@1:\d+:\d+: windows are local time.*timezone: Europe\/Berlin$/),
    ]);
  });

  test('starter alone asks CI, review, staging and the migration lint, and canaries at 10, 50, 100 %', () => {
    const read = effective(starterPolicy(aVocabulary), { environment: 'production' });
    const policy = read.kind === 'effective' ? read.effective : undefined;

    expect(policy?.checklist.filter(({ level }) => level === 'required').map(({ id }) => id)).toEqual([
      'ci-all-green',
      'code-review-approved',
      'staging-first',
      'migration-lint-backward-compatible',
    ]);
    expect(policy?.plans.canary?.stages.map(({ weight }) => weight)).toEqual([10, 50, 100]);
    expect(policy?.plans.canary?.stages[0]).toMatchObject({ bakeMs: 300_000, maxBakeMs: 900_000, warmupMs: 30_000 });
    expect(policy?.limits.map(({ id, own }) => [id, own])).toEqual([
      ['health-continue-1', false],
      ['health-breach-1', false],
      ['error-rate-breach-1', false],
    ]);
    expect(policy?.rollback).toMatchObject({ budgetMs: 300_000, minAgeMs: 3_600_000, verify: ['smoke', 'version'] });
  });
});

describe('the sample of the policy page', () => {
  const sample = readFileSync(join('test', 'policy', 'example.yml'), 'utf8');

  test('loads without a fault', () => {
    expect(faultsOf(sample)).toEqual([]);
  });

  test('a leg sees its own traffic, everything in milliseconds, fractions and conditions', () => {
    const read = readPolicy(sample, aVocabulary, { path: 'policy.yml' });
    const policy = read.kind === 'policy' ? read.policy : undefined;
    if (policy === undefined) throw new Error('the sample does not load');
    const found = effective(policy, { environment: 'production', leg: 'eu' });
    const eu = found.kind === 'effective' ? found.effective : undefined;

    expect(eu?.traffic?.hosts).toEqual(['lb1']);
    expect(eu?.legs).toEqual(['eu', 'us']);
    expect(eu?.refs).toEqual(['v*']);
    expect(eu?.unit).toEqual({ name: 'shop', paths: ['services/shop/**', 'libs/**'] });
    expect(eu?.alpha).toBe(0.01);
    expect(eu?.compare).toContainEqual({ metric: 'error-rate', margin: 0.01, minEffect: 0.0025 });
    expect(eu?.limits.find(({ metric, own }) => metric === 'memory' && own)).toMatchObject({
      id: 'memory-breach-2',
      condition: { kind: 'rising', is: '>', value: 0.05, perMs: 3_600_000 },
      forMs: 7_200_000,
      during: ['watch'],
      action: 'page',
    });
    expect(eu?.windows?.allow).toEqual([{ days: ['tue', 'wed', 'thu'], from: 600, to: 840, grade: 'optimal' }]);
    expect(eu?.checklist.find(({ id }) => id === 'no-orphans')).toMatchObject({
      level: 'warn',
      evidence: { kind: 'command', options: './ops/orphans.sh' },
    });
  });
});
