// What a deployment owes after it is done: shown by its gate, judged when it ends, overdue at the next gate, and never closing anything.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { keyOf, unknown } from '../../src/evidence/answer.ts';
import type { CommentFact, IssueFact } from '../../src/evidence/fact.ts';
import type { Question } from '../../src/evidence/question.ts';
import { plain } from '../../src/kit/phrase.ts';
import { checkRunOf } from '../../src/record/keep.ts';
import { pages } from '../../src/report/pages.ts';
import { given } from '../actions/gate.ts';
import { anEvidence, aRecord } from '../record/evidences.ts';
import { aSource } from '../report/stories.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import {
  aCommit,
  aComparison,
  aDeployment,
  aPull,
  aReview,
  aStatus,
  deployStory,
  files,
  minute,
  noon,
  reviewStory,
  sha,
} from './story.ts';

const hour = 60 * minute;
const site = 'https://github.example/octo-org/shop';
const people = `version: 1\nextends: starter@1\nroles: {support: [dave], on-call: [erin], pm: [dave], rm: [erin]}\ntimezone: Europe/Berlin\n`;

function aComment(some: Partial<CommentFact>): CommentFact {
  const author = { login: 'dave', bot: false };
  return { id: 1, author, body: '', createdAt: noon - 30 * minute, edited: false, url: `${site}/pull/470#1`, ...some };
}

function anIssue(some: Partial<IssueFact>): IssueFact {
  const author = { login: 'carol', bot: false };
  const rest = { body: '', author, open: false, createdAt: noon - 60 * minute, url: `${site}/issues/90` };
  return { number: 90, title: 'Deploy v1.7.4', labels: ['deployment'], ...rest, ...some };
}

const since: Question = { kind: 'comparison', base: sha('b'), head: sha('f') };
const changelog: Question = { kind: 'file', path: 'CHANGELOG.md', sha: sha('f') };

interface Scene {
  readonly line: string;
  readonly change?: (world: MemoryWorld) => void;
  /** How long ago the deployment before was done, ms. */
  readonly doneAgo?: number;
}

/** The gate of the next deployment, after v1.7.4 (deployment 8001, pull request 470 by alice) was done 90 minutes ago and owes one line. */
function nextGate({ line, change, doneAgo = 90 * minute }: Scene): MemoryWorld {
  const world = deployStory({ policy: `${people}checklist:\n  - ci-all-green\n  - ${line}\n` });
  const { github } = world;
  const doneAt = noon - doneAgo;
  const statuses = [
    aStatus('in_progress', 'gate open: tier medium, plan canary', doneAt - 30 * minute),
    aStatus('success', 'finished', doneAt),
  ];
  github.deployments = [
    aDeployment({ id: 8001, sha: sha('b'), createdAt: doneAt - 30 * minute, statuses, payload: { tree: sha('6') } }),
  ];
  github.pulls.set(470, aPull({ number: 470, mergedAt: noon - 200 * minute }));
  github.comparisons.set(`${sha('b')}...${sha('f')}`, aComparison({ head: sha('f'), files: files('src/shop.ts') }));
  github.permissions.set('dave', 'write');
  change?.(world);
  return world;
}

async function overdue(scene: Scene) {
  const outcome = await step(nextGate(scene), given());
  expect(outcome).toMatchObject({ verdict: 'open', exit: 0 });
  const id = `owed-8001-${/id: ([a-z-]+)/.exec(scene.line)?.[1] ?? ''}`;
  const row = outcome.evidence?.rows.find((one) => one.id === id);
  return { row, outcome };
}

describe('the gate of a deployment', () => {
  const lines = `checklist:
  - ci-all-green
  - {id: user-complaints-watched, sign-off: support, moment: after, within: 24h}
  - {id: retrospective, moment: after, within: 7d}
  - {id: kpi-reviewed, moment: after, within: 24h, when: {area: payment}}
  - {id: smoke-manual-spot-checks, sign-off: [pm, rm], moment: after, within: 1h, with: {looks-at: [signup, login]}}
`;
  const policy = `${people}areas: {payment: {paths: ["src/pay/**"]}}\n${lines}`;

  test('lists what it will owe with due time, people and words, and is not closed by it', async () => {
    const outcome = await step(deployStory({ policy }), given());

    expect(outcome.verdict).toBe('open');
    expect(outcome.evidence?.rows.map(({ id }) => id)).not.toContain('retrospective');
    const owed = outcome.evidence?.details.find(({ heading }) => heading === 'Owed after this deployment');
    const [, complaints, retrospective, checks] = (owed?.table ?? []).map((row) => row.map((cell) => plain(cell)));
    expect(complaints).toEqual([
      'Complaints of users read',
      '24 h after it is done, about 2026-11-18 10:20 UTC',
      'support',
      '/signoff user-complaints-watched in a review or a comment of #482',
    ]);
    expect(retrospective?.slice(2)).toEqual([
      'anybody who may write',
      'by a closed issue that names it, with the label retrospective, or /signoff retrospective in a review or a comment of #482',
    ]);
    expect(checks?.[3]).toBe(
      'look at signup, login, then /signoff smoke-manual-spot-checks in a review or a comment of #482',
    );
    expect(outcome.evidence?.found.owed).toEqual([
      'user-complaints-watched',
      'retrospective',
      'smoke-manual-spot-checks',
    ]);
  });

  test('shows them in the comment', async () => {
    const { evidence } = await step(deployStory({ policy }), given());
    const record = aRecord(evidence ?? anEvidence({}), { url: `${site}/runs/1` });
    const comment = pages.comment(
      aSource([], [], { records: [record], serverUrl: 'https://github.example', now: noon }),
    );

    expect(comment).toContain('<summary>Owed after this deployment</summary>');
    expect(comment).toContain('`/signoff retrospective`');
  });

  test('asks nothing of earlier deployments on a pull request', async () => {
    const world = reviewStory({ policy });

    await step(world, given());

    expect(world.github.asked.map(({ kind }) => kind)).not.toContain('comments');
  });
});

describe('the next gate', () => {
  const line = '{id: user-complaints-watched, sign-off: support, moment: after, within: 1h}';

  test('warns of what is past its time, with the exact words, and opens all the same', async () => {
    const { row, outcome } = await overdue({ line });

    expect(row).toMatchObject({ outcome: 'warn', required: false, who: 'support', title: 'Complaints of users read' });
    expect(plain(row?.evidence ?? '')).toBe(
      'owed by v1.7.4, overdue since 2026-11-17 09:30 UTC (30 min ago): not signed',
    );
    expect(plain(row?.todo ?? '')).toBe('/signoff user-complaints-watched in a review or a comment of #470');
    expect(outcome.warnings.join()).toContain('Complaints of users read');
  });

  test.each([
    ['a minute before it is due', 59 * minute, false],
    ['at the very instant', 60 * minute, false],
    ['a minute after', 61 * minute, true],
    ['thirty days later', 30 * 24 * hour, true],
    ['when nobody will give it any more', 32 * 24 * hour, false],
  ])('%s', async (_when, doneAgo, listed) => {
    expect((await overdue({ line, doneAgo })).row !== undefined).toBe(listed);
  });

  test.each<[string, Partial<CommentFact>, boolean]>([
    ['the word', { body: '/signoff user-complaints-watched' }, true],
    ['the word among others', { body: 'All quiet.\n/signoff user-complaints-watched' }, true],
    ['another word', { body: '/signoff retrospective' }, false],
    ['a quoted word', { body: '> /signoff user-complaints-watched' }, false],
    ['a word that somebody edited', { body: '/signoff user-complaints-watched', edited: true }, false],
    [
      'a word from before the deployment',
      { body: '/signoff user-complaints-watched', createdAt: noon - 125 * minute },
      false,
    ],
    [
      'the word of somebody else',
      { body: '/signoff user-complaints-watched', author: { login: 'erin', bot: false } },
      false,
    ],
    ['the word of a bot', { body: '/signoff user-complaints-watched', author: { login: 'dave', bot: true } }, false],
    [
      'the word of the author',
      { body: '/signoff user-complaints-watched', author: { login: 'alice', bot: false } },
      false,
    ],
  ])('takes %s in a comment: %#', async (_what, comment, counts) => {
    const { row } = await overdue({ line, change: ({ github }) => void github.comments.set(470, [aComment(comment)]) });

    expect(row === undefined).toBe(counts);
  });

  test('takes it in a review too, not in a dismissed one', async () => {
    const review = aReview({
      author: { login: 'dave', bot: false },
      state: 'commented',
      body: '/signoff user-complaints-watched',
    });
    const judged = (one: typeof review) =>
      overdue({ line, change: ({ github }) => void github.reviews.set(470, [one]) });

    expect((await judged(review)).row).toBeUndefined();
    expect((await judged({ ...review, state: 'dismissed' })).row).toBeDefined();
  });

  test('does not take what cannot be read for given', async () => {
    const { row } = await overdue({
      line,
      change: ({ github }) => github.silent.set('comments', { ...unknown('403', 'ask'), permission: 'issues: read' }),
    });

    expect(row).toMatchObject({ outcome: 'unknown', required: false });
    expect(plain(row?.todo ?? '')).toContain('issues: read');
  });

  test('lists each line by its own time: one past it, one due this very instant, one forgotten', async () => {
    const other = (id: string, within: string) => `\n  - {id: ${id}, moment: after, within: ${within}}`;
    const world = nextGate({
      line: `${line}${other('kpi-reviewed', '31d')}${other('logs-no-errors', '2d')}`,
      doneAgo: 31 * 24 * hour,
    });

    const outcome = await step(world, given());

    // The first was due thirty days and 23 hours ago, the second is due now.
    expect(outcome.evidence?.rows.map(({ id }) => id).filter((id) => id.startsWith('owed-'))).toEqual([
      'owed-8001-logs-no-errors',
    ]);
  });

  test('asks nothing of a deployment that was rolled back: its rollback has its own follow-up', async () => {
    const world = nextGate({ line });
    const [first] = world.github.deployments;
    if (first === undefined) throw new Error('no deployment');
    const back = aStatus('failure', 'rolled back to v1.7.3, deployment 8000', noon - 80 * minute);
    world.github.deployments = [{ ...first, statuses: [...first.statuses, back] }];

    const outcome = await step(world, given());

    expect(outcome.evidence?.rows.some(({ id }) => id.startsWith('owed-'))).toBe(false);
  });

  test('looks at three deployments at most, the newest that have something due', async () => {
    const world = nextGate({ line });
    const older = [8000, 7999, 7998].map((id) => {
      const done = noon - (9100 - id) * minute;
      return aDeployment({ id, sha: sha('d'), statuses: [aStatus('success', 'finished', done)], createdAt: done });
    });
    world.github.deployments = [...world.github.deployments, ...older];

    const outcome = await step(world, given());

    const ids = outcome.evidence?.rows.map(({ id }) => id).filter((id) => id.startsWith('owed-'));
    expect(ids?.map((id) => id.slice(5, 9))).toEqual(['8001', '8000', '7999']);
  });
});

describe('people', () => {
  test('of two roles both sign, each another', async () => {
    const line = '{id: smoke-manual-spot-checks, sign-off: [pm, rm], moment: after, within: 1h}';
    const body = '/signoff smoke-manual-spot-checks';
    const one = aComment({ body });
    const two = aComment({ body, author: { login: 'erin', bot: false } });
    const judged = (comments: readonly CommentFact[]) =>
      overdue({ line, change: ({ github }) => void github.comments.set(470, comments) });

    expect(plain((await judged([one])).row?.evidence ?? '')).toContain('not signed');
    expect((await judged([one, two])).row).toBeUndefined();
  });

  test.each([
    ['write', true],
    ['read', false],
  ] as const)('without a role whoever may %s signs: %s', async (permission, counts) => {
    const { row } = await overdue({
      line: '{id: kpi-reviewed, moment: after, within: 1h}',
      change: ({ github }) => {
        github.permissions.set('dave', permission);
        github.comments.set(470, [aComment({ body: '/signoff kpi-reviewed' })]);
      },
    });

    expect(row === undefined).toBe(counts);
  });

  // Berlin is an hour ahead of UTC; the day has four parts of six hours each.
  test.each([
    ['four rounds in four parts of the day', [0, 6, 12, 18], undefined],
    ['three rounds', [0, 6, 12], '3 of 4 rounds signed'],
    ['four words in three parts', [0, 1, 6, 12], '3 of 4 rounds signed'],
  ])('go the rounds: %s', async (_what, hours, said) => {
    const first = Date.UTC(2026, 10, 15, 23, 30);
    const { row } = await overdue({
      line: '{id: monitor-manual-rounds, sign-off: on-call, moment: after, within: 24h, with: {times: 4}}',
      doneAgo: 35 * hour,
      change: ({ github }) =>
        void github.comments.set(
          470,
          hours.map((at) =>
            aComment({
              body: '/signoff monitor-manual-rounds',
              author: { login: 'erin', bot: false },
              createdAt: first + at * hour,
            }),
          ),
        ),
    });

    expect(row === undefined ? undefined : plain(row.evidence).split(': ').at(-1)).toBe(said);
  });

  test('a deployment without a pull request has nowhere to be signed: unknown, with the ways out', async () => {
    const world = nextGate({ line: '{id: kpi-reviewed, moment: after, within: 1h}' });
    world.github.deployments = world.github.deployments.map((one) => ({
      ...one,
      payload: { ...(one.payload as object), pulls: [] },
    }));

    const { evidence } = await step(world, given());

    expect(evidence?.rows.find(({ id }) => id === 'owed-8001-kpi-reviewed')).toMatchObject({ outcome: 'unknown' });
  });
});

describe('what a machine finds', () => {
  const tag = (name: string, at: string) => (world: MemoryWorld) => void world.github.tags.set(name, at);
  const file = (text: string | undefined) => (world: MemoryWorld) => {
    if (text !== undefined) world.github.files.set('CHANGELOG.md', text);
  };
  const issues =
    (...some: readonly Partial<IssueFact>[]) =>
    (world: MemoryWorld) => {
      world.github.issues = some.map(anIssue);
    };
  const changed =
    (...paths: readonly string[]) =>
    ({ github }: MemoryWorld) =>
      void github.comparisons.set(`${sha('b')}...${sha('f')}`, aComparison({ head: sha('f'), files: files(...paths) }));
  const retro = { labels: ['retrospective'] };

  test.each<[string, string, (world: MemoryWorld) => void, 'given' | 'warn' | 'unknown']>([
    ['git-tag-after', 'a tag of the deployed commit', tag('deploy/7', sha('b')), 'given'],
    ['git-tag-after', 'a tag of another commit', tag('deploy/7', sha('c')), 'warn'],
    ['release-tagged', 'a tag of the deployed commit', tag('v1.7.4', sha('b')), 'given'],
    ['release-tagged', 'no tag', () => {}, 'warn'],
    ['changelog-deployment-entry', 'the version', file('## 1.7.4\n'), 'given'],
    ['changelog-deployment-entry', 'the commit', file(`- ${sha('b').slice(0, 7)}`), 'given'],
    ['changelog-deployment-entry', 'a longer version', file('## 1.7.40 and 1.7.4.1 and 11.7.4'), 'warn'],
    ['changelog-deployment-entry', 'no file', file(undefined), 'warn'],
    ['deployment-issue-closed', 'a closed issue', issues({}), 'given'],
    ['deployment-issue-closed', 'an open issue', issues({ open: true }), 'warn'],
    ['deployment-issue-closed', 'an issue of another version', issues({ title: 'Deploy v1.7.5' }), 'unknown'],
    [
      'deployment-issue-closed',
      'an issue that names the pull request',
      issues({ title: 'x', body: 'Ships #470.' }),
      'given',
    ],
    [
      'deployment-issue-closed',
      'one that names a longer number',
      issues({ title: 'x', body: 'Ships #4701.' }),
      'unknown',
    ],
    ['deployment-issue-closed', 'no issue', issues(), 'unknown'],
    ['retrospective', 'one that was held', issues(retro), 'given'],
    ['retrospective', 'one that is open', issues({ ...retro, open: true }), 'warn'],
    ['retrospective', 'none', issues(), 'unknown'],
    ['lessons-documented', 'lessons', issues({ ...retro, body: '## Lessons\n\nTest it.' }), 'given'],
    ['lessons-documented', 'an empty section', issues({ ...retro, body: '## Lessons\n' }), 'warn'],
    ['lessons-documented', 'no retrospective', issues(), 'unknown'],
    ['runbook-updated-after', 'a changed runbook', changed('docs/runbook.md'), 'given'],
    ['runbook-updated-after', 'an unchanged one', changed('src/a.ts'), 'warn'],
    ['flags-updated-after', 'changed flags', changed('config/flags.yml'), 'given'],
    ['flags-updated-after', 'unchanged ones', changed('src/a.ts'), 'warn'],
    ['deployment-metrics-tracked', 'the record', () => {}, 'given'],
    ['logs-no-errors', 'nobody’s word', () => {}, 'warn'],
    ['security-logs-reviewed', 'nobody’s word', () => {}, 'warn'],
  ])('%s by %s', async (id, _what, change, outcome) => {
    const { row } = await overdue({ line: `{id: ${id}, moment: after, within: 1h}`, change });

    expect(row?.outcome ?? 'given').toBe(outcome);
  });

  test.each([
    ['git-tag-after', 'tags-of'],
    ['retrospective', 'issues'],
    ['runbook-updated-after', keyOf(since)],
    ['changelog-deployment-entry', keyOf(changelog)],
  ])('%s that cannot be read is not given', async (id, key) => {
    const { row } = await overdue({
      line: `{id: ${id}, moment: after, within: 1h}`,
      change: ({ github }) => void github.silent.set(key, unknown('403', 'ask')),
    });

    expect(row?.outcome).toBe('unknown');
  });

  test('a list of tags that was cut is unknown', async () => {
    const world = nextGate({ line: '{id: git-tag-after, moment: after, within: 1h}' });
    const { ask } = world.github;
    const cut: typeof ask = async (question) => {
      const told = await ask(question);
      if (question.kind !== 'tags-of' || told.kind === 'unknown') return told;
      return { ...told, value: { names: [], complete: false } } as typeof told;
    };

    const { evidence } = await step({ ...world, ask: cut }, given());

    expect(evidence?.rows.find(({ id }) => id === 'owed-8001-git-tag-after')).toMatchObject({ outcome: 'unknown' });
  });

  test('a word is as good where no role is named, and says what else would do', async () => {
    const line = '{id: retrospective, moment: after, within: 1h}';
    const open = await overdue({ line });
    const said = await overdue({
      line,
      change: ({ github }) => void github.comments.set(470, [aComment({ body: '/signoff retrospective' })]),
    });

    expect(plain(open.row?.todo ?? '')).toBe(
      'open one that names the version, with the label retrospective, or /signoff retrospective in a review or a comment of #470',
    );
    expect(said.row).toBeUndefined();
  });

  test('evidence of the line’s own is asked too', async () => {
    const line = '{id: logs-no-errors, command: ./ops/logs.sh, moment: after, within: 1h}';
    const judged = (code: number) =>
      overdue({
        line,
        change: ({ github }) =>
          void github.commands.set('"./ops/logs.sh"', { kind: 'known', value: { code, timedOut: false, said: '' } }),
      });

    expect((await judged(0)).row).toBeUndefined();
    expect((await judged(1)).row).toMatchObject({ outcome: 'warn' });
  });

  test('asked before any deployment it says so, and how to write it', async () => {
    const outcome = await step(
      deployStory({ policy: `${people}checklist:\n  - ci-all-green\n  - retrospective\n` }),
      given(),
    );

    const row = outcome.evidence?.rows.find(({ id }) => id === 'retrospective');
    expect(row?.outcome).toBe('unknown');
    expect(plain(row?.todo ?? '')).toContain('moment: after');
  });
});

describe('what a hotfix skipped', () => {
  const policy = `${people}types:
  hotfix: {when: {labels: [hotfix]}, required-only: [ci-all-green], owed: 24h, approvals: []}
  standard: {}
checklist:
  - ci-all-green
  - {id: code-review-approved, with: {count: 1}}
  - {id: changelog-updated, level: required}
`;
  let world: MemoryWorld;

  /** The hotfix goes out without review and changelog; its record is kept; the next gate is so many hours later. */
  async function afterHotfix(hours: number, keep = true): Promise<MemoryWorld> {
    const urgent = aPull({ number: 482, mergedAt: noon, mergeSha: sha('c'), labels: ['hotfix'] });
    world = deployStory({ policy, pulls: [urgent] });
    world.github.reviews.set(482, []);
    const { evidence } = await step(world, given({ version: 'v1.7.5' }));
    if (evidence === undefined) throw new Error('no evidence');
    expect(evidence.found.owed).toEqual(['code-review-approved', 'changelog-updated']);
    const { name, text, externalId } = checkRunOf(evidence);
    const record = aRecord(evidence, { name, text, externalId });
    if (keep) world.github.records.set(sha('c'), [record]);
    await step(world, given({ mode: 'finish' }));
    await world.clock.sleep(hours * hour);
    const next = aPull({ number: 483, headSha: sha('d'), mergedAt: noon + hour, mergeSha: sha('e') });
    world.github.pulls.set(483, next);
    world.github.pullsOf.set(sha('e'), [next]);
    world.github.reviews.set(483, [aReview({ sha: sha('d') })]);
    world.github.comparisons.set(
      `${sha('c')}...${sha('e')}`,
      aComparison({
        base: sha('c'),
        head: sha('e'),
        files: files('CHANGELOG.md'),
        commits: [aCommit({ sha: sha('e'), parents: [sha('c')], tree: sha('8') })],
      }),
    );
    for (const at of ['d', 'e'])
      world.github.commits.set(sha(at), {
        sha: sha(at),
        tree: sha('8'),
        parents: [sha('c')],
        committedAt: noon,
        message: '',
      });
    const [check] = world.github.ci.get(sha('c')) ?? [];
    if (check !== undefined) world.github.ci.set(sha('e'), [check]);
    return { ...world, run: { ...world.run, id: 7002, sha: sha('e') } };
  }

  const rowsOf = async (at: MemoryWorld) => {
    const outcome = await step(at, given());
    expect(outcome.error).toBe('');
    expect(outcome.verdict).toBe('open');
    return outcome.evidence?.rows.filter(({ id }) => id.startsWith('owed-')) ?? [];
  };

  beforeEach(() => {
    world = deployStory();
  });

  test('is owed within its time: quiet before, a warning by the next gate after', async () => {
    expect(await rowsOf(await afterHotfix(24))).toEqual([]);

    const rows = await rowsOf(await afterHotfix(25));

    expect(rows.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['owed-9001-code-review-approved', 'warn'],
      ['owed-9001-changelog-updated', 'warn'],
    ]);
    expect(plain(rows[0]?.todo ?? '')).toBe('/signoff code-review-approved in a review or a comment of #482');
  });

  test('is made up for by a person’s word', async () => {
    const at = await afterHotfix(25);
    at.github.comments.set(482, [
      aComment({ body: '/signoff changelog-updated\n/signoff code-review-approved', createdAt: noon + hour }),
    ]);
    at.github.permissions.set('dave', 'write');

    expect(await rowsOf(at)).toEqual([]);
  });

  test('is unknown too when that record is not signed though a key was given', async () => {
    const at = await afterHotfix(25);
    const records = at.github.records.get(sha('c')) ?? [];
    at.github.records.set(
      sha('c'),
      records.map((record) => ({ ...record, seal: 'unsigned' as const })),
    );

    expect(await rowsOf(at)).toMatchObject([{ id: 'owed-9001', outcome: 'unknown' }]);
  });

  test('is unknown, not nothing, when the record of its gate is gone', async () => {
    const rows = await rowsOf(await afterHotfix(25, false));

    expect(rows).toMatchObject([{ id: 'owed-9001', outcome: 'unknown', title: 'What this hotfix skipped' }]);
  });
});

describe('mode: finish', () => {
  const policy = `${people}checklist:\n  - ci-all-green\n  - {id: retrospective, moment: after, within: 7d}\n  - {id: git-tag-after, moment: after, within: 24h}\n`;

  test('judges what is owed, says until when, and never fails by it', async () => {
    const world = deployStory({ policy });
    world.github.tags.set('deploy/7', sha('c'));
    await step(world, given({ version: 'v1.8.0' }));

    const outcome = await step(world, given({ mode: 'finish' }));

    expect(outcome).toMatchObject({ verdict: 'finished', exit: 0 });
    expect(outcome.table?.title).toBe('Owed after v1.8.0: 1 of 2 open');
    expect(outcome.table?.rows.map((row) => row.slice(0, 3).map((cell) => plain(cell)))).toEqual([
      ['unknown', 'Retrospective', '2026-11-24 10:00 UTC'],
      ['✓', 'Deployment tagged', 'given'],
    ]);
    expect(outcome.result).toMatchObject({ owed: [{ id: 'retrospective', dueAt: '2026-11-24T10:00:00.000Z' }, {}] });
  });

  test('finishes though nothing can be asked', async () => {
    const world = deployStory({ policy });
    await step(world, given());
    for (const kind of ['records', 'reviews', 'comments', 'issues', 'tags-of'])
      world.github.silent.set(kind, unknown('GitHub is down', 'wait'));

    expect(await step(world, given({ mode: 'finish' }))).toMatchObject({ verdict: 'finished', exit: 0 });
  });

  test('says nothing where nothing is owed', async () => {
    const world = deployStory();
    await step(world, given());

    expect((await step(world, given({ mode: 'finish' }))).table).toBeUndefined();
  });
});
