// Every question GitHub and the workspace can answer: told, refused, missing, and told after trouble.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Question } from '../../../src/evidence/question.ts';
import { gather } from '../../../src/evidence/round.ts';
import type { FakeRepository, NewToken } from '../../world/github/fake.ts';
import { blobSha } from '../../world/github/objects.ts';
import { begin, type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const now = Date.parse(begin);
const nowhere = 'f'.repeat(40);

interface Kind {
  readonly kind: Question['kind'];
  /** Puts what is asked for in place. */
  readonly given: (repo: FakeRepository) => { readonly question: Question; readonly told: unknown };
  /** Asks for what is not there; what the answer then says. */
  readonly missing?: { readonly question: Question; readonly told?: unknown; readonly because?: string };
  /** The request that trouble strikes. */
  readonly route: string;
  /** What a token without permissions is told to add. */
  readonly permission?: string;
  readonly token?: NewToken;
}

const shop = '/repos/octo-org/shop';
const people = { login: 'octocat', bot: false };

const kinds: readonly Kind[] = [
  {
    kind: 'default-branch',
    given: (repo) => ({ question: { kind: 'default-branch' }, told: { name: 'main', sha: repo.head() } }),
    route: 'POST /graphql',
    permission: 'contents: read',
  },
  {
    kind: 'commit',
    given(repo) {
      const made = repo.commit({ files: { 'a.ts': 'a' }, message: 'Add a' });
      const { sha, tree, parents } = made;
      return { question: { kind: 'commit', sha }, told: { sha, tree, parents, committedAt: now, message: 'Add a' } };
    },
    missing: { question: { kind: 'commit', sha: nowhere }, because: `GitHub does not know the commit ${nowhere}` },
    route: `GET ${shop}/commits/*`,
    permission: 'contents: read',
  },
  {
    kind: 'paths',
    given(repo) {
      const { sha } = repo.commit({ files: { 'deploy/a.yml': 'a' }, message: 'Add a' });
      const told = { paths: expect.arrayContaining(['deploy/a.yml']), complete: true };
      return { question: { kind: 'paths', sha }, told };
    },
    route: `GET ${shop}/git/trees/*`,
    permission: 'contents: read',
  },
  {
    kind: 'comparison',
    given(repo) {
      const base = repo.head();
      const head = repo.commit({ files: { 'a.ts': 'a\n', 'README.md': null }, message: 'Add a' });
      const commits = [expect.objectContaining({ sha: head.sha, message: 'Add a' })];
      const files = expect.arrayContaining([
        expect.objectContaining({ path: 'a.ts', status: 'added', additions: 1, deletions: 0 }),
        expect.objectContaining({ path: 'README.md', status: 'removed', additions: 0, deletions: 1 }),
      ]);
      const told = { base, head: head.sha, mergeBase: base, status: 'ahead', files, commits, complete: true };
      return { question: { kind: 'comparison', base, head: head.sha }, told: expect.objectContaining(told) };
    },
    missing: {
      question: { kind: 'comparison', base: nowhere, head: nowhere },
      because: `GitHub can not compare ${nowhere} with ${nowhere}`,
    },
    route: `GET ${shop}/compare/**`,
    permission: 'contents: read',
  },
  {
    kind: 'pulls-of',
    given(repo) {
      repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
      const pull = repo.openPull({ title: 'Add a', branch: 'topic', author: 'alice', labels: ['hotfix'], body: 'Why' });
      const merged = repo.merge(pull, 'squash');
      const told = { number: pull.number, title: 'Add a', mergeSha: merged.sha, mergedAt: now, labels: ['hotfix'] };
      return { question: { kind: 'pulls-of', sha: merged.sha }, told: [expect.objectContaining(told)] };
    },
    missing: { question: { kind: 'pulls-of', sha: nowhere }, because: `GitHub does not know the commit ${nowhere}` },
    route: `GET ${shop}/commits/*/pulls`,
    permission: 'pull-requests: read',
  },
  {
    kind: 'pulls-from',
    given(repo) {
      const { sha: headSha } = repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
      repo.branch('easy');
      const first = repo.openPull({ title: 'Add a', branch: 'topic' });
      const second = repo.openPull({ title: 'Add a', branch: 'topic', base: 'easy' });
      const told = [
        { number: first.number, headSha, baseRef: 'main' },
        { number: second.number, headSha, baseRef: 'easy' },
      ];
      return { question: { kind: 'pulls-from', ref: 'topic' }, told };
    },
    missing: { question: { kind: 'pulls-from', ref: 'nowhere' }, told: [] },
    route: 'POST /graphql',
    permission: 'pull-requests: read',
  },
  {
    kind: 'pull',
    given(repo) {
      const base = repo.head();
      const head = repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
      const pull = repo.openPull({ title: 'Add a', branch: 'topic', labels: ['hotfix'] });
      const told = {
        number: pull.number,
        title: 'Add a',
        author: people,
        headSha: head.sha,
        headRef: 'topic',
        baseRef: 'main',
        baseSha: base,
        fork: false,
        labels: ['hotfix'],
        body: '',
        url: `https://github.com/octo-org/shop/pull/${pull.number}`,
      };
      return { question: { kind: 'pull', number: pull.number }, told };
    },
    missing: { question: { kind: 'pull', number: 404 }, because: 'GitHub finds no pull request #404' },
    route: `GET ${shop}/pulls/*`,
    permission: 'pull-requests: read',
  },
  {
    kind: 'pull-files',
    given(repo) {
      const base = repo.head();
      const head = repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
      // What others merge meanwhile is not this pull request's.
      repo.commit({ files: { 'b.ts': 'b' } });
      const pull = repo.openPull({ title: 'Add a', branch: 'topic' });
      const files = [expect.objectContaining({ path: 'a.ts', status: 'added' })];
      const told = expect.objectContaining({ mergeBase: base, head: head.sha, files });
      return { question: { kind: 'pull-files', number: pull.number }, told };
    },
    missing: { question: { kind: 'pull-files', number: 404 }, because: 'GitHub finds no pull request #404' },
    route: `GET ${shop}/compare/**`,
    permission: 'pull-requests: read',
  },
  {
    kind: 'reviews',
    given(repo) {
      const head = repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
      const pull = repo.openPull({ title: 'Add a', branch: 'topic' });
      const review = repo.review(pull, { user: 'bob', body: '/signoff on-call' });
      const url = `https://github.com/octo-org/shop/pull/${pull.number}#pullrequestreview-${review.id}`;
      const author = { login: 'bob', bot: false };
      const body = '/signoff on-call';
      const told = [
        { id: review.id, author, state: 'approved', sha: head.sha, body, submittedAt: now, edited: 'never', url },
      ];
      return { question: { kind: 'reviews', pull: pull.number }, told };
    },
    missing: { question: { kind: 'reviews', pull: 404 }, because: 'GitHub finds no pull request #404' },
    route: 'POST /graphql',
    permission: 'pull-requests: read',
  },
  {
    kind: 'contributions',
    given(repo) {
      const email = (login: string) => `${repo.hub.user(login).id}+${login}@users.noreply.github.com`;
      const message = (who: string) => `Add it\n\nCo-authored-by: ${who} <${email(who)}>`;
      const taken = (headline: string) => `${headline}\n\nCo-authored-by: carol <${email('carol')}>`;
      const batch = 'Apply suggestions from code review';
      const commit = (made: object) => repo.commit({ branch: 'topic', ...made }).sha;
      const all = [
        [commit({ author: 'alice', message: message('carol') }), ['alice', 'carol'], []],
        [commit({ author: 'alice', committer: 'bob' }), ['alice', 'bob'], []],
        [commit({ author: 'alice', committer: 'web-flow', message: 'By the page' }), ['alice'], []],
        [
          commit({ author: 'alice', committer: 'web-flow', message: taken('Apply suggestion from @carol') }),
          ['alice'],
          [],
        ],
        [commit({ author: 'alice', committer: 'web-flow', message: taken(batch) }), ['alice'], []],
        [commit({ author: 'carol', committer: 'web-flow', message: taken(batch) }), ['carol'], []],
        [commit({ author: 'alice', message: taken(batch) }), ['alice', 'carol'], []],
        [commit({ author: 'alice', committer: 'web-flow', message: taken('Add it (#7)') }), ['alice', 'carol'], []],
        [commit({ author: 'mallory', unmapped: true }), [], ['mallory']],
        [commit({ author: 'renovate[bot]' }), ['renovate[bot]'], []],
      ] as const;
      const pull = repo.openPull({ title: 'Add a', branch: 'topic' });
      const told = all.map(([sha, people, strangers]) => ({
        sha,
        people: people.map((login) => ({ login, bot: login.endsWith('[bot]') })),
        strangers,
      }));
      return { question: { kind: 'contributions', pull: pull.number }, told };
    },
    missing: { question: { kind: 'contributions', pull: 404 }, because: 'GitHub finds no pull request #404' },
    route: 'POST /graphql',
    permission: 'pull-requests: read',
  },
  {
    kind: 'ci',
    given(repo) {
      const sha = repo.head();
      repo.checkRun({ sha, name: 'lint', conclusion: 'success', app: 'linter' });
      const told = expect.objectContaining({ name: 'lint', app: 'linter', status: 'completed', conclusion: 'success' });
      return { question: { kind: 'ci', sha }, told: [told] };
    },
    missing: { question: { kind: 'ci', sha: nowhere }, because: `GitHub does not know the commit ${nowhere}` },
    route: `GET ${shop}/commits/*/check-runs`,
    permission: 'checks: read, statuses: read, actions: read',
  },
  {
    kind: 'records',
    given(repo) {
      const sha = repo.head();
      const name = 'boring-deploys / smoke-test / staging';
      repo.checkRun({ sha, name: 'lint', conclusion: 'success' });
      repo.checkRun({ sha, name, status: 'in_progress' });
      const made = repo.checkRun({
        sha,
        name,
        conclusion: 'neutral',
        externalId: 'v1:1',
        output: { title: 't', summary: 's', text: '{"a":1}' },
      });
      const told = {
        id: made.id,
        name,
        app: 'github-actions',
        sha,
        conclusion: 'neutral',
        externalId: 'v1:1',
        text: '{"a":1}',
        completedAt: now,
        url: expect.stringContaining(String(made.id)),
      };
      return { question: { kind: 'records', sha }, told: [told] };
    },
    missing: { question: { kind: 'records', sha: nowhere }, because: `GitHub does not know the commit ${nowhere}` },
    route: `GET ${shop}/commits/*/check-runs`,
    permission: 'checks: read',
  },
  {
    kind: 'deployments',
    given(repo) {
      const made = repo.deployment({
        environment: 'staging',
        payload: { marker: 'x' },
        description: 'd',
        statuses: [{ state: 'in_progress', description: 'one', logUrl: 'https://l' }, { state: 'success' }],
      });
      const creator = 'github-actions[bot]';
      const told = {
        id: made.id,
        sha: repo.head(),
        ref: 'main',
        task: 'deploy',
        environment: 'staging',
        description: 'd',
        payload: { marker: 'x' },
        creator,
        createdAt: now,
        statuses: [
          { state: 'in_progress', description: 'one', createdAt: now, logUrl: 'https://l', creator },
          { state: 'success', description: '', createdAt: now, logUrl: '', creator },
        ],
      };
      return { question: { kind: 'deployments', environment: 'staging' }, told: [told] };
    },
    missing: { question: { kind: 'deployments', environment: 'nowhere' }, told: [] },
    route: 'POST /graphql',
    permission: 'deployments: read',
  },
  {
    kind: 'environments',
    given(repo) {
      repo.deployment({ environment: 'staging' });
      repo.deployment({ environment: 'production' });
      return { question: { kind: 'environments' }, told: ['staging', 'production'] };
    },
    route: `GET ${shop}/environments`,
    permission: 'actions: read',
  },
  {
    kind: 'run',
    given(repo) {
      const made = repo.workflowRun({ path: '.github/workflows/deploy.yml', conclusion: 'failure', attempt: 2 });
      const told = {
        id: made.id,
        attempt: 2,
        path: '.github/workflows/deploy.yml',
        event: 'push',
        headSha: repo.head(),
        headBranch: 'main',
        status: 'completed',
        conclusion: 'failure',
        createdAt: now,
        actor: 'octocat',
        url: `https://github.com/octo-org/shop/actions/runs/${made.id}`,
      };
      return { question: { kind: 'run', id: made.id }, told };
    },
    missing: { question: { kind: 'run', id: 404 }, because: 'GitHub finds no workflow run 404' },
    route: `GET ${shop}/actions/runs/*`,
    permission: 'actions: read',
  },
  {
    kind: 'workflow-runs',
    given(repo) {
      const path = '.github/workflows/caretaker.yml';
      const older = repo.workflowRun({ path, conclusion: 'success', at: '2026-11-20T12:00:00Z' });
      const newer = repo.workflowRun({ path, status: 'in_progress', at: '2026-11-20T13:00:00Z' });
      const told = [expect.objectContaining({ id: newer.id }), expect.objectContaining({ id: older.id })];
      return { question: { kind: 'workflow-runs', workflow: path }, told };
    },
    missing: { question: { kind: 'workflow-runs', workflow: 'no.yml' }, because: 'there is no workflow no.yml' },
    route: `GET ${shop}/actions/workflows/*/runs`,
    permission: 'actions: read',
  },
  {
    kind: 'approvals',
    given(repo) {
      const run = repo.workflowRun({
        path: '.github/workflows/deploy.yml',
        approvals: [
          { user: 'alice', state: 'approved', comment: 'go', environments: ['production', 'eu'] },
          { user: 'bob', state: 'pending', environments: ['production'] },
        ],
      });
      for (const name of ['production', 'eu']) repo.environment(name);
      const told = ['production', 'eu'].map((environment) => {
        return { user: 'alice', environment, state: 'approved', comment: 'go' };
      });
      return { question: { kind: 'approvals', runId: run.id }, told };
    },
    missing: { question: { kind: 'approvals', runId: 404 }, because: 'GitHub finds no workflow run 404' },
    route: `GET ${shop}/actions/runs/*/approvals`,
    permission: 'actions: read',
  },
  {
    kind: 'permission',
    given(repo) {
      repo.collaborator('alice', 'maintain');
      return { question: { kind: 'permission', login: 'alice' }, told: 'maintain' };
    },
    missing: { question: { kind: 'permission', login: 'dependabot[bot]' }, told: 'none' },
    route: `GET ${shop}/collaborators/*/permission`,
  },
  {
    kind: 'team-members',
    given() {
      ground.fake.team('octo-org/sre', ['carol', 'dan']);
      return { question: { kind: 'team-members', team: '@octo-org/sre' }, told: ['carol', 'dan'] };
    },
    missing: {
      question: { kind: 'team-members', team: 'octo-org/nobody' },
      because: 'the token can not read the team @octo-org/nobody, or there is none of that name',
    },
    route: 'GET /orgs/octo-org/teams/sre/members',
    token: { permissions: { members: 'read' } },
  },
  {
    kind: 'environment-reviewers',
    given(repo) {
      repo.environment('production', { reviewers: ['alice'] });
      return { question: { kind: 'environment-reviewers', environment: 'production' }, told: ['alice'] };
    },
    missing: {
      question: { kind: 'environment-reviewers', environment: 'nowhere' },
      because: 'the repository has no environment nowhere',
    },
    route: `GET ${shop}/environments/production`,
    permission: 'actions: read',
  },
  {
    kind: 'file',
    given(repo) {
      const { sha } = repo.commit({ files: { '.github/deploy policy.yml': 'schema: 1 # ü\n' } });
      const path = '.github/deploy policy.yml';
      const url = `https://github.com/octo-org/shop/blob/${sha}/.github/deploy%20policy.yml`;
      return {
        question: { kind: 'file', path, sha },
        told: { path, found: true, text: 'schema: 1 # ü\n', at: sha, url },
      };
    },
    missing: { question: { kind: 'file', path: 'README.md', sha: nowhere }, because: 'No commit found' },
    route: `GET ${shop}/contents/**`,
    permission: 'contents: read',
  },
  {
    kind: 'foreign-file',
    given() {
      const platform = ground.fake.repository('octo-org/platform', { private: true });
      const { sha } = platform.commit({ files: { 'deploy/base.yml': 'version: 1 # ü\n' } });
      const path = 'deploy/base.yml';
      const url = `https://github.com/octo-org/platform/blob/${sha}/deploy/base.yml`;
      return {
        question: { kind: 'foreign-file', repository: 'octo-org/platform', path, sha },
        told: { path, found: true, text: 'version: 1 # ü\n', at: sha, url },
      };
    },
    missing: {
      question: { kind: 'foreign-file', repository: 'octo-org/shop', path: 'README.md', sha: nowhere },
      because: 'No commit found',
    },
    route: 'GET /repos/octo-org/platform/contents/**',
    permission: 'contents: read',
  },
];

describe.each(kinds.map((each) => ({ ...each, name: each.kind })))('$name', ({ given, route, token }) => {
  const asked = () => ground.github({}, token).ask;

  test('is told', async () => {
    const { question, told } = given(ground.repo);

    expect(await asked()(question)).toEqual({ kind: 'known', value: told });
    ground.fake.assertClean();
  });

  test.each([
    ['a 500', { status: 500 }],
    ['a 502', { status: 502 }],
    ['an answer that broke off', { status: 200, body: '{"data": {"reposit' }],
    ['a limit of one second', { status: 429, retryAfter: 1 }],
    ['a secondary limit', { status: 403, retryAfter: 1 }],
  ])('is told after %s', async (_trouble, fault) => {
    const { question, told } = given(ground.repo);
    ground.fake.faults.add({ match: route, ...fault });

    expect(await asked()(question)).toEqual({ kind: 'known', value: told });
    expect(ground.pauses).toHaveLength(1);
    ground.fake.assertClean();
  });

  test('is told after a broken connection', async () => {
    const { question, told } = given(ground.repo);
    ground.fake.faults.add({ match: route, reset: true });

    expect(await asked()(question)).toEqual({ kind: 'known', value: told });
    // On a connection that was used before it is asked anew at once: such a one may close at any time.
    expect(ground.pauses.length).toBeLessThanOrEqual(1);
    ground.fake.assertClean();
  });

  test('is unknown while answers break off, never empty', async () => {
    const { question } = given(ground.repo);
    ground.fake.faults.add({ match: /./, times: Number.POSITIVE_INFINITY, status: 200, body: '[{"id"' });

    expect(await asked()(question)).toMatchObject({ kind: 'unknown', because: expect.stringContaining('broke off') });
  });

  test('is unknown while GitHub is down, never empty', async () => {
    const { question } = given(ground.repo);
    const ask = asked();
    ground.fake.down();

    expect(await ask(question)).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('connection to GitHub'),
    });
  });

  test('is unknown with an expired token, saying so', async () => {
    const { question } = given(ground.repo);
    const { ask } = ground.github({ token: 'ghs_expired' });

    const because = expect.stringContaining('does not accept the token (401)');
    expect(await ask(question)).toMatchObject({ kind: 'unknown', because });
  });
});

test.each(
  kinds.flatMap(({ kind, given, permission }) => (permission === undefined ? [] : [{ kind, given, permission }])),
)('$kind without $permission is unknown and names it', async ({ given, permission }) => {
  const { question } = given(ground.repo);
  const { ask } = ground.github({}, { permissions: {} });

  const answer = await ask(question);

  const lines = permission.split(', ').map((each) => `\`${each}\``);
  expect(answer).toEqual({
    kind: 'unknown',
    because: expect.stringContaining(`the token lacks ${lines.join(', ')}`),
    remedy: `add ${lines.join(', ')} under \`permissions:\` of this job`,
    permission,
  });
  ground.fake.assertClean();
});

test.each(kinds.flatMap(({ kind, missing, token }) => (missing === undefined ? [] : [{ kind, ...missing, token }])))(
  '$kind of what is not there says so',
  async ({ question, told, because, token }) => {
    const answer = await ground.github({}, token).ask(question);

    if (because === undefined) expect(answer).toEqual({ kind: 'known', value: told });
    else expect(answer).toMatchObject({ kind: 'unknown', because: expect.stringContaining(because) });
    ground.fake.assertClean();
  },
);

test('a team is unknown to the token of a workflow, with what reads it', async () => {
  ground.fake.team('octo-org/sre', ['carol']);

  const answer = await ground.github().ask({ kind: 'team-members', team: '@octo-org/sre' });

  expect(answer).toMatchObject({ kind: 'unknown', remedy: expect.stringContaining('a token that reads teams') });
});

test('a pull request from a fork still reads, and is told the permission that would let it read more', async () => {
  const pull = { number: 1, headSha: 'a', baseSha: 'b', fork: true, labels: [] };
  const token = { permissions: { contents: 'read' }, fork: true } as const;
  const { ask } = ground.github({ run: { event: 'pull_request', id: 7, pull } }, token);
  const sha = ground.repo.head();

  expect(await ask({ kind: 'commit', sha })).toMatchObject({ kind: 'known' });
  expect(await ask({ kind: 'deployments', environment: 'production' })).toMatchObject({
    kind: 'unknown',
    permission: 'deployments: read',
  });
  ground.fake.assertClean();
});

describe('the names of settings', () => {
  const secrets = { kind: 'setting-names', of: 'secrets', environment: 'Production' } as const;
  const app = { permissions: { environments: 'read', secrets: 'read', variables: 'read' } } as const;

  test('are told page by page, of an environment and of the repository', async () => {
    const names = [...Array(101).keys()].map((number) => `KEY_${number}`);
    ground.repo.environment('production');
    ground.repo.settings.set('production/secrets', names);
    ground.repo.settings.set('production/variables', ['REGION']);
    ground.repo.settings.set('/secrets', ['SHARED']);
    const { ask } = ground.github({}, app);

    expect(await ask(secrets)).toEqual({ kind: 'known', value: names });
    expect(await ask({ ...secrets, of: 'variables' })).toEqual({ kind: 'known', value: ['REGION'] });
    expect(await ask({ ...secrets, environment: '' })).toEqual({ kind: 'known', value: ['SHARED'] });
    expect(await ask({ ...secrets, of: 'variables', environment: '' })).toEqual({ kind: 'known', value: [] });
    ground.fake.assertClean();
  });

  test('are unknown to the token of a workflow, with the one that reads them, and of no environment', async () => {
    ground.repo.environment('production');

    const workflow = { permissions: { contents: 'read', deployments: 'write' } } as const;
    expect(await ground.github({}, workflow).ask(secrets)).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('the token can not read the names of secrets of Production'),
      remedy: expect.stringContaining('`Environments: read`'),
    });
    expect(await ground.github({}, app).ask({ ...secrets, environment: 'moon' })).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('the repository has no environment moon'),
    });
    ground.fake.assertClean();
  });
});

describe('the hands on a pull request', () => {
  test('are those that pushed its head too, where a check of its branch names the push', async () => {
    ground.repo.commit({ branch: 'topic', files: { 'a.ts': 'a' }, author: 'alice', pusher: 'bob' });
    const pull = ground.repo.openPull({ title: 'Add a', branch: 'topic', author: 'alice' });
    const question = { kind: 'contributions', pull: pull.number } as const;
    const people = async () => {
      const told = await ground.github().ask(question);
      return told.kind === 'known' ? told.value.flatMap((one) => one.people.map(({ login }) => login)) : [];
    };

    expect(await people()).toEqual(['alice', 'bob']);
    ground.repo.branches.delete('topic');
    ground.repo.branches.set('of-somebody-else', pull.headSha);
    expect(await people()).toEqual(['alice']);
    ground.repo.branches.delete('of-somebody-else');
    expect(await people()).toEqual(['alice', 'bob']);
    ground.fake.assertClean();
  });

  test('are told page by page, and over REST up to what GitHub lists there', async () => {
    const commits = (count: number) => {
      for (let index = 0; index < count; index += 1)
        ground.repo.commit({ branch: 'topic', files: { 'a.ts': `${index}` }, author: 'alice' });
      return ground.repo.openPull({ title: 'Add a', branch: 'topic' }).number;
    };
    const { ask, calls } = ground.github();
    const long = await ask({ kind: 'contributions', pull: commits(250) });
    expect(long.kind === 'known' && long.value).toHaveLength(250);
    expect(calls()).toBe(3);

    ground.fake.faults.add({
      match: 'POST /graphql',
      times: Number.POSITIVE_INFINITY,
      status: 501,
      body: { message: 'No' },
    });
    expect(await ground.github().ask({ kind: 'contributions', pull: commits(0) })).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('only 250 commits'),
    });
  });
});

describe('the reviews of a pull request', () => {
  test('say who edited them, as far as GitHub tells, and are read to the last page', async () => {
    ground.repo.commit({ branch: 'topic', files: { 'a.ts': 'a' }, author: 'alice' });
    const pull = ground.repo.openPull({ title: 'Add a', branch: 'topic', author: 'alice' });
    for (let index = 0; index < 101; index += 1) ground.repo.review(pull, { user: 'bob', body: `${index}` });
    const [first, second] = pull.reviews;
    if (first === undefined || second === undefined) throw new Error('no reviews');
    ground.repo.editReview(first, 'mallory', '/signoff on-call');
    ground.repo.editReview(second, 'bob', '/signoff on-call');
    const edits = async () => {
      const told = await ground.github().ask({ kind: 'reviews', pull: pull.number });
      return told.kind === 'known' ? told.value.map(({ edited }) => edited) : [];
    };

    expect(await edits()).toEqual(['by-other', 'by-author', ...Array.from({ length: 99 }, () => 'never')]);
    ground.fake.assertClean();
    ground.fake.faults.add({
      match: 'POST /graphql',
      times: Number.POSITIVE_INFINITY,
      status: 501,
      body: { message: 'No' },
    });
    expect(new Set(await edits())).toEqual(new Set([undefined]));
  });
});

describe('a file', () => {
  test('that is not there is known not to be there', async () => {
    const answer = await ground.github().ask({ kind: 'file', path: 'no.yml', sha: ground.repo.head() });

    expect(answer).toMatchObject({ kind: 'known', value: { found: false, text: '', at: ground.repo.head() } });
    ground.fake.assertClean();
  });

  test('of a repository that the token cannot see is known not to be there, as far as it can tell', async () => {
    const path = 'deploy/base.yml';
    const secret = ground.fake.repository('acme/platform', { private: true });
    const { sha } = secret.commit({ files: { [path]: 'version: 1\n' } });
    const token = { permissions: { contents: 'read' }, repositories: ['octo-org/shop'] } as const;

    const answer = await ground.github({}, token).ask({ kind: 'foreign-file', repository: 'acme/platform', path, sha });

    expect(answer).toMatchObject({ kind: 'known', value: { found: false, text: '' } });
  });

  test('of more than 1 MB is read as a blob', async () => {
    const text = 'x'.repeat(1_100_000);
    const { sha } = ground.repo.commit({ files: { 'big.json': text } });
    // What GitHub sends of a file over 1 MB: its entry, without its content.
    const entry = { type: 'file', encoding: 'none', content: '', sha: blobSha(text) };
    ground.fake.faults.add({ match: `GET ${shop}/contents/**`, status: 200, body: entry });

    const answer = await ground.github().ask({ kind: 'file', path: 'big.json', sha });

    expect(answer).toMatchObject({ kind: 'known', value: { found: true } });
    expect(answer.kind === 'known' && answer.value.text.length).toBe(1_100_000);
    expect(ground.fake.count(`GET ${shop}/git/blobs/*`)).toBe(1);
    ground.fake.assertClean();
  });

  test('that is a folder is unknown', async () => {
    const { sha } = ground.repo.commit({ files: { 'docs/a.md': 'a' } });

    const answer = await ground.github().ask({ kind: 'file', path: 'docs', sha });

    expect(answer).toMatchObject({ kind: 'unknown', because: '`docs` is no file' });
  });

  test('outside the repository is not even asked for', async () => {
    const { ask, calls } = ground.github();

    const answer = await ask({ kind: 'file', path: '../../../user', sha: ground.repo.head() });

    expect(answer).toMatchObject({ kind: 'unknown', because: '`../../../user` leaves the repository' });
    expect(calls()).toBe(0);
  });
});

describe('the workspace', () => {
  test('tells the files of a folder', async () => {
    ground.files.set('dist/main.js', '12345');

    const answer = await ground.github().ask({ kind: 'workspace-paths', folder: 'dist' });

    expect(answer).toMatchObject({
      kind: 'known',
      value: { found: true, files: [{ path: 'dist/main.js', bytes: 5 }] },
    });
  });

  test('tells its files', async () => {
    ground.files.set('coverage.json', '{}');
    const { ask } = ground.github();

    const there = await ask({ kind: 'workspace-file', path: 'coverage.json' });
    const absent = await ask({ kind: 'workspace-file', path: 'no.json' });

    expect(there).toMatchObject({ kind: 'known', value: { found: true, text: '{}', at: 'workspace' } });
    expect(absent).toMatchObject({ kind: 'known', value: { found: false } });
  });

  test('is unknown where a path leaves it', async () => {
    const read = async () => {
      throw new Error('../x leaves the workspace');
    };
    const { ask } = ground.github({ files: { read, walk: read } });

    const answer = await ask({ kind: 'workspace-file', path: '../x' });
    expect(await ask({ kind: 'workspace-paths', folder: '../x' })).toMatchObject({ kind: 'unknown' });

    expect(answer).toMatchObject({ kind: 'unknown', because: expect.stringContaining('../x leaves the workspace') });
  });

  test.each([
    ['a detached head', { '.git/HEAD': `${nowhere}\n` }],
    ['a branch', { '.git/HEAD': 'ref: refs/heads/main\n', '.git/refs/heads/main': `${nowhere}\n` }],
    [
      'a packed branch',
      {
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.git/packed-refs': `# pack-refs\n${'0'.repeat(40)} refs/heads/xmain\n${nowhere} refs/heads/main\n`,
      },
    ],
  ])('tells the commit that is checked out as %s', async (_how, files) => {
    for (const [path, text] of Object.entries(files)) ground.files.set(path, text);

    expect(await ground.github().ask({ kind: 'checkout' })).toEqual({ kind: 'known', value: { sha: nowhere } });
  });

  test('without a checkout has no commit', async () => {
    expect(await ground.github().ask({ kind: 'checkout' })).toEqual({ kind: 'known', value: { sha: '' } });
  });
});

describe('asking', () => {
  test('the same thing at the same time is one call, later it is asked anew', async () => {
    const { ask, calls } = ground.github();
    const question = { kind: 'records', sha: ground.repo.head() } as const;

    await Promise.all([ask(question), ask({ ...question }), ask(question)]);
    expect(calls()).toBe(1);

    await ask(question);
    expect(calls()).toBe(2);
  });

  test('a commit is asked once in a run: what a sha names never changes', async () => {
    const { ask, calls } = ground.github();
    const question = { kind: 'commit', sha: ground.repo.head() } as const;

    const told = await ask(question);

    expect(await ask(question)).toEqual(told);
    expect(calls()).toBe(1);
  });

  test('ci and records of a commit together reads its check runs once', async () => {
    const sha = ground.repo.head();
    const { ask } = ground.github();

    await Promise.all([ask({ kind: 'ci', sha }), ask({ kind: 'records', sha })]);

    expect(ground.fake.count(`GET ${shop}/commits/*/check-runs`)).toBe(1);
  });

  test("a gate's distinct questions costs 11 calls", async () => {
    const { repo } = ground;
    const base = repo.head();
    repo.commit({ branch: 'topic', files: { 'src/a.ts': 'a' } });
    const pull = repo.openPull({ title: 'Add a', branch: 'topic', author: 'alice' });
    repo.review(pull, { user: 'bob' });
    repo.collaborator('bob', 'write');
    const { sha } = repo.merge(pull, 'squash');
    const run = repo.workflowRun({ path: '.github/workflows/deploy.yml', headSha: sha, jobs: [{ name: 'gate' }] });
    const { ask, calls } = ground.github();

    const answers = await gather(ask, () => [
      { kind: 'default-branch' },
      { kind: 'file', path: '.github/deploy-policy.yml', sha },
      { kind: 'commit', sha },
      { kind: 'deployments', environment: 'production' },
      { kind: 'deployments', environment: 'staging' },
      { kind: 'comparison', base, head: sha },
      { kind: 'pulls-of', sha },
      { kind: 'reviews', pull: pull.number },
      { kind: 'permission', login: 'bob' },
      { kind: 'ci', sha },
      { kind: 'records', sha },
      { kind: 'ci', sha: pull.headSha },
      { kind: 'run', id: run.id },
      { kind: 'approvals', runId: run.id },
    ]);

    expect(answers.value({ kind: 'pulls-of', sha })).toHaveLength(1);
    expect(calls()).toBe(11);
    ground.fake.assertClean();
  });
});
