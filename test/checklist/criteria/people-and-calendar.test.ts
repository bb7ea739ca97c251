// People, incidents and the calendar: each criterion at its limit, and what happens where nobody can tell.
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../../src/evidence/answer.ts';
import type { CommentFact, IssueFact } from '../../../src/evidence/fact.ts';
import { plain } from '../../../src/kit/phrase.ts';
import type { MemoryWorld } from '../../world/memory/world.ts';
import { aPull, aReview, deployStory, findingOf, minute, noon, reviewStory, sha } from '../story.ts';

const site = 'https://github.example/octo-org/shop';
const day = 24 * 60 * minute;

function anIssue(some: Partial<IssueFact> = {}): IssueFact {
  const author = { login: 'carol', bot: false };
  const rest = { body: '', author, open: true, createdAt: noon - day, url: `${site}/issues/90` };
  return { number: 90, title: 'Checkout is down', labels: ['incident'], ...rest, ...some };
}

function aComment(some: Partial<CommentFact>): CommentFact {
  const author = { login: 'dave', bot: false };
  return { id: 1, author, body: '', createdAt: noon - 30 * minute, edited: false, url: `${site}/pull/482#1`, ...some };
}

const withIssues =
  (...some: readonly Partial<IssueFact>[]) =>
  (world: MemoryWorld) => {
    world.github.issues = some.map(anIssue);
  };
const silent = (kind: string) => (world: MemoryWorld) => void world.github.silent.set(kind, unknown('403', 'ask'));

describe('open-incident-blocks', () => {
  test.each<[string, string, (world: MemoryWorld) => void, string]>([
    ['no incident', 'open-incident-blocks', () => {}, 'pass'],
    ['an open one', 'open-incident-blocks', withIssues({}), 'fail'],
    ['a closed one', 'open-incident-blocks', withIssues({ open: false }), 'pass'],
    ['one of another label', 'open-incident-blocks', withIssues({ labels: ['outage'] }), 'pass'],
    [
      'one of its own label',
      '{id: open-incident-blocks, with: {label: outage}}',
      withIssues({ labels: ['outage'] }),
      'fail',
    ],
    ['issues that cannot be read', 'open-incident-blocks', silent('issues'), 'unknown'],
  ])('%s', async (_what, line, change, outcome) => {
    expect((await findingOf(deployStory, line, { change })).outcome).toBe(outcome);
  });

  test('names them, and what to do', async () => {
    const four = [90, 91, 92, 93].map((number) => ({ number }));
    const finding = await findingOf(deployStory, 'open-incident-blocks', { change: withIssues(...four) });

    expect(plain(finding.evidence)).toContain('#92 Checkout is down and 1 more are open');
    expect(plain(finding.todo)).toContain('take the label incident off');
  });

  test('is asked at deploy', async () => {
    expect((await findingOf(reviewStory, 'open-incident-blocks')).outcome).toBe('asked-at-deploy');
  });
});

describe('go-recent-incidents-reviewed', () => {
  const line = '{id: go-recent-incidents-reviewed, with: {days: 14}}';
  const closed = (createdAt: number) => withIssues({ open: false, createdAt });

  test.each<[string, (world: MemoryWorld) => void, string]>([
    ['none', () => {}, 'pass'],
    ['one from the last day that counts', closed(noon - 14 * day), 'waiting'],
    ['one from a moment before', closed(noon - 14 * day - 1), 'pass'],
    ['an old one that is open still', withIssues({ createdAt: noon - 90 * day }), 'waiting'],
    ['issues that cannot be read', silent('issues'), 'unknown'],
  ])('%s', async (_what, change, outcome) => {
    expect((await findingOf(deployStory, line, { change })).outcome).toBe(outcome);
  });

  test.each([
    ['of the last head', sha('a'), 'bob', 'pass'],
    ['of an older head', sha('d'), 'bob', 'waiting'],
    ['by the author', sha('a'), 'alice', 'waiting'],
  ])('a review %s says that they were considered: %#', async (_what, at, login, outcome) => {
    const finding = await findingOf(deployStory, line, {
      change: (world) => {
        withIssues({})(world);
        const body = '/signoff go-recent-incidents-reviewed';
        world.github.reviews.set(482, [aReview({ author: { login, bot: false }, sha: at, state: 'commented', body })]);
      },
    });

    expect(finding.outcome).toBe(outcome);
  });

  test('without a pull request nobody can say it', async () => {
    const finding = await findingOf(deployStory, line, {
      change: (world) => {
        withIssues({})(world);
        world.github.pullsOf.set(sha('c'), []);
      },
    });

    expect(finding.outcome).toBe('unknown');
  });
});

describe('deployment-type-hotfix', () => {
  const policy = 'types: {hotfix: {when: {labels: [hotfix]}}, standard: {}}';
  const judged = (body: string, labels: readonly string[], change: (world: MemoryWorld) => void = () => {}) =>
    findingOf(deployStory, '{id: deployment-type-hotfix, with: {issue-labels: [P0, P1]}}', {
      policy,
      pulls: [aPull({ number: 482, body, labels, mergedAt: noon - 25 * minute, mergeSha: sha('c') })],
      change,
    });
  const fault = withIssues({ number: 12, labels: ['P1'] });

  test.each<[string, string, readonly string[], (world: MemoryWorld) => void, string]>([
    ['another type', '', [], () => {}, 'not-applicable'],
    ['a label of its own', '', ['hotfix', 'P0'], () => {}, 'pass'],
    ['an issue that it names', 'Fixes #12', ['hotfix'], fault, 'pass'],
    ['a longer number', 'Fixes #123', ['hotfix'], fault, 'fail'],
    ['an issue of another repository', 'Fixes acme/other#12', ['hotfix'], fault, 'fail'],
    ['an issue of lesser weight', 'Fixes #12', ['hotfix'], withIssues({ number: 12, labels: ['P2'] }), 'fail'],
    ['nothing', 'quick fix', ['hotfix'], fault, 'fail'],
    ['issues that cannot be read', 'Fixes #12', ['hotfix'], silent('issues'), 'unknown'],
  ])('%s', async (_what, body, labels, change, outcome) => {
    expect((await judged(body, labels, change)).outcome).toBe(outcome);
  });

  test('says what to write', async () => {
    const finding = await judged('quick fix', ['hotfix']);

    expect(plain(finding.todo)).toContain(
      'name its issue in the description (Fixes #<number>), with the label P0 or P1; else take the hotfix label off',
    );
  });
});

describe.each([
  ['announcement-sent', 'team', 'stakeholders'],
  ['stakeholder-window-notified', 'stakeholders', 'team'],
])('%s', (id, whom, other) => {
  const said =
    (some: Partial<CommentFact>, permission: 'write' | 'read' = 'write') =>
    (world: MemoryWorld) => {
      world.github.permissions.set('dave', permission);
      world.github.permissions.set('alice', 'write');
      world.github.comments.set(482, [aComment(some)]);
    };
  const announcing = { labels: ['announcement'], body: 'We deploy #482 at noon.' };

  test.each<[string, (world: MemoryWorld) => void, string]>([
    ['nobody’s word', () => {}, 'waiting'],
    ['a line', said({ body: `/announced ${whom} in #deploys` }), 'pass'],
    ['a line for all', said({ body: 'done\n/announced' }), 'pass'],
    ['a line for others', said({ body: `/announced ${other}` }), 'waiting'],
    ['a line in a quote', said({ body: '> /announced' }), 'waiting'],
    ['a line that was edited in', said({ body: '/announced', edited: true }), 'waiting'],
    ['a line of a passer-by', said({ body: '/announced' }, 'read'), 'waiting'],
    ['a line of the author', said({ body: '/announced', author: { login: 'alice', bot: false } }), 'pass'],
    ['a line of a bot', said({ body: '/announced', author: { login: 'x[bot]', bot: true } }), 'waiting'],
    ['an issue that names the pull request', withIssues(announcing), 'pass'],
    ['an issue about something else', withIssues({ ...announcing, body: '#4820' }), 'waiting'],
    ['comments that cannot be read', silent('comments'), 'unknown'],
    ['issues that cannot be read', silent('issues'), 'unknown'],
  ])('%s', async (_what, change, outcome) => {
    expect((await findingOf(deployStory, id, { change })).outcome).toBe(outcome);
  });

  test('the note that announcing leaves counts, a person’s copy of it does not', async () => {
    const body = '<!-- boring-deploys note v1 notice 9001 -->\nDeployment at noon.';
    const bot = said({ body, author: { login: 'github-actions[bot]', bot: true } });

    expect((await findingOf(deployStory, id, { change: bot })).outcome).toBe('pass');
    expect((await findingOf(deployStory, id, { change: said({ body }) })).outcome).toBe('waiting');
  });

  test.each([
    ['24 hours before', day, 'pass'],
    ['a minute less', day - minute, 'waiting'],
  ])('%s, where it must be 24 h ahead: %#', async (_when, before, outcome) => {
    const change = said({ body: '/announced', createdAt: noon - before });

    expect((await findingOf(deployStory, `{id: ${id}, ahead: 24h}`, { change })).outcome).toBe(outcome);
  });

  test('says the words', async () => {
    expect(plain((await findingOf(reviewStory, id)).todo)).toContain(`comment /announced ${whom} on #482`);
  });
});

describe('the calendar', () => {
  // The stories stand on Tuesday 2026-11-17, 11:00 in Berlin.
  const windows = (some: string) => `timezone: Europe/Berlin\nwindows: {${some}}`;

  test.each([
    ['the day before', 'holidays: ["2026-11-18"]', 1, 'waiting'],
    ['two days before', 'holidays: ["2026-11-19"]', 1, 'pass'],
    ['two days before, where two are kept free', 'holidays: ["2026-11-19"]', 2, 'waiting'],
    ['three days before, where two are kept free', 'holidays: ["2026-11-20"]', 2, 'pass'],
    ['the holiday itself: its window says so', 'holidays: ["2026-11-17"]', 1, 'pass'],
    ['a list that is over', 'holidays: ["2025-12-26"]', 1, 'unknown'],
    ['no list', 'otherwise: denied', 1, 'unknown'],
  ])('holidays: %s', async (_what, some, days, outcome) => {
    const line = `{id: deploy-window-holidays, with: {days-before: ${days}}}`;

    expect((await findingOf(deployStory, line, { policy: windows(some) })).outcome).toBe(outcome);
  });

  test('says on which day it may begin, past holidays in a row', async () => {
    const policy = windows('holidays: ["2026-11-18", "2026-11-19", "2026-11-21"]');
    const finding = await findingOf(deployStory, 'deploy-window-holidays', { policy });

    // The 20th is right before the 21st, a holiday.
    expect(plain(finding.todo)).toBe('start on 2026-11-22 or later');
  });

  test('without windows there is nothing to tell', async () => {
    expect((await findingOf(deployStory, 'deploy-window-holidays')).outcome).toBe('unknown');
    expect((await findingOf(deployStory, 'change-freeze')).outcome).toBe('not-applicable');
  });

  test.each([
    ['no freeze', 'deny: [{days: [sun]}]', 'not-applicable', 'the policy names no freeze'],
    [
      'before it',
      'deny: [{dates: "2026-11-18..2026-11-20"}]',
      'pass',
      'the next freeze is from 2026-11-18 to 2026-11-20',
    ],
    [
      'its first day',
      'deny: [{dates: "2026-11-17..2026-11-20", reason: sale}]',
      'waiting',
      'frozen from 2026-11-17 to 2026-11-20 (sale)',
    ],
    ['its last day', 'deny: [{dates: "2026-11-10..2026-11-17"}]', 'waiting', 'frozen from 2026-11-10 to 2026-11-17'],
    ['the day after', 'deny: [{dates: "2026-11-10..2026-11-16"}]', 'pass', 'no freeze is planned'],
  ])('freezes: %s', async (_what, some, outcome, words) => {
    const finding = await findingOf(deployStory, 'change-freeze', { policy: windows(some) });

    expect([finding.outcome, plain(finding.evidence)]).toEqual([outcome, words]);
  });
});
