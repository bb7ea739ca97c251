// Who gets through a closed window: the type and the role that the policy names, together, bound to what was approved.
import { describe, expect, test } from '@jest/globals';
import type { ReviewFact } from '../../src/evidence/fact.ts';
import { aPull, aReview, deployStory, findingOf, minute, noon, sha } from './story.ts';

// Roles of the stories: dba is carol, sre are dave and erin.
const closed =
  'windows: {deny: [{dates: "2026-11-01..2026-11-30", reason: freeze}], except: [{type: hotfix, by: dba}, {type: security, by: sre}]}';
const policy = `timezone: Europe/Berlin\ntypes: {hotfix: {when: {labels: [hotfix]}}, security: {when: {labels: [security]}}}\n${closed}`;

const by = (login: string, given: Partial<ReviewFact> = {}) => aReview({ author: { login, bot: false }, ...given });

function window(labels: readonly string[], reviews: readonly ReviewFact[], author = 'alice') {
  const pulls = [aPull({ number: 482, labels, author: { login: author, bot: false }, mergedAt: noon - 25 * minute })];
  return findingOf(deployStory, 'ci-all-green', {
    policy,
    pulls,
    id: 'deploy-window',
    change: ({ github }) => {
      github.reviews.set(482, reviews);
      for (const login of ['alice', 'bob', 'carol', 'dave', 'erin']) github.permissions.set(login, 'write');
    },
  });
}

describe('a closed window', () => {
  test.each([
    ['nobody', [], [], 'waiting'],
    ['a label alone', ['hotfix'], [], 'waiting'],
    ['a label and somebody else’s approval', ['hotfix'], [by('bob')], 'waiting'],
    ['a label and an approval of the role', ['hotfix'], [by('carol')], 'pass'],
    ['an approval of the role without the type', [], [by('carol')], 'waiting'],
    ['the role of another type', ['hotfix'], [by('dave')], 'waiting'],
    ['another type with its own role', ['security'], [by('erin')], 'pass'],
    ['another type with the first one’s role', ['security'], [by('carol')], 'waiting'],
    [
      'a written sign-off of the role',
      ['hotfix'],
      [by('carol', { state: 'commented', body: '/signoff deploy-window' })],
      'pass',
    ],
    [
      'a sign-off of another line',
      ['hotfix'],
      [by('carol', { state: 'commented', body: '/signoff ci-all-green' })],
      'waiting',
    ],
    ['a comment without the words', ['hotfix'], [by('carol', { state: 'commented', body: 'looks fine' })], 'waiting'],
    ['an approval of an older head', ['hotfix'], [by('carol', { sha: sha('9') })], 'waiting'],
  ])('and %s', async (_case, labels, reviews, outcome) => {
    expect((await window(labels, reviews)).outcome).toBe(outcome);
  });

  test('is not opened by the author of the change, whatever role that is', async () => {
    expect((await window(['hotfix'], [by('carol')], 'carol')).outcome).toBe('waiting');
  });
});
