// The lines of the presets through the whole gate: who must sign, what must be attested, tested or said by migrate, and what the suite covers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { attested } from '../../src/checklist/criteria/attested.ts';
import { migrationLines } from '../../src/checklist/criteria/migration-lines.ts';
import { testsPass } from '../../src/checklist/criteria/tests-pass.ts';
import { plain } from '../../src/kit/phrase.ts';
import { checkRunOf } from '../../src/record/keep.ts';
import { given, rowOf } from '../actions/gate.ts';
import { anEvidence } from '../record/evidences.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { aCheck, aPull, aReview, deployStory, files, minute, noon, sha } from './story.ts';

const names = ['strict-blue-green', 'rolling-baseline', 'standard-sop', 'production-checklist', 'risk-tiered'] as const;
const day = 24 * 60 * minute;

interface Line {
  readonly id: string;
  readonly 'sign-off'?: string | readonly string[];
  readonly moment?: string;
  readonly every?: string;
  readonly level?: string;
  readonly ahead?: string;
}

const presets = Object.fromEntries(
  names.map((name) => [name, parse(readFileSync(join('policies', `${name}.yml`), 'utf8'))]),
);

function linesOf(name: string): readonly Line[] {
  const lines: readonly (string | Line)[] = presets[name].checklist;
  return lines.map((line) => (typeof line === 'string' ? { id: line } : line));
}

/** Every line of every preset that `is` so, as rows of a table. */
function rowsOf(is: (line: Line) => boolean) {
  return names.flatMap((name) =>
    linesOf(name)
      .filter(is)
      .map((line) => [name, line.id, line] as const),
  );
}

/** Requirements that test/policy/proofs.yml says a test of this file shows. */
function shownBy(title: string): readonly string[] {
  const proofs: readonly { readonly shows: readonly string[]; readonly tests: readonly string[] }[] = parse(
    readFileSync(join('test', 'policy', 'proofs.yml'), 'utf8'),
  );
  const isIt = (proof: string) => proof.startsWith('checklist/preset-lines.test.ts') && proof.endsWith(` › ${title}`);
  return proofs.filter(({ tests }) => tests.some(isIt)).flatMap(({ shows }) => shows);
}

const rolesOf = (line: Line): readonly string[] => [line['sign-off'] ?? []].flat();
/** The one person of a role. */
const holder = (role: string) => `p-${role}`;

/** The preset as a repository extends it: a person in each role, and its code in every area that the preset knows. */
function policyOf(name: string): string {
  const roles = Object.fromEntries(Object.keys(presets[name].roles ?? {}).map((role) => [role, [holder(role)]]));
  const areas = Object.fromEntries(Object.keys(presets[name].areas ?? {}).map((area) => [area, { paths: ['src/**'] }]));
  return `version: 1\ntimezone: UTC\nextends: ${name}@1\nroles: ${JSON.stringify(roles)}\nareas: ${JSON.stringify(areas)}\n`;
}

const pull = () => aPull({ number: 482, mergedAt: noon - 25 * minute, mergeSha: sha('c') });

/** What the gate of the preset finds on each line, of a change of code and schema. */
async function found(name: string, change: (world: MemoryWorld) => void): Promise<ReadonlyMap<string, any>> {
  const comparison = { files: files('src/shop.ts', 'db/migrations/20261117_add_a.sql') };
  const world = deployStory({ policy: policyOf(name), pulls: [pull()], comparison });
  change(world);
  const { result } = await step(world, given());
  const told = JSON.parse(JSON.stringify(result));
  return new Map(told.findings.map((finding: any) => [finding.id, finding]));
}

/** Rows found with one change of the world for a whole preset, asked once. */
function once(change: (name: string, world: MemoryWorld) => void) {
  const known = new Map<string, Promise<ReadonlyMap<string, any>>>();
  return async (name: string, id: string) => {
    const all = known.get(name) ?? found(name, (world) => change(name, world));
    known.set(name, all);
    return (await all).get(id);
  };
}

function signedBy(name: string, who: (line: Line) => readonly string[], at: (line: Line) => number) {
  return linesOf(name).flatMap((line) =>
    who(line).map((login, index) =>
      aReview({
        ...{ id: index + 1, author: { login, bot: false }, state: 'commented', sha: sha('a') },
        ...{ body: `/signoff ${line.id}`, submittedAt: at(line) },
      }),
    ),
  );
}

const inTime = (line: Line) => (line.ahead === undefined ? noon - 10 * minute : noon - 8 * day);

describe('a line that people sign before a deployment', () => {
  const rows = rowsOf((line) => rolesOf(line).length > 0 && line.moment === undefined);
  const signs = (who: (line: Line) => readonly string[], at = inTime) =>
    once((name, world) => world.github.reviews.set(482, [aReview(), ...signedBy(name, who, at)]));
  const nobody = signs(() => []);
  const author = signs((line) => rolesOf(line).map(() => 'alice'));
  const others = signs(() => ['bob', 'mallory']);
  const holders = signs((line) => rolesOf(line).map(holder));
  const allButOne = signs((line) => rolesOf(line).slice(1).map(holder));
  const late = signs(
    (line) => rolesOf(line).map(holder),
    () => noon - 10 * minute,
  );

  test.each(rows)(
    '%s asks the named roles for the sign-off %s, and nobody else can give it',
    async (name, id, line) => {
      for (const who of [nobody, author, others, allButOne]) {
        expect(await who(name, id)).toMatchObject({ outcome: 'waiting', awaits: 'people' });
      }
      expect(plain((await nobody(name, id)).evidence)).toBe(`#482: not signed by ${rolesOf(line)[0]}`);
      expect(plain((await nobody(name, id)).todo)).toBe(`submit a review with the line /signoff ${id}`);
      expect((await holders(name, id)).outcome).toBe('pass');
    },
  );

  test.each(rows.filter(([, , line]) => line.ahead !== undefined))(
    '%s wants the sign-off %s ahead of the start',
    async (name, id) => {
      expect(await late(name, id)).toMatchObject({ outcome: 'waiting', awaits: 'time' });
    },
  );
});

describe('a line that people attest', () => {
  const ids = new Set(attested.map(({ id }) => id));
  const rows = rowsOf(({ id, ...line }) => ids.has(id) && line['sign-off'] === undefined && line.moment === undefined);
  const word = (at: number) => `by: dave\nat: ${new Date(at).toISOString().slice(0, 10)}\n`;
  const says = (text: string) =>
    once((_, { github }) => {
      for (const id of ids) github.files.set(`.github/attestations/${id}.yml`, text);
    });
  const nothing = once(() => undefined);
  const fresh = says(word(noon - 8 * day));
  const expired = says(`${word(noon - 8 * day)}expires: 2026-11-16\n`);

  test.each(rows)('%s: without a dated word %s is open, with one it is met, expired it is not', async (name, id) => {
    expect((await nothing(name, id)).outcome).toBe('unknown');
    expect((await expired(name, id)).outcome).toBe('fail');
    expect((await fresh(name, id)).outcome).toBe('pass');
  });

  test('has every requirement that it is said to show', () => {
    const asked = new Set(rows.map(([, id]) => id));

    expect(
      shownBy('%s: without a dated word %s is open, with one it is met, expired it is not').filter(
        (id) => !asked.has(id),
      ),
    ).toEqual([]);
  });
});

describe('a line about tests and builds', () => {
  /** A check as repositories call such tests, of the words that the process has for them. */
  const checks: Readonly<Record<string, string>> = {
    ...{ 'unit-tests-pass': 'unit', 'integration-tests-pass': 'integration', 'e2e-tests-pass': 'e2e' },
    ...{ 'production-build-succeeds': 'build', 'image-built-and-tested': 'image', 'config-validated': 'config' },
    ...{ 'multi-tenant-isolation-tested': 'isolation', 'payment-flow-tested': 'payment' },
    ...{ 'ai-fallback-tested': 'ai fallback', 'ai-not-blocking-core': 'core without ai' },
    ...{ 'signup-flow-tested': 'sign-up', 'admin-workflow-tested': 'admin', 'fallback-tested': 'fallback' },
    ...{ 'error-handling-tested': 'error handling', 'payment-callback-idempotent': 'callback twice' },
    'flag-both-branches-tested': 'flags on and off',
  };
  const ids = new Set(testsPass.map(({ id }) => id));
  const run = (conclusion: 'success' | 'failure' | undefined) =>
    once((_, { github }) => {
      const named = conclusion === undefined ? [] : Object.values(checks);
      github.ci.set(sha('c'), [
        aCheck({ name: 'lint' }),
        ...named.map((name, index) => aCheck({ id: 10 + index, name, conclusion: conclusion ?? '' })),
      ]);
    });
  const [none, red, green] = [run(undefined), run('failure'), run('success')];

  const rows = rowsOf(({ id }) => ids.has(id));

  test.each(rows)('%s: %s is open untested, closed red, met green', async (name, id) => {
    expect((await none(name, id)).outcome).toBe('unknown');
    expect((await red(name, id)).outcome).toBe('fail');
    expect((await green(name, id)).outcome).toBe('pass');
  });

  test('has every requirement that it is said to show', () => {
    const asked = new Set(rows.map(([, id]) => id));

    expect(shownBy('%s: %s is open untested, closed red, met green').filter((id) => !asked.has(id))).toEqual([]);
  });
});

describe('a line about migrations', () => {
  const ids = new Set(migrationLines.map(({ id }) => id));
  const rows = rowsOf(({ id }) => ids.has(id));
  const says = (outcome: 'pass' | 'fail') =>
    once((_, { github }) => {
      const whole = { title: '', who: '', todo: '', evidence: '', required: true } as const;
      const evidence = anEvidence({
        ...{
          action: 'migrate',
          environment: 'production',
          sha: sha('c'),
          tree: sha('7'),
          at: noon - 8 * day,
          verdict: 'rehearsed',
        },
        ...{ found: { compatibility: 'expand' }, rows: [...ids].map((id) => ({ ...whole, id, outcome })) },
      });
      const { name, sha: at, conclusion, externalId, text } = checkRunOf(evidence);
      const url = 'https://github.example/1';
      github.records.set(sha('c'), [
        { id: 1, app: 'github-actions', name, sha: at, conclusion, externalId, text, completedAt: noon, url },
      ]);
    });
  const [silent, broken, met] = [once(() => undefined), says('fail'), says('pass')];

  test.each(rows)('%s: %s is what migrate found, and open before it has looked', async (name, id) => {
    expect((await silent(name, id)).outcome).toBe('unknown');
    expect((await broken(name, id)).outcome).toBe('fail');
    expect((await met(name, id)).outcome).toBe('pass');
  });

  test('has every requirement that it is said to show', () => {
    const asked = new Set(rows.map(([, id]) => id));

    expect(
      shownBy('%s: %s is what migrate found, and open before it has looked').filter((id) => !asked.has(id)),
    ).toEqual([]);
  });
});

describe('what the suite must cover', () => {
  type Cover = string | { readonly id: string };
  const idOf = (cover: Cover) => (typeof cover === 'string' ? cover : cover.id);
  const rows = names.flatMap((name) => {
    const covers: readonly Cover[] = presets[name].smoke?.covers ?? [];
    return covers.map((cover) => [name, idOf(cover), cover] as const);
  });

  /** The finding on the one requirement of the preset, with its areas, by this suite. */
  async function covered(name: string, cover: Cover, suite: string) {
    const areas = /^areas: .*$/m.exec(policyOf(name))?.[0];
    const policy = `version: 1\nextends: []\n${areas}\nsmoke: {covers: [${JSON.stringify(cover)}]}\nchecklist: [ci-all-green]\n`;
    const world = deployStory({ policy });
    world.github.files.set('.github/smoke.yml', suite);
    return rowOf(await step(world, given()), 'smoke-suite-covers');
  }

  test.each(rows)('%s: a suite without %s keeps the gate closed, one that covers it does not', async (...row) => {
    const [name, id, cover] = row;
    const suite = readFileSync(join('docs', 'examples', 'smoke', `${name}.yml`), 'utf8');
    const without = suite.replaceAll(new RegExp(`(?<![\\w-])${id}(?![\\w-])`, 'g'), 'something-else');
    const lacking = await covered(name, cover, without);

    expect(lacking).toMatchObject({ outcome: 'fail', required: true });
    expect(plain(lacking?.evidence ?? '')).toContain(id);
    expect(await covered(name, cover, suite)).toMatchObject({ outcome: 'pass' });
  });
});

describe('a line that the process asks only of some changes', () => {
  const rows = names.flatMap((name) => {
    const lines: readonly any[] = presets[name].checklist;
    return lines.filter((line) => line.when?.area !== undefined).map((line) => [name, line.id] as const);
  });
  const known = new Map<string, ReadonlyMap<string, any>>();

  test.each(rows)('%s: %s is asked when its area is touched, and not applicable elsewhere', async (name, id) => {
    const world = deployStory({ policy: policyOf(name), pulls: [pull()], comparison: { files: files('other.txt') } });
    const { result } = await step(world, given());
    const told: readonly any[] = JSON.parse(JSON.stringify(result)).findings;
    const touched = known.get(name) ?? (await found(name, () => undefined));
    known.set(name, touched);

    const untouched = told.find((finding) => finding.id === id);

    expect(untouched.outcome).toBe('not-applicable');
    // Touched, its criterion is asked: what it says is no longer that the area is not.
    expect(plain(touched.get(id).evidence)).not.toBe(plain(untouched.evidence));
  });
});
