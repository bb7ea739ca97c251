// Code behind a closed flag: what lies behind one is said before the change, what it stands at by the flags; the rest is not known.
import { describe, expect, test } from '@jest/globals';
import { asksFlagged, flaggedOf } from '../../src/checklist/flagged-code.ts';
import { keyOf, unknown } from '../../src/evidence/answer.ts';
import type { ChangedFile } from '../../src/evidence/fact.ts';
import { gather } from '../../src/evidence/round.ts';
import { effectiveOf, trustedPolicy } from '../../src/policy/trusted.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { deployStory, files, findingOf, sha } from './story.ts';

const place = `.github/flagged-code.yml@${sha('b')}`;
const mapping = 'new-cart: ["src/cart/**"]\nnew-search: [src/search.ts]\n';
const off = 'new-cart: {enabled: false}\nnew-search: false\n';

interface Given {
  readonly changed?: readonly ChangedFile[];
  readonly complete?: boolean;
  readonly mapping?: string;
  readonly flags?: string;
  readonly provider?: string;
}

/** `fail` when the condition holds, for then the missing file is asked for; else `not-applicable`. */
async function outcome(given: Given): Promise<string> {
  const { changed = files('src/cart/a.ts'), complete = true } = given;
  const finding = await findingOf(deployStory, '{id: own, when: {flag: disabled}, file: {path: NONE}}', {
    policy: given.provider ?? 'flags: {provider: file}',
    comparison: { files: changed, complete },
    change: ({ github }) => {
      github.files.set(place, given.mapping ?? mapping);
      github.files.set('flags.yml', given.flags ?? off);
    },
  });
  return finding.outcome;
}

describe('when: {flag: disabled}', () => {
  test.each<[string, Given, string]>([
    ['all behind a flag that is off', {}, 'fail'],
    ['behind two', { changed: files('src/cart/a.ts', 'src/search.ts') }, 'fail'],
    [
      'one of two is on',
      { changed: files('src/cart/a.ts', 'src/search.ts'), flags: 'new-cart: false\nnew-search: true' },
      'not-applicable',
    ],
    ['on', { flags: 'new-cart: {enabled: true}' }, 'not-applicable'],
    [
      'on here alone',
      { flags: 'new-cart: {enabled: false, environments: {production: {enabled: true}}}' },
      'not-applicable',
    ],
    ['a file beside', { changed: files('src/cart/a.ts', 'src/shop.ts') }, 'not-applicable'],
    [
      'moved out of other code',
      { changed: [{ path: 'src/cart/a.ts', previous: 'src/a.ts', status: 'renamed' }] },
      'not-applicable',
    ],
    ['the flags change too', { changed: files('src/cart/a.ts', 'flags.yml') }, 'not-applicable'],
    ['what lies behind changes too', { changed: files('src/cart/a.ts', '.github/flagged-code.yml') }, 'not-applicable'],
    ['not all files are known', { complete: false }, 'not-applicable'],
    ['nothing changes', { changed: [] }, 'not-applicable'],
    ['no such flag', { flags: 'other: false' }, 'not-applicable'],
    ['an archived flag', { flags: 'new-cart: {enabled: false, archived: true}' }, 'not-applicable'],
    ['flags that are none', { flags: '[' }, 'not-applicable'],
    ['no provider', { provider: ' ' }, 'not-applicable'],
    ['nothing lies behind flags', { mapping: '{}' }, 'not-applicable'],
    ['a mapping that is none', { mapping: 'new-cart: everything' }, 'not-applicable'],
    ['a mapping that is no YAML', { mapping: 'a: [' }, 'not-applicable'],
  ])('%s: %#', async (_what, given, expected) => {
    expect(await outcome(given)).toBe(expected);
  });

  test('takes the word of the commit before, never that of the change', async () => {
    const finding = await findingOf(deployStory, '{id: own, when: {flag: disabled}, file: {path: NONE}}', {
      policy: 'flags: {provider: file}',
      comparison: { files: files('src/cart/a.ts') },
      change: ({ github }) => {
        github.files.set(`.github/flagged-code.yml@${sha('c')}`, mapping);
        github.files.set('flags.yml', off);
      },
    });

    expect(finding.outcome).toBe('not-applicable');
  });

  test('asks nothing where no rule, type or line wants to know', async () => {
    const world: ReturnType<typeof deployStory>[] = [];
    await findingOf(deployStory, 'ci-all-green', { change: (one) => void world.push(one) });

    const asked = world.flatMap(({ github }) => github.asked.map(keyOf));
    expect(asked.filter((key) => key.includes('flagged-code'))).toEqual([]);
  });

  test('asks for no file of a commit that is not there, on a first deployment', async () => {
    const world: ReturnType<typeof deployStory>[] = [];
    const change = (one: ReturnType<typeof deployStory>) => {
      one.github.deployments = [];
      world.push(one);
    };
    await findingOf(deployStory, '{id: own, when: {flag: disabled}, file: {path: NONE}}', { change });

    const asked = world.flatMap(({ github }) => github.asked.map(keyOf));
    expect(asked.filter((key) => key.includes('flagged-code'))).toEqual([]);
  });

  test('is not known where nobody tells the flag', async () => {
    const finding = await findingOf(deployStory, '{id: own, when: {flag: disabled}, file: {path: NONE}}', {
      policy: 'flags: {provider: unleash, url: "https://flags.example"}',
      comparison: { files: files('src/cart/a.ts') },
      change: ({ github }) => {
        github.files.set(place, mapping);
        github.silent.set('flag', unknown('the provider is down', 'wait'));
      },
    });

    expect(finding.outcome).toBe('not-applicable');
  });
});

test('says for the report why nobody knows, although all of it lies behind flags', async () => {
  const rules = 'tiers: {rules: [{id: closed, tier: zero, when: {flag: disabled}}]}';
  const world = deployStory({ policy: `version: 1\nextends: starter@1\n${rules}\nflags: {provider: file}\n` });
  world.github.files.set(place, mapping);
  world.github.files.set('flags.yml', 'other: false');
  const where = { path: '.github/deploy-policy.yml', source: 'trusted', run: world.run } as const;
  const trusted = await trustedPolicy(world.ask, where, vocabulary);
  const policy = effectiveOf(trusted, { environment: 'production', leg: '' });
  const range = { base: sha('b'), sha: sha('c'), files: files('src/cart/a.ts'), complete: true };
  const given = { policy, moment: 'deploy', range } as const;

  const answers = await gather(world.ask, (known) => asksFlagged(given, known));

  expect(flaggedOf(given, answers)).toEqual({
    disabled: undefined,
    because: 'not known whether its flag is off (new-cart: there is no such flag)',
  });
});
