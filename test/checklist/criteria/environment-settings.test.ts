// Secrets and variables by their names: there, missing, shared, and where the token may not look.
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../../src/evidence/answer.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { deployStory, findingOf, reviewStory } from '../story.ts';

type Names = Readonly<Record<string, readonly string[]>>;
type Texts = Readonly<Record<string, string>>;

function judged(line: string, settings: Names, files: Texts = {}) {
  return findingOf(deployStory, line, {
    change: ({ github }) => {
      for (const [place, names] of Object.entries(settings)) github.settings.set(place, names);
      for (const [path, text] of Object.entries(files)) github.files.set(path, text);
    },
  });
}

function refused(line: string) {
  const change = ({ github }: ReturnType<typeof deployStory>) =>
    void github.silent.set('setting-names', unknown('the token can not read the names', 'give an app’s token'));
  return findingOf(deployStory, line, { change });
}

const word = (id: string) => ({ [`.github/attestations/${id}.yml`]: 'by: dave\nat: 2026-11-16' });

describe('secrets-present-in-environment', () => {
  const line = '{id: secrets-present-in-environment, with: {names: [DB_URL, API_KEY]}}';

  test.each([
    ['both', { 'production/secrets': ['DB_URL', 'API_KEY', 'MORE'] }, 'pass'],
    ['in another case', { 'production/secrets': ['db_url', 'api_key'] }, 'pass'],
    ['one', { 'production/secrets': ['DB_URL'] }, 'fail'],
    ['one in the repository', { 'production/secrets': ['DB_URL'], '/secrets': ['API_KEY'] }, 'fail'],
    ['one in staging', { 'production/secrets': ['DB_URL'], 'staging/secrets': ['API_KEY'] }, 'fail'],
    ['none', {}, 'fail'],
  ])('%s: %#', async (_what, settings, outcome) => {
    expect((await judged(line, settings)).outcome).toBe(outcome);
  });

  test('names what is missing, is unknown where the token may not look, and not asked before a merge', async () => {
    expect(plain((await judged(line, {})).evidence)).toBe('production has no DB_URL, API_KEY');
    const finding = await refused(line);
    expect(finding.outcome).toBe('unknown');
    expect(plain(finding.todo)).toBe('give an app’s token');
    expect((await findingOf(reviewStory, line)).outcome).toBe('asked-at-deploy');
  });

  test('without names somebody’s word counts', async () => {
    const bare = 'secrets-present-in-environment';

    expect((await judged(bare, {})).outcome).toBe('unknown');
    expect((await judged(bare, {}, word(bare))).outcome).toBe('pass');
  });
});

describe('secrets-per-environment', () => {
  const line = 'secrets-per-environment';

  test.each([
    ['its own', line, { 'production/secrets': ['DB_URL'] }, 'pass'],
    ['none of its own', line, { '/secrets': ['DB_URL'] }, 'fail'],
    ['nothing at all', line, {}, 'fail'],
    ['one that all share', line, { 'production/secrets': ['DB_URL'], '/secrets': ['API_KEY'] }, 'fail'],
    ['one that it has itself', line, { 'production/secrets': ['DB_URL'], '/secrets': ['db_url'] }, 'pass'],
    [
      'one that may be shared',
      '{id: secrets-per-environment, with: {shared: [NPM_TOKEN]}}',
      { 'production/secrets': ['DB_URL'], '/secrets': ['NPM_TOKEN'] },
      'pass',
    ],
  ])('%s: %#', async (_what, own, settings, outcome) => {
    expect((await judged(own, settings)).outcome).toBe(outcome);
  });

  test('is unknown where the token may not look, unless a named file attests it', async () => {
    expect((await refused(line)).outcome).toBe('unknown');
    const attested = '{id: secrets-per-environment, with: {attestation: ops/secrets.md}}';
    expect((await judged(attested, {}, { 'ops/secrets.md': 'by: dave\nat: 2026-11-16' })).outcome).toBe('pass');
  });
});

describe('environment-variables-set', () => {
  const example = { '.env.example': '# all of them\nDB_URL=\nREGION=eu # or us\n' };
  const line = 'environment-variables-set';

  test.each([
    ['as variable and as secret', { 'production/variables': ['REGION'], 'production/secrets': ['DB_URL'] }, 'pass'],
    ['in the repository', { '/variables': ['REGION'], '/secrets': ['DB_URL'] }, 'pass'],
    ['one is not', { 'production/variables': ['REGION'] }, 'fail'],
    ['in another environment', { 'staging/variables': ['REGION', 'DB_URL'] }, 'fail'],
  ])('%s: %#', async (_what, settings, outcome) => {
    expect((await judged(line, settings, example)).outcome).toBe(outcome);
  });

  test.each([
    ['DB_URL=x\nREGION=eu', 'pass'],
    ['DB_URL=x\nREGION=', 'fail'],
    ['DB_URL=x', 'fail'],
    ['', 'unknown'],
  ])('a file that says %j: %s', async (text, outcome) => {
    const own = '{id: environment-variables-set, with: {in: config/production.env}}';

    expect((await judged(own, {}, { ...example, 'config/production.env': text })).outcome).toBe(outcome);
  });

  test('takes names of the policy, leaves out what may be, and asks for a word without either', async () => {
    const names = '{id: environment-variables-set, with: {names: [A, B], except: [b]}}';
    const all = '{id: environment-variables-set, with: {names: [A], except: [A]}}';

    expect((await judged(names, { '/variables': ['A'] })).outcome).toBe('pass');
    expect((await judged(names, {})).outcome).toBe('fail');
    expect((await judged(all, {})).outcome).toBe('unknown');
    expect((await judged(line, {})).outcome).toBe('unknown');
    expect((await judged(line, {}, word(line))).outcome).toBe('pass');
    expect((await judged(line, {}, { '.env.example': '\u0000' })).outcome).toBe('unknown');
    expect((await judged('{id: environment-variables-set, with: {in: no.env}}', {}, example)).outcome).toBe('unknown');
  });

  test('is unknown where the token may not look', async () => {
    expect((await refused('{id: environment-variables-set, with: {names: [A]}}')).outcome).toBe('unknown');
  });
});

test.each([
  '{id: secrets-present-in-environment, with: {names: [A]}}',
  'secrets-per-environment',
  '{id: environment-variables-set, with: {names: [A]}}',
])('%s: where the token may not look, somebody’s word counts, fresh or not', async (line) => {
  const id = /[a-z-]{10,}/.exec(line)?.[0] ?? '';
  const given = (text: string) =>
    findingOf(deployStory, line, {
      change: ({ github }) => {
        github.silent.set('setting-names', unknown('the token can not read the names', 'give an app’s token'));
        github.files.set(`.github/attestations/${id}.yml`, text);
      },
    });

  expect((await given('by: dave\nat: 2026-11-16')).outcome).toBe('pass');
  expect((await given('by: dave\nat: 2020-11-16')).outcome).toBe('fail');
});
