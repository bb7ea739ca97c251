// What only people can vouch for: where their word may stand, how long it holds, and what a line may name instead.
import { describe, expect, test } from '@jest/globals';
import { otherWays } from '../../../src/checklist/attestation.ts';
import { keyOf, known, unknown } from '../../../src/evidence/answer.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { deployStory, findingOf, reviewStory, sha } from '../story.ts';

const folder = '.github/attestations';
const fresh = 'by: dave\nat: 2026-11-10\nexpires: 2027-02-01';

function judged(line: string, files: Readonly<Record<string, string>>, story = deployStory) {
  return findingOf(story, line, {
    change: ({ github }) => {
      for (const [path, text] of Object.entries(files)) github.files.set(path, text);
    },
  });
}

describe('the word of a person', () => {
  test.each([
    ['kill-switches', `${folder}/kill-switches.yml`, fresh, 'pass'],
    ['kill-switches', `${folder}/kill-switches.md`, `---\n${fresh}\n---\n# Why`, 'pass'],
    ['kill-switches', `${folder}/mfa-required.yml`, fresh, 'unknown'],
    ['{id: kill-switches, with: {attestation: ops/kill.md}}', 'ops/kill.md', fresh, 'pass'],
    ['{id: kill-switches, with: {attestation: ops/kill.md}}', `${folder}/kill-switches.yml`, fresh, 'unknown'],
    ['kill-switches', `${folder}/kill-switches.yml`, 'by: dave\nat: 2026-11-10\nexpires: 2026-11-17T10:00:00Z', 'fail'],
    ['kill-switches', `${folder}/kill-switches.yml`, 'by: dave\nat: 2026-11-10\nexpires: 2026-11-17T10:00:01Z', 'pass'],
    ['kill-switches', `${folder}/kill-switches.yml`, 'by: dave\nat: 2026-11-18', 'unknown'],
    ['kill-switches', `${folder}/kill-switches.yml`, 'by: dave\nat: soon', 'unknown'],
    ['kill-switches', `${folder}/kill-switches.yml`, '', 'unknown'],
    ['kill-switches', `${folder}/kill-switches.yml`, 'x'.repeat(1_000_000), 'unknown'],
  ])('%s with %s: %#', async (line, path, text, outcome) => {
    expect((await judged(line, { [path]: text })).outcome).toBe(outcome);
  });

  test('is asked before a merge too', async () => {
    expect((await judged('mfa-required', { [`${folder}/mfa-required.yml`]: fresh }, reviewStory)).outcome).toBe('pass');
  });

  test('that nobody gave is unknown, with every way to give it', async () => {
    const finding = await judged('mfa-required', {});

    expect(finding.outcome).toBe('unknown');
    expect(plain(finding.todo)).toContain(`${folder}/mfa-required.yml`);
    for (const way of ['by:', 'at:']) expect(plain(finding.todo)).toContain(way);
    for (const way of ['command:', 'file:', 'sign-off:', 'expires:'])
      expect(plain(otherWays([finding]))).toContain(way);
    expect(otherWays([{ ...finding, evidence: 'seen' }])).toBe('');
  });

  test('is looked for by name where the list of files was cut short', async () => {
    const change = ({ github }: ReturnType<typeof deployStory>) => {
      github.listed = false;
      github.files.set(`${folder}/mfa-required.md`, fresh);
    };

    expect((await findingOf(deployStory, 'mfa-required', { change })).outcome).toBe('pass');
  });

  const path = `${folder}/mfa-required.yml`;
  const asked = { kind: 'file', path, sha: sha('c') } as const;
  test.each([
    ['list of files', 'paths'],
    ['file', keyOf(asked)],
  ])('is unknown where nobody tells the %s', async (_what, question) => {
    const change = ({ github }: ReturnType<typeof deployStory>) => {
      github.files.set(path, fresh);
      github.silent.set(question, unknown('GitHub is down', 'wait'));
    };

    expect((await findingOf(deployStory, 'mfa-required', { change })).outcome).toBe('unknown');
  });
});

describe('a line may name other evidence instead', () => {
  const told = (code: number) => known({ code, timedOut: false, said: '' });

  test.each([
    [0, 'pass'],
    [1, 'fail'],
  ])('a command that ends with %i: %s', async (code, outcome) => {
    const change = ({ github }: ReturnType<typeof deployStory>) =>
      void github.commands.set('"./ops/buckets.sh"', told(code));

    const finding = await findingOf(deployStory, '{id: object-storage-versioned, command: ./ops/buckets.sh}', {
      change,
    });

    expect(finding).toMatchObject({ outcome, title: 'Object storage keeps versions' });
  });

  test.each([
    ['versioning { enabled = true }', 'pass'],
    ['versioning { enabled = false }', 'fail'],
  ])('a file that says %s: %s', async (text, outcome) => {
    const line = '{id: object-storage-versioned, file: {path: infra/s3.tf, contains: "enabled = true"}}';

    expect((await judged(line, { 'infra/s3.tf': text })).outcome).toBe(outcome);
  });

  test('a person who signs', async () => {
    const finding = await findingOf(deployStory, '{id: object-storage-versioned, sign-off: sre}');

    expect(finding.outcome).toBe('waiting');
  });
});

test('every line that takes a word lets the presets say what is to be attested', () => {
  const shape = vocabulary.criteria.get('payment-api-versioned')?.with?.();

  expect(shape?.safeParse({ versions: ['v1', 'v2'], 'max-age': '30d' }).success).toBe(true);
  expect(shape?.safeParse({ 'max-age': 'soon' }).success).toBe(false);
});
