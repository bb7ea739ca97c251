// The change itself: scores of reviews, flags for trifles, staging's health.
import { describe, expect, test } from '@jest/globals';
import { keyOf, known } from '../../../src/evidence/answer.ts';
import type { ReviewFact } from '../../../src/evidence/fact.ts';
import { aReview, deployStory, files, findingOf, noon, reviewStory, sha } from '../story.ts';

describe('code-review-score', () => {
  const line = '{id: code-review-score, with: {at-least: 90, of: 100}}';
  const said = (...reviews: readonly Partial<ReviewFact>[]) =>
    findingOf(reviewStory, line, {
      change: ({ github }) =>
        void github.reviews.set(
          482,
          reviews.map((one, index) => aReview({ id: index, submittedAt: noon - 1000 + index, ...one })),
        ),
    });
  const carol = { login: 'carol', bot: false };

  test.each([
    ['below', [{ body: 'score: 89/100' }], 'fail'],
    ['at', [{ body: 'Well done.\nScore: 90/100\n' }], 'pass'],
    ['above', [{ body: '/score 91/100' }], 'pass'],
    ['of ten', [{ body: 'score: 9/10' }], 'pass'],
    ['the lowest counts', [{ body: 'score: 95/100' }, { body: 'score: 80/100', author: carol }], 'fail'],
    ['the newest of each counts', [{ body: 'score: 80/100' }, { body: 'score: 95/100' }], 'pass'],
    ['of an older head', [{ body: 'score: 95/100', sha: sha('0') }], 'waiting'],
    ['of the author', [{ body: 'score: 95/100', author: { login: 'alice', bot: false } }], 'waiting'],
    ['of a bot', [{ body: 'score: 95/100', author: { login: 'scorer', bot: true } }], 'waiting'],
    ['not submitted', [{ body: 'score: 95/100', state: 'pending' as const }], 'waiting'],
    ['dismissed', [{ body: 'score: 95/100', state: 'dismissed' as const }], 'waiting'],
    ['in a quote', [{ body: '> score: 95/100' }], 'waiting'],
    ['within words', [{ body: 'I would say score: 95/100 or so' }], 'waiting'],
    ['of nothing', [{ body: 'score: 1/0' }], 'waiting'],
    ['after endless lines', [{ body: `${'\n'.repeat(60_000)}score: 95/100` }], 'pass'],
    ['more than all', [{ body: 'score: 110/100' }], 'unknown'],
    ['no review', [], 'waiting'],
  ])('%s: %#', async (_what, reviews, outcome) => {
    expect((await said(...reviews)).outcome).toBe(outcome);
  });

  test.each([
    ['{"score": 90}', 'pass'],
    ['{"score": 89.9}', 'fail'],
    ['{"score": 9, "of": 10}', 'pass'],
    ['{"score": "90"}', 'unknown'],
    ['{"score": 900}', 'unknown'],
    ['{', 'unknown'],
  ])('a report %s: %s', async (text, outcome) => {
    const own = '{id: code-review-score, with: {at-least: 90, of: 100, report: score.json}}';
    const change = ({ github }: ReturnType<typeof deployStory>) => void github.workspace.set('score.json', text);

    expect((await findingOf(deployStory, own, { change })).outcome).toBe(outcome);
  });
});

describe('no-flag-for-trivial-change', () => {
  const judged = (paths: readonly string[], complete = true) =>
    findingOf(deployStory, 'no-flag-for-trivial-change', { comparison: { files: files(...paths), complete } });

  test.each([
    [['web/main.css', 'config/flags.json'], 'fail'],
    [['locales/de/shop.json', 'src/flags/new.ts'], 'fail'],
    [['web/main.css'], 'pass'],
    [['web/main.css', 'src/shop.ts', 'config/flags.json'], 'not-applicable'],
    [['config/flags.json'], 'not-applicable'],
    [[], 'not-applicable'],
  ])('%j: %s', async (paths, outcome) => {
    expect((await judged(paths)).outcome).toBe(outcome);
  });

  test('is unknown where not all files are known', async () => {
    expect((await judged(['web/main.css'], false)).outcome).toBe('unknown');
  });
});

describe('staging-health-passed', () => {
  const line = '{id: staging-health-passed, with: {http: "https://staging.shop.example/health"}}';
  const question = { kind: 'http', url: 'https://staging.shop.example/health', timeoutMs: 10_000 } as const;
  const reply = (status: number) => known({ kind: 'reply', status, body: '', truncated: false } as const);

  test.each([
    [200, 'pass'],
    [503, 'fail'],
  ])('answers %i: %s', async (status, outcome) => {
    const change = ({ github }: ReturnType<typeof deployStory>) =>
      void github.network.set(keyOf(question), reply(status));

    expect((await findingOf(deployStory, line, { change })).outcome).toBe(outcome);
  });

  test('is unknown where nobody answers or says where to ask, unless somebody attests it', async () => {
    expect((await findingOf(deployStory, line)).outcome).toBe('unknown');
    expect((await findingOf(deployStory, 'staging-health-passed')).outcome).toBe('unknown');
    const change = ({ github }: ReturnType<typeof deployStory>) =>
      void github.files.set('.github/attestations/staging-health-passed.yml', 'by: dave\nat: 2026-11-16');
    expect((await findingOf(deployStory, 'staging-health-passed', { change })).outcome).toBe('pass');
  });
});
