// Holds the guide to the policy file to what it says: its blocks load, its ids exist, its example of every kind of evidence is asked, its links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ownCriterion } from '../src/checklist/criteria/own-evidence.ts';
import { titleOf } from '../src/checklist/title.ts';
import { formatDuration } from '../src/kit/duration.ts';
import { type Effective, effective } from '../src/policy/effective.ts';
import { formatFault } from '../src/policy/fault.ts';
import { readPolicy } from '../src/policy/policy.ts';
import { presets } from '../src/policy/presets/bundle.ts';
import { evidenceKinds } from '../src/policy/shape/checklist.ts';
import { vocabulary } from '../src/vocabulary.ts';

const place = 'docs/policy.md';
const guide = readFileSync(place, 'utf8');
const blocks = [...guide.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map((match) => ({
  path: match[1] ?? '',
  text: match[2] ?? '',
}));
const policies = blocks.filter(({ path }) => path === '.github/deploy-policy.yml').map(({ text }) => text);

function told(text: string): string[] {
  const read = readPolicy(text, vocabulary, { path: 'p.yml' });
  return read.kind === 'faults' ? read.faults.map(formatFault) : [];
}

function inProduction(text: string): Effective {
  const read = readPolicy(text, vocabulary, { path: 'p.yml' });
  if (read.kind === 'faults') throw new Error(read.faults.map(formatFault).join('\n'));
  const seen = effective(read.policy, { environment: 'production' });
  if (seen.kind === 'fault') throw new Error(formatFault(seen.fault));
  return seen.effective;
}

describe('the guide to the policy', () => {
  test('shows policies, an attestation and flagged code', () => {
    expect(policies.length).toBeGreaterThan(8);
    expect(blocks.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['.github/attestations/dashboards-ready.yml', '.github/flagged-code.yml']),
    );
  });

  test.each(policies.map((text, index) => [index + 1, text] as const))('policy %i loads', (_index, text) => {
    expect(told(text)).toEqual([]);
  });

  test('has one line for every kind of evidence, and each of them is asked', () => {
    const own = inProduction(policies.find((text) => text.includes('id: no-orphans')) ?? '').checklist;
    const kinds = own.flatMap(({ evidence, signOff }) =>
      evidence !== undefined ? [evidence.kind] : signOff.length > 0 ? ['sign-off'] : [],
    );

    expect(kinds.sort()).toEqual([...evidenceKinds].sort());
    expect(
      own.filter((item) => item.evidence !== undefined && ownCriterion(item, titleOf(item.id)) === undefined),
    ).toEqual([]);
  });

  test('names every preset and pack there is, and no other', () => {
    const named = [...guide.matchAll(/`([a-z-]+@1)`/g)].map((match) => match[1] ?? '');

    expect([...new Set(named)].sort()).toEqual([...presets.keys()].sort());
  });

  test.each([
    'starter',
    'standard-sop',
    'strict-blue-green',
    'rolling-baseline',
    'production-checklist',
    'risk-tiered',
  ])('says what a hotfix of %s still has to meet, by whom it is approved, and until when it owes the rest', (name) => {
    const { types } = inProduction(`version: 1\ntimezone: UTC\nextends: ${name}@1\n`);
    const rows = types
      .filter(({ owedMs }) => owedMs !== undefined)
      .map(({ name: type, requiredOnly = [], approvals = [], plan, owedMs = 0 }) => {
        const lines = requiredOnly.map((id) => `\`${id}\``).join(', ');
        const by = approvals.map(({ role }) => role).join(' and ');
        return `| \`${name}\` ${type} | ${lines} | ${by} | \`${plan}\` | ${formatDuration(owedMs)} |`;
      });

    expect(rows).not.toEqual([]);
    for (const row of rows) expect(guide).toContain(row);
  });

  test('has an attestation with what one needs, and flags with globs', () => {
    const word = parse(blocks.find(({ path }) => path.includes('/attestations/'))?.text ?? '');
    const flagged = parse(blocks.find(({ path }) => path.endsWith('flagged-code.yml'))?.text ?? '');

    expect(Object.keys(word)).toEqual(expect.arrayContaining(['by', 'at', 'expires']));
    expect(Object.values(flagged).every((globs) => Array.isArray(globs) && globs.length > 0)).toBe(true);
  });

  test('links only to what is there', () => {
    const targets = [...guide.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map((match) => match[1] ?? '');
    const headings = [...guide.matchAll(/^## (.+)$/gm)].map(
      (match) =>
        `#${(match[1] ?? '')
          .toLowerCase()
          .replace(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-')}`,
    );
    const missing = targets.filter((target) =>
      target.startsWith('#') ? !headings.includes(target) : !existsSync(join(dirname(place), target)),
    );

    expect(targets.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });

  test('names in its table of permissions those of its example', () => {
    const { permissions } = parse(readFileSync('docs/examples/gate-with-everything.yml', 'utf8'));
    const named = [...guide.matchAll(/^\| `([a-z-]+): read` \|/gm)].map((match) => match[1] ?? '');

    expect(named).toEqual(Object.keys(permissions).filter((name) => named.includes(name)));
    expect(named.map((name) => permissions[name])).toEqual(named.map(() => 'read'));
  });
});
