// Reviews and sign-offs: whose word counts, for which commit, and what is said when it does not.
import { describe, expect, test } from '@jest/globals';
import { signs } from '../../src/checklist/review.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { Permission, ReviewFact } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import { aPull, aReview, deployStory, findingOf, minute, noon, reviewStory, sha } from './story.ts';

const bob = { login: 'bob', bot: false };
const carol = { login: 'carol', bot: false };
const alice = { login: 'alice', bot: false };

function reviewed(reviews: readonly ReviewFact[], line = 'code-review-approved', permission: Permission = 'write') {
  return findingOf(reviewStory, line, {
    change: ({ github }) => {
      github.reviews.set(482, reviews);
      for (const { author } of reviews) github.permissions.set(author.login, permission);
    },
  });
}

describe('code-review-approved', () => {
  test.each([
    ['an approval of the last head', [aReview()], 'pass'],
    ['an approval of an older head', [aReview({ sha: sha('0') })], 'waiting'],
    ['an approval by the author', [aReview({ author: alice })], 'waiting'],
    ['an approval by the author in other letters', [aReview({ author: { login: 'Alice', bot: false } })], 'waiting'],
    ['an approval by a bot', [aReview({ author: { login: 'renovate[bot]', bot: true } })], 'waiting'],
    ['a dismissed approval', [aReview({ state: 'dismissed' })], 'waiting'],
    ['a comment only', [aReview({ state: 'commented' })], 'waiting'],
    ['a request for changes', [aReview({ state: 'changes_requested' })], 'fail'],
    ['nothing', [], 'waiting'],
  ] as const)('with %s: %s', async (_what, reviews, outcome) => {
    expect((await reviewed(reviews)).outcome).toBe(outcome);
  });

  test.each([
    ['admin', 'pass'],
    ['maintain', 'pass'],
    ['write', 'pass'],
    ['triage', 'waiting'],
    ['read', 'waiting'],
    ['none', 'waiting'],
  ] as const)('an approval with permission %s: %s', async (permission, outcome) => {
    expect((await reviewed([aReview()], 'code-review-approved', permission)).outcome).toBe(outcome);
  });

  test('a comment after the approval does not take it back, a request for changes does, a later approval gives it again', async () => {
    const approved = aReview({ id: 1, submittedAt: noon - 30 * minute });
    const commented = aReview({ id: 2, state: 'commented', submittedAt: noon - 20 * minute });
    const refused = aReview({ id: 3, state: 'changes_requested', submittedAt: noon - 10 * minute });
    const again = aReview({ id: 4, submittedAt: noon - 5 * minute });

    expect((await reviewed([approved, commented])).outcome).toBe('pass');
    expect((await reviewed([approved, refused])).outcome).toBe('fail');
    expect((await reviewed([approved, refused, again])).outcome).toBe('pass');
  });

  test('a request for changes of an older head still blocks', async () => {
    const finding = await reviewed([aReview({ author: carol, state: 'changes_requested', sha: sha('0') }), aReview()]);

    expect(finding).toMatchObject({ outcome: 'fail', who: 'carol' });
  });

  test.each([
    [1, 'waiting'],
    [2, 'pass'],
    [3, 'pass'],
  ] as const)('asks two: with %i approvals %s', async (count, outcome) => {
    const people = ['bob', 'carol', 'dave'].slice(0, count);
    const reviews = people.map((login, id) => aReview({ id, author: { login, bot: false } }));

    expect((await reviewed(reviews, '{id: code-review-approved, with: {count: 2}}')).outcome).toBe(outcome);
  });

  test('two approvals by one person are one', async () => {
    const twice = [aReview({ id: 1 }), aReview({ id: 2, submittedAt: noon })];

    expect((await reviewed(twice, '{id: code-review-approved, with: {count: 2}}')).outcome).toBe('waiting');
  });

  test('is unknown when a reviewer’s permission cannot be read', async () => {
    const finding = await findingOf(reviewStory, 'code-review-approved', {
      change: ({ github }) => github.silent.set('permission', unknown('GitHub answered 403', 'ask again')),
    });

    expect(finding.outcome).toBe('unknown');
    expect(plain(finding.evidence)).toContain('bob');
  });

  test('says what an approval of an older commit is worth', async () => {
    expect(plain((await reviewed([aReview({ sha: sha('0') })])).evidence)).toContain('bob approved an older commit');
  });

  test('after the merge an approval of the pull request’s last head counts', async () => {
    expect((await findingOf(deployStory, 'code-review-approved')).outcome).toBe('pass');
  });
});

describe('the words of a sign-off', () => {
  test.each([
    ['/signoff on-call', true],
    ['Looks good.\n/signoff on-call\r\nThanks', true],
    ['  /signoff on-call  ', true],
    ['/signoff on-call-backup', false],
    ['/signoff', false],
    ['> /signoff on-call', false],
    ['please write /signoff on-call', false],
    ['```\n/signoff on-call\n```', false],
    ['    /signoff on-call', false],
    ['\t/signoff on-call', false],
    ['<!--\n/signoff on-call\n-->', false],
    ['<!-- never closed\n/signoff on-call', false],
    ['<!-- a note --> Good.\n/signoff on-call', true],
    ['```\n~~~\n/signoff on-call\n```', false],
    ['````\n```\n/signoff on-call\n````', false],
    ['```text\nold\n```\n/signoff on-call', true],
    ['``` inline ``` is no fence\n/signoff on-call', true],
  ])('%j: %s', (body, signed) => {
    expect(signs(body, 'on-call')).toBe(signed);
  });
});

describe('a line with a sign-off', () => {
  const line = '{id: schema-read, sign-off: dba}';
  const signed = (given: Partial<ReviewFact> = {}) =>
    aReview({ author: carol, state: 'commented', body: '/signoff schema-read', ...given });

  test.each([
    ['somebody of the role', [signed()], 'pass'],
    ['somebody else', [signed({ author: bob })], 'waiting'],
    ['an older head', [signed({ sha: sha('0') })], 'waiting'],
    ['a dismissed review', [signed({ state: 'dismissed' })], 'waiting'],
    ['a review that was never submitted', [signed({ state: 'pending' })], 'waiting'],
    ['nobody', [], 'waiting'],
  ] as const)('signed by %s: %s', async (_who, reviews, outcome) => {
    expect((await reviewed(reviews, line)).outcome).toBe(outcome);
  });

  test('the author signs nothing, whatever role she holds', async () => {
    const finding = await findingOf(reviewStory, line, {
      pulls: [aPull({ number: 482, author: carol })],
      change: ({ github }) => github.reviews.set(482, [signed()]),
    });

    expect(finding.outcome).toBe('waiting');
  });

  test('names the role and the exact words', async () => {
    const finding = await reviewed([], line);

    expect(finding).toMatchObject({ who: 'dba', awaits: 'people' });
    expect(plain(finding.todo)).toBe('submit a review with the line /signoff schema-read');
  });

  test('a role that nobody holds is unknown, with the line to fill in', async () => {
    const finding = await reviewed([], '{id: schema-read, sign-off: nobody}');

    expect(finding.outcome).toBe('unknown');
    expect(plain(finding.todo)).toContain('roles: nobody:');
  });

  test('of two roles each signs, and not the same person for both', async () => {
    const both = '{id: schema-read, sign-off: [dba, sre]}';

    expect((await reviewed([signed()], both)).outcome).toBe('waiting');
    expect((await reviewed([signed(), signed({ id: 2, author: { login: 'dave', bot: false } })], both)).outcome).toBe(
      'pass',
    );
  });

  test.each([
    [23, 'waiting'],
    [24, 'pass'],
    [25, 'pass'],
  ] as const)('ahead 24h, signed %i hours before the start: %s', async (hours, outcome) => {
    const finding = await reviewed(
      [signed({ submittedAt: noon - hours * 60 * minute })],
      '{id: schema-read, sign-off: dba, ahead: 24h}',
    );

    expect(finding.outcome).toBe(outcome);
  });

  test('a sign-off that binds to the change outlives a new commit', async () => {
    const finding = await reviewed([signed({ sha: sha('0') })], '{id: schema-read, sign-off: dba, binds: change}');

    expect(finding.outcome).toBe('pass');
  });
});

describe('lines that this release cannot ask', () => {
  test('a catalogue line without evidence of its own is unknown, with the two ways out', async () => {
    const finding = await findingOf(deployStory, 'capacity-planned');

    expect(finding).toMatchObject({ outcome: 'unknown', required: true });
    expect(plain(finding.todo)).toContain('sign-off');
    expect(plain(finding.todo)).toContain('level: warn');
  });

  test('a command is not run on a pull request: asked at deploy, and there unknown', async () => {
    const line = '{id: no-orphans, title: No orphaned orders, command: ./ops/orphans.sh}';

    expect((await findingOf(reviewStory, line)).outcome).toBe('asked-at-deploy');
    expect((await findingOf(deployStory, line)).outcome).toBe('unknown');
  });

  test('a line that passes without telling since when does not meet ahead', async () => {
    const line = '{id: rollback-plan-documented, ahead: 7d}';

    const finding = await findingOf(deployStory, line);

    expect(finding.outcome).toBe('unknown');
    expect(plain(finding.todo)).toContain('.github/attestations/rollback-plan-documented.yml');
  });

  test.each([
    ['2026-11-10T10:00:00Z', 'pass'],
    ['2026-11-10T10:01:00Z', 'waiting'],
    ['2026-08-01', 'unknown'],
  ])('somebody’s word beside it, of %s, says since when: %s', async (at, outcome) => {
    const { outcome: found } = await findingOf(deployStory, '{id: rollback-plan-documented, ahead: 7d}', {
      change: ({ github }) =>
        void github.files.set('.github/attestations/rollback-plan-documented.yml', `by: carol\nat: ${at}\n`),
    });

    expect(found).toBe(outcome);
  });

  test('the word alone is not enough: what it is about must be met', async () => {
    const { outcome } = await findingOf(deployStory, '{id: rollback-plan-documented, ahead: 7d}', {
      pulls: [aPull({ number: 482, body: 'no plan', mergedAt: noon - 25 * minute, mergeSha: sha('c') })],
      change: ({ github }) =>
        void github.files.set('.github/attestations/rollback-plan-documented.yml', 'by: carol\nat: 2026-11-01\n'),
    });

    expect(outcome).toBe('fail');
  });
});
