// What the fake GitHub does around every route: tokens, the description, pages, caching, limits, faults and the log.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { type FakeGithub, type FakeRepository, type NewToken, startFakeGithub } from './github/fake.ts';
import { routes } from './github/gateway.ts';
import { loadValidation } from './github/validation.ts';

const here = { owner: 'octo-org', repo: 'shop' };
let fake: FakeGithub;
let shop: FakeRepository;

beforeEach(async () => {
  fake = await startFakeGithub();
  shop = fake.repository('octo-org/shop');
});

afterEach(async () => {
  await fake.close();
});

const as = (token: NewToken = { permissions: 'write-all' }) =>
  new Octokit({ baseUrl: fake.url, auth: fake.token(token), log: silent });
const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe('the description', () => {
  test('has a route for each of its operations, and each route is described', () => {
    const described = loadValidation().operations.map((operation) => operation.operationId);

    expect(Object.keys(routes).sort()).toEqual(described.sort());
  });

  test('is fulfilled by every read of a lived-in repository', async () => {
    const ids = liveIn(shop);
    const octokit = as({ permissions: { ...everything, administration: 'read', members: 'read' } });
    const reads = loadValidation().operations.filter((operation) => operation.method === 'GET');

    // An archive lies elsewhere: who follows by itself would take the token along.
    const request = { redirect: 'manual' } as const;
    for (const { path } of reads) await octokit.request(`GET ${fill(path, ids)}`, { request }).catch(() => undefined);

    fake.assertClean();
    const others = fake.log.filter((line) => line.status !== 200).map((line) => `${line.path} ${line.status}`);
    expect(others).toEqual([`/repos/octo-org/shop/actions/artifacts/${ids.artifact_id}/zip 302`]);
    expect(reads.length).toBeGreaterThan(45);
  });

  test('refuses an unknown route with 501 and remembers it', async () => {
    await expect(as().request('GET /repos/octo-org/shop/stargazers')).rejects.toMatchObject({ status: 501 });
    expect(() => fake.assertClean()).toThrow('no such route: GET /repos/octo-org/shop/stargazers');
  });

  test('refuses an unknown query parameter and a wrong type', async () => {
    await expect(as().request('GET /repos/octo-org/shop/deployments?enviroment=x')).rejects.toMatchObject({
      status: 422,
    });
    await expect(as().request('GET /repos/octo-org/shop/issues?state=merged')).rejects.toMatchObject({ status: 422 });
    expect(fake.problems).toHaveLength(2);
  });
});

describe('tokens', () => {
  const write = (octokit: Octokit) =>
    octokit.rest.repos.createDeployment({ ...here, ref: 'main', auto_merge: false, required_contexts: [] });

  test('without the permission get GitHub’s 403, which names what would do', async () => {
    const asked = write(as({ permissions: { deployments: 'read', contents: 'write' } }));

    await expect(asked).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
      response: {
        headers: { 'x-accepted-github-permissions': 'deployments=write' },
        data: { documentation_url: expect.stringContaining('https://docs.github.com/') },
      },
    });
    fake.assertClean();
  });

  test('comment on a pull request with either of two permissions', async () => {
    shop.commit({ branch: 'topic' });
    shop.openPull({ branch: 'topic', title: 'x' });
    const say = (permissions: NewToken['permissions'] & object) =>
      as({ permissions }).rest.issues.createComment({ ...here, issue_number: 1, body: 'hello' });

    await say({ 'pull-requests': 'write' });
    await say({ issues: 'write' });

    await expect(say({ 'pull-requests': 'read' })).rejects.toMatchObject({
      response: { headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' } },
    });
  });

  test('of a fork read what they may and write nothing', async () => {
    const fork = as({ permissions: 'write-all', fork: true });

    expect((await fork.rest.repos.listDeployments(here)).status).toBe(200);
    await expect(write(fork)).rejects.toMatchObject({ status: 403 });
  });

  test('that are unknown get 401, and a repository out of reach is not there', async () => {
    fake.repository('octo-org/secret');
    const stranger = new Octokit({ baseUrl: fake.url, auth: 'nobody', log: silent });
    const narrow = as({ permissions: 'read-all', repositories: ['octo-org/shop'] });

    await expect(stranger.rest.repos.get(here)).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('Bad credentials'),
    });
    await expect(narrow.rest.repos.get({ owner: 'octo-org', repo: 'secret' })).rejects.toMatchObject({ status: 404 });
  });

  test('of a workflow never see teams', async () => {
    fake.team('octo-org/admins', ['alice']);
    const asked = as({ permissions: 'write-all' }).rest.teams.getMembershipForUserInOrg({
      org: 'octo-org',
      team_slug: 'admins',
      username: 'alice',
    });

    await expect(asked).rejects.toMatchObject({ status: 403 });
  });

  test.each([
    ['admin', 'admin'],
    ['maintain', 'write'],
    ['write', 'write'],
    ['triage', 'read'],
    ['read', 'read'],
  ] as const)('learn that the role %s is the permission %s', async (role, permission) => {
    shop.collaborator('alice', role);

    const { data } = await as().rest.repos.getCollaboratorPermissionLevel({ ...here, username: 'alice' });

    expect([data.role_name, data.permission]).toEqual([role, permission]);
  });

  test('run out after their hour’s requests and recover with the next hour', async () => {
    fake.clock.set('2026-05-01T00:00:00Z');
    const octokit = as({ permissions: 'read-all', rateLimit: 2 });
    const first = await octokit.rest.repos.get(here);
    await octokit.rest.repos.get(here);

    await expect(octokit.rest.repos.get(here)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('API rate limit exceeded'),
    });
    fake.clock.advance(3_600_000);
    expect((await octokit.rest.repos.get(here)).status).toBe(200);
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': '1777597200',
    });
  });
});

describe('answers', () => {
  test('come in pages of at most 100 with links to the others', async () => {
    for (let index = 0; index < 120; index += 1) shop.deployment();
    const octokit = as();

    const { data, headers } = await octokit.rest.repos.listDeployments({ ...here, per_page: 200 });
    const all = await octokit.paginate(octokit.rest.repos.listDeployments, { ...here, per_page: 50 });

    expect(data).toHaveLength(100);
    expect(headers.link).toMatch(/page=2>; rel="next", <.*page=2>; rel="last"$/);
    expect(all).toHaveLength(120);
    fake.assertClean();
  });

  test('that did not change are 304 and cost nothing', async () => {
    const octokit = as({ permissions: 'read-all', rateLimit: 10 });
    const { headers } = await octokit.rest.repos.listDeployments(here);
    const again = () => octokit.rest.repos.listDeployments({ ...here, headers: { 'if-none-match': headers.etag } });

    await expect(again()).rejects.toMatchObject({ status: 304 });
    shop.deployment();

    const changed = await again();
    expect(changed.data).toHaveLength(1);
    expect(changed.headers['x-ratelimit-used']).toBe('2');
  });

  test('refuse a body over 1 MiB', async () => {
    const asked = as().rest.repos.createDeployment({
      ...here,
      ref: 'main',
      payload: { blob: 'x'.repeat(1024 * 1024) },
    });

    await expect(asked).rejects.toMatchObject({ status: 413 });
  });
});

describe('faults', () => {
  const list = (octokit: Octokit) => octokit.rest.repos.listDeployments(here);

  test('strike as often as told, after as many good requests as told', async () => {
    fake.faults.add({ match: 'GET /repos/*/*/deployments', status: 502, times: 2, after: 1 });
    const octokit = as();
    const statuses: number[] = [];

    for (let index = 0; index < 4; index += 1) {
      statuses.push(
        await list(octokit).then(
          ({ status }) => status,
          (error: { status: number }) => error.status,
        ),
      );
    }

    expect(statuses).toEqual([200, 502, 502, 200]);
    expect(fake.count('GET /repos/**')).toBe(4);
    fake.assertClean();
  });

  test('throttle as a secondary rate limit does', async () => {
    fake.faults.add({ match: /deployments/, status: 403, retryAfter: 7 });

    await expect(list(as())).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('secondary rate limit'),
      response: { headers: { 'retry-after': '7' } },
    });
  });

  test('cut the connection, also after the write was done', async () => {
    fake.faults.add({ match: (request) => request.method === 'POST', reset: true, applied: true });

    const asked = as().rest.repos.createDeployment({ ...here, ref: 'main', auto_merge: false, required_contexts: [] });

    await expect(asked).rejects.toMatchObject({ status: 500 });
    expect(shop.deployments()).toHaveLength(1);
    expect(fake.log.at(-1)).toMatchObject({ status: 0, route: '/repos/{owner}/{repo}/deployments', method: 'POST' });
  });

  test('take the whole of GitHub down and bring it back', async () => {
    const octokit = as();

    fake.down();
    await expect(list(octokit)).rejects.toThrow();
    fake.up();

    expect((await list(octokit)).status).toBe(200);
  });

  test('hide new comments from so many reads of the list, by HTTP only', async () => {
    shop.commit({ branch: 'topic' });
    shop.openPull({ branch: 'topic', title: 'x' });
    const octokit = as();
    fake.faults.lagLists({ reads: 2 });
    await octokit.rest.issues.createComment({ ...here, issue_number: 1, body: 'new' });
    const seen: number[] = [];

    for (let index = 0; index < 3; index += 1) {
      seen.push((await octokit.rest.issues.listComments({ ...here, issue_number: 1 })).data.length);
    }

    expect(seen).toEqual([0, 0, 1]);
    expect(shop.commentsOf(1)).toHaveLength(1);
  });

  test('hide new check runs for so long by the fake’s clock', async () => {
    fake.clock.set('2026-05-01T00:00:00Z');
    fake.faults.lagLists({ ms: 3000 });
    const octokit = as();
    await octokit.rest.checks.create({ ...here, name: 'x', head_sha: shop.head(), status: 'queued' });
    const count = async () => (await octokit.rest.checks.listForRef({ ...here, ref: 'main' })).data.total_count;

    expect(await count()).toBe(0);
    fake.clock.advance(3000);
    expect(await count()).toBe(1);
  });
});

test('the log says who asked what', async () => {
  fake.clock.set('2026-05-01T00:00:00Z');
  await as({ name: 'gate', permissions: 'read-all' }).rest.repos.get(here);

  expect(fake.log).toEqual([
    {
      method: 'GET',
      path: '/repos/octo-org/shop',
      route: '/repos/{owner}/{repo}',
      status: 200,
      at: '2026-05-01T00:00:00.000Z',
      tokenName: 'gate',
      body: undefined,
    },
  ]);
});

const everything = {
  contents: 'read',
  'pull-requests': 'read',
  issues: 'read',
  checks: 'read',
  statuses: 'read',
  actions: 'read',
  deployments: 'read',
  attestations: 'read',
  'security-events': 'read',
  'vulnerability-alerts': 'read',
  'secret-scanning-alerts': 'read',
  environments: 'read',
  secrets: 'read',
  variables: 'read',
} as const;

/** A bit of everything; the values that the paths of the description need. */
function liveIn(repository: FakeRepository): Record<string, string | number> {
  fake.team('octo-org/admins', ['alice']);
  repository.collaborator('alice', 'admin');
  repository.protect('main', { requiredChecks: ['test'], requiredReviews: 1 });
  repository.environment('production', { reviewers: ['alice'], waitMinutes: 5 });
  repository.tag('v1');
  const commit = repository.commit({ branch: 'topic', files: { 'docs/a.md': 'a\n' } });
  const pull = repository.openPull({ branch: 'topic', title: 'x', body: 'why', author: 'bob', labels: ['deploy'] });
  repository.review(pull, { user: 'alice' });
  const comment = repository.comment(pull, 'alice', 'hello');
  repository.status({ sha: commit.sha, context: 'ci', state: 'pending' });
  const approvals = [{ user: 'alice', state: 'approved' as const, environments: ['production'] }];
  const run = repository.workflowRun({
    path: '.github/workflows/ci.yml',
    headSha: commit.sha,
    conclusion: 'success',
    jobs: [{ name: 'test' }],
    approvals,
  });
  const artifact = repository.artifact({ run, name: 'report', files: { 'a.txt': 'a' } });
  const digest = `sha256:${'d'.repeat(64)}`;
  repository.security.analysis({ sha: commit.sha });
  repository.security.codeAlert({ severity: 'high' });
  repository.security.dependencyAlert({ severity: 'low' });
  repository.security.secretAlert({ kind: 'Slack API Token' });
  repository.security.attest(digest, { predicateType: 'x' });
  const job = run.jobs[0]?.checkRun;
  job?.output.annotations.push({ path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' });
  const deployment = repository.deployment({ payload: 'text', statuses: [{ state: 'success', description: 'done' }] });
  repository.merge(pull, 'squash', { by: 'alice' });
  repository.issue({ title: 'plain' });
  return {
    ...{ owner: 'octo-org', repo: 'shop', org: 'octo-org', team_slug: 'admins', username: 'alice', branch: 'main' },
    ...{ path: 'README.md', commit_sha: commit.sha, tree_sha: commit.tree, file_sha: blobOf('README.md') },
    ...{ basehead: 'v1...main', pull_number: pull.number, issue_number: pull.number, comment_id: comment.id },
    ...{ run_id: run.id, attempt_number: 1, job_id: job?.id ?? 0, check_run_id: job?.id ?? 0, workflow_id: 'ci.yml' },
    ...{
      deployment_id: deployment.id,
      status_id: deployment.statuses[0]?.id ?? 0,
      environment_name: 'production',
      name: 'deploy',
    },
    ...{ artifact_id: artifact.id, archive_format: 'zip', subject_digest: encodeURIComponent(digest) },
  };
  function blobOf(path: string): string {
    const tree = repository.hub.objects.tree(commit.tree) ?? [];
    return tree.find((entry) => entry.path === path)?.sha ?? '';
  }
}

function fill(path: string, ids: Record<string, string | number>): string {
  const isGitRef = path.includes('/git/');
  return path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'ref' ? (isGitRef ? 'heads/main' : 'topic') : String(ids[name]),
  );
}
