// Attempts to approve what is one's own: whoever had a hand in a change, however it came in, is none of its reviewers.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { ContributionFact, ReviewFact } from '../../src/evidence/fact.ts';
import { aReview, deployStory, minute, noon, policyText, reviewStory, sha } from '../checklist/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { foundBy, given } from './gate.ts';

async function gate(world: MemoryWorld, id = 'code-review-approved') {
  return foundBy(await step(world, given()), id);
}

function hands(...logins: readonly string[]): ContributionFact {
  return { sha: sha('a'), people: logins.map((login) => ({ login, bot: login.endsWith('[bot]') })), strangers: [] };
}

describe.each([
  ['while it is open', reviewStory],
  ['after the merge', deployStory],
])('a reviewer with commits in the pull request, %s', (_when, story) => {
  test.each([
    ['wrote one of them', [hands('alice'), hands('bob')]],
    ['wrote one in other letters', [hands('Bob')]],
    ['stands in a co-author line, committed or pushed one', [hands('alice', 'bob')]],
  ])('who %s does not approve it', async (_what, contributions) => {
    const world = story();
    world.github.contributions.set(482, contributions);

    const found = await gate(world);

    expect(found).toMatchObject({ verdict: 'waiting', outcome: 'waiting' });
    expect(found.evidence).toMatch(/bob \(aaaaaaa(, aaaaaaa)?\) approved what holds commits of their own/);
    expect(found.todo).toMatch(/submit one approving review of .*; it is for somebody who wrote, co-wrote, committed/);
  });

  test('leaves the word to somebody else', async () => {
    const world = story();
    world.github.contributions.set(482, [hands('alice', 'bob')]);
    world.github.permissions.set('carol', 'write');
    world.github.reviews.set(482, [aReview(), aReview({ id: 2, author: { login: 'carol', bot: false } })]);

    expect(await gate(world)).toMatchObject({ outcome: 'pass', evidence: expect.stringContaining('carol') });
  });

  test('may still ask for changes', async () => {
    const world = story();
    world.github.contributions.set(482, [hands('alice', 'bob')]);
    world.github.reviews.set(482, [aReview({ state: 'changes_requested' })]);

    expect((await gate(world)).outcome).toBe('fail');
  });

  test('whom nobody can name is not taken for somebody else', async () => {
    const world = story();
    world.github.silent.set('contributions', unknown('GitHub answered 403', 'add `pull-requests: read`'));

    expect(await gate(world)).toMatchObject({
      verdict: 'closed',
      outcome: 'unknown',
      evidence: expect.stringContaining('who made the commits of #482 cannot be read (GitHub answered 403)'),
    });
  });

  test('is not seen behind an address of nobody’s: the approval counts, and the finding says so', async () => {
    const world = story();
    world.github.contributions.set(482, [{ sha: sha('a'), people: [], strangers: ['Bob @home'] }]);

    expect(await gate(world)).toMatchObject({
      outcome: 'pass',
      evidence: expect.stringContaining('written by nobody GitHub knows, perhaps by a reviewer: Bob @home (aaaaaaa)'),
    });
  });
});

describe('somebody of the role with commits in the pull request', () => {
  const policy = `${policyText}  - {id: schema-read, title: Read, sign-off: lead}\nroles: {lead: [bob]}\ntypes: {standard: {approvals: [{role: lead}]}}\n`;

  test('does not sign a line of the checklist', async () => {
    const world = reviewStory({ policy });
    world.github.reviews.set(482, [aReview({ body: '/signoff schema-read' })]);
    expect((await gate(world, 'schema-read')).outcome).toBe('pass');

    world.github.contributions.set(482, [hands('alice', 'bob')]);

    const found = await gate(world, 'schema-read');
    expect(found.outcome).toBe('waiting');
    expect(found.evidence).toContain('not signed by lead; bob (aaaaaaa) signed what holds commits of their own');
  });

  test.each([
    ['by a review', (world: MemoryWorld) => void world.github.reviews.set(482, [aReview()])],
    [
      'in the job’s environment',
      (world: MemoryWorld) =>
        void world.github.approvals.set(7001, [
          { user: 'Bob', environment: 'production', state: 'approved', comment: '' },
        ]),
    ],
  ])('is no approval %s', async (_how, approve) => {
    const world = deployStory({ policy });
    world.github.reviews.set(482, []);
    approve(world);
    expect((await gate(world, 'approval-lead')).outcome).toBe('pass');

    world.github.contributions.set(482, [hands('alice', 'bob')]);

    expect((await gate(world, 'approval-lead')).outcome).toBe('waiting');
  });

  test('gives no score', async () => {
    const world = reviewStory({ policy: `${policyText}  - {id: code-review-score, with: {at-least: 9, of: 10}}\n` });
    world.github.reviews.set(482, [aReview({ body: 'score: 10/10' })]);
    expect((await gate(world, 'code-review-score')).outcome).toBe('pass');

    world.github.contributions.set(482, [hands('alice', 'bob')]);

    expect((await gate(world, 'code-review-score')).outcome).toBe('waiting');
  });
});

describe('words put into somebody else’s mouth', () => {
  const policy = `${policyText}  - {id: schema-read, title: Read, sign-off: lead, ahead: 1h}\nroles: {lead: [bob]}\n`;
  const said = (given: Partial<ReviewFact>) => {
    const world = reviewStory({ policy });
    world.github.reviews.set(482, [
      aReview({ body: '/signoff schema-read', submittedAt: noon - 120 * minute, ...given }),
    ]);
    return gate(world, 'schema-read');
  };

  test.each<[string, Partial<ReviewFact>, string, string]>([
    ['as it was submitted', {}, 'pass', 'signed by bob'],
    ['that its author changed in time', { edited: 'by-author', editedAt: noon - 61 * minute }, 'pass', 'signed by bob'],
    ['that its author added later', { edited: 'by-author', editedAt: noon - minute }, 'waiting', 'signed by bob'],
    ['that somebody else wrote into it', { edited: 'by-other', editedAt: noon - 90 * minute }, 'waiting', 'not signed'],
  ])('a review %s: %s', async (_what, given, outcome, words) => {
    expect(await said(given)).toMatchObject({ outcome, evidence: expect.stringContaining(words) });
  });

  test('are nobody’s while GitHub does not tell who wrote them', async () => {
    const { edited: _, ...untold } = aReview({ body: '/signoff schema-read', submittedAt: noon - 120 * minute });
    const world = reviewStory({ policy });
    world.github.reviews.set(482, [untold]);

    expect(await gate(world, 'schema-read')).toMatchObject({
      outcome: 'unknown',
      evidence: expect.stringContaining('whether anybody else edited the review of bob'),
    });
  });

  test.each([
    ['Cyrillic letters', '/signoff sсhema-read'],
    ['a full-width slash', '／signoff schema-read'],
    ['a soft hyphen', '/signoff schema\u00ad-read'],
    ['a no-break space', '/signoff\u00a0schema-read'],
    ['a zero-width space', '/signoff schema-read\u200b'],
    ['another dash', '/signoff schema‑read'],
    ['a turned direction', '\u202e/signoff schema-read'],
  ])('look alike with %s, and are no sign-off', async (_what, body) => {
    expect((await said({ body })).outcome).toBe('waiting');
  });

  test('a body of a million lines is read in the time of one', async () => {
    const body = `${'<!-- \n```\n> /signoff schema-read\n'.repeat(20_000)}`;

    expect((await said({ body })).outcome).toBe('waiting');
  });
});
