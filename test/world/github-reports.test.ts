// The fake GitHub's comments, checks, statuses and workflow runs, met with the real Octokit.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { type FakeGithub, type FakeRepository, startFakeGithub } from './github/fake.ts';

const here = { owner: 'octo-org', repo: 'shop' };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let fake: FakeGithub;
let shop: FakeRepository;
let octokit: Octokit;

beforeEach(async () => {
  fake = await startFakeGithub();
  shop = fake.repository('octo-org/shop', {
    files: { '.github/workflows/rollback.yml': 'on: workflow_dispatch\n', 'a.ts': 'a\n' },
  });
  shop.commit({ branch: 'topic', files: { 'a.ts': 'b\n' } });
  shop.openPull({ branch: 'topic', title: 'Change a', author: 'alice', labels: ['deploy'] });
  octokit = new Octokit({ baseUrl: fake.url, auth: fake.token({ permissions: 'write-all' }), log: silent });
});

afterEach(async () => {
  await fake.close();
});

describe('comments', () => {
  test('are made, listed oldest first, changed and deleted under the bot’s name', async () => {
    shop.comment(1, 'alice', 'looks good');
    const { data: made } = await octokit.rest.issues.createComment({ ...here, issue_number: 1, body: 'report' });
    await octokit.rest.issues.updateComment({ ...here, comment_id: made.id, body: 'report 2' });

    const { data: listed } = await octokit.rest.issues.listComments({ ...here, issue_number: 1 });
    await octokit.rest.issues.deleteComment({ ...here, comment_id: made.id });

    expect(made.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' });
    expect(made.performed_via_github_app).toMatchObject({ id: 15368 });
    expect(listed.map((comment) => comment.body)).toEqual(['looks good', 'report 2']);
    expect(shop.commentsOf(1).map((comment) => comment.body)).toEqual(['looks good']);
    fake.assertClean();
  });

  test.each([
    ['65,535 letters', 'x'.repeat(65_535), 201],
    ['65,536 letters', 'x'.repeat(65_536), 201],
    ['65,536 characters of four bytes', '🚦'.repeat(65_536), 201],
    ['65,537 letters', 'x'.repeat(65_537), 422],
    ['nothing', ' ', 422],
  ])('of %s', async (_, body, expected) => {
    const asked = octokit.rest.issues.createComment({ ...here, issue_number: 1, body });
    const answer = await asked.then(
      ({ status }) => ({ status, message: '' }),
      (error: Error & { status: number }) => error,
    );

    expect(answer.status).toBe(expected);
    if (body.length === 65_537) expect(answer.message).toContain('Body is too long (maximum is 65536 characters)');
    fake.assertClean();
  });

  test('of others are out of reach for a user without write access', async () => {
    shop.collaborator('reader', 'read');
    const comment = shop.comment(1, 'alice', 'mine');
    const reader = new Octokit({
      baseUrl: fake.url,
      auth: fake.token({ as: 'reader', permissions: { issues: 'write' } }),
      log: silent,
    });

    const change = reader.rest.issues.updateComment({ ...here, comment_id: comment.id, body: 'yours' });

    await expect(change).rejects.toMatchObject({ status: 403 });
    expect(comment.body).toBe('mine');
  });
});

describe('check runs', () => {
  const make = (more: object = {}) =>
    octokit.rest.checks.create({ ...here, name: 'boring', head_sha: shop.head('topic'), ...more } as Parameters<
      typeof octokit.rest.checks.create
    >[0]);

  test('carry what they were given and are changed only by the app that made them', async () => {
    const output = { title: 'open', summary: 'table', text: '{}' };
    const { data } = await make({ conclusion: 'success', external_id: 'v1:1', output });
    const foreign = shop.checkRun({ sha: shop.head('topic'), name: 'lint', app: 'other-app', conclusion: 'failure' });

    const change = octokit.rest.checks.update({ ...here, check_run_id: foreign.id, conclusion: 'success' });

    expect(data).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      external_id: 'v1:1',
      output,
      app: { slug: 'github-actions' },
    });
    expect(data.pull_requests.map((pull) => pull?.number)).toEqual([1]);
    await expect(change).rejects.toMatchObject({ status: 403 });
    fake.assertClean();
  });

  test.each([
    ['a summary of 65,536 characters', { conclusion: 'success', output: { title: 't', summary: 'x'.repeat(65_536) } }],
    [
      'a text of 65,536 characters',
      { conclusion: 'success', output: { title: 't', summary: 's', text: 'x'.repeat(65_536) } },
    ],
    ['51 annotations', { output: { title: 't', summary: 's', annotations: Array(51).fill(annotation()) } }],
    ['a conclusion GitHub does not know', { conclusion: 'fine' }],
    ['a property GitHub does not know', { conclusion: 'success', sumary: 'typo' }],
  ])('with %s break the description', async (_, more) => {
    await expect(make(more)).rejects.toMatchObject({ status: 422 });
    expect(() => fake.assertClean()).toThrow('breaks checks/create');
  });

  test('that are completed need a conclusion', async () => {
    await expect(make({ status: 'completed' })).rejects.toMatchObject({ status: 422 });
  });

  test('gather 50 annotations with each update', async () => {
    const output = { title: 't', summary: 's', annotations: Array(50).fill(annotation()) };
    const { data } = await make({ output });

    const { data: updated } = await octokit.rest.checks.update({ ...here, check_run_id: data.id, output });

    expect(updated.output.annotations_count).toBe(100);
    fake.assertClean();
  });

  test('cannot be made with a personal token', async () => {
    shop.collaborator('alice', 'admin');
    const personal = new Octokit({
      baseUrl: fake.url,
      auth: fake.token({ as: 'alice', permissions: 'write-all' }),
      log: silent,
    });

    const asked = personal.rest.checks.create({ ...here, name: 'x', head_sha: shop.head(), status: 'queued' });

    await expect(asked).rejects.toMatchObject({ status: 403 });
  });

  test('are listed newest per name and suite, or all, and by name and app; jobs of a workflow are among them', async () => {
    const sha = shop.head('topic');
    const jobs = [{ name: 'test', conclusion: 'failure' as const }];
    const first = shop.workflowRun({
      path: '.github/workflows/ci.yml',
      headSha: sha,
      event: 'pull_request',
      conclusion: 'failure',
      jobs,
    });
    shop.workflowRun({
      path: '.github/workflows/nightly.yml',
      headSha: sha,
      conclusion: 'success',
      jobs: [{ name: 'test' }],
    });
    await make({ name: 'gate', conclusion: 'failure' });
    await make({ name: 'gate', conclusion: 'success' });
    shop.checkRun({ sha, name: 'test', app: 'other-app', conclusion: 'success' });

    const list = async (more: object) => {
      const { data } = await octokit.rest.checks.listForRef({ ...here, ref: sha, ...more });
      return data.check_runs.map((run) => `${run.app?.slug} ${run.name} ${run.conclusion}`);
    };

    expect(await list({})).toEqual([
      'other-app test success',
      'github-actions gate success',
      'github-actions test success',
      'github-actions test failure',
    ]);
    expect(await list({ filter: 'all', check_name: 'gate' })).toEqual([
      'github-actions gate success',
      'github-actions gate failure',
    ]);
    expect(await list({ app_id: 15368, check_name: 'test' })).toEqual([
      'github-actions test success',
      'github-actions test failure',
    ]);
    const job = shop.checkRunsOf(sha).find((run) => run.name === 'test');
    expect(job?.detailsUrl).toBe(`https://github.com/octo-org/shop/actions/runs/${first.id}/job/${job?.id}`);
    fake.assertClean();
  });
});

test('commit statuses combine to the newest of each context', async () => {
  const sha = shop.head('topic');
  await octokit.rest.repos.createCommitStatus({ ...here, sha, context: 'ci', state: 'failure' });
  await octokit.rest.repos.createCommitStatus({ ...here, sha, context: 'ci', state: 'success' });

  const combined = await octokit.rest.repos.getCombinedStatusForRef({ ...here, ref: 'topic' });
  const all = await octokit.rest.repos.listCommitStatusesForRef({ ...here, ref: 'topic' });

  expect([combined.data.state, combined.data.total_count]).toEqual(['success', 1]);
  expect(all.data.map((status) => status.state)).toEqual(['success', 'failure']);
  fake.assertClean();
});

describe('workflow runs', () => {
  test('tell their path, event, jobs, approvals and artifacts', async () => {
    const run = shop.workflowRun({
      path: '.github/workflows/deploy.yml',
      event: 'push',
      jobs: [{ name: 'gate' }],
      approvals: [{ user: 'bob', state: 'approved', comment: 'go', environments: ['production'] }],
    });
    shop.artifact({ run, name: 'coverage', files: { 'lcov.info': 'TN:\n' } });
    const which = { ...here, run_id: run.id };

    const got = await octokit.rest.actions.getWorkflowRun(which);
    const jobs = await octokit.rest.actions.listJobsForWorkflowRunAttempt({ ...which, attempt_number: 1 });
    const approvals = await octokit.rest.actions.getReviewsForRun(which);
    const artifacts = await octokit.rest.actions.listWorkflowRunArtifacts(which);

    expect(got.data).toMatchObject({
      path: '.github/workflows/deploy.yml',
      event: 'push',
      status: 'in_progress',
      head_sha: shop.head(),
    });
    expect(jobs.data.jobs.map((job) => [job.name, job.status])).toEqual([['gate', 'in_progress']]);
    expect(approvals.data).toMatchObject([
      { state: 'approved', user: { login: 'bob' }, environments: [{ name: 'production' }] },
    ]);
    expect(artifacts.data.artifacts).toMatchObject([
      { name: 'coverage', expired: false, workflow_run: { id: run.id } },
    ]);
    fake.assertClean();
  });

  test('are cancelled once', async () => {
    const run = shop.workflowRun({ path: '.github/workflows/deploy.yml', jobs: [{ name: 'canary' }] });
    const cancel = () => octokit.rest.actions.cancelWorkflowRun({ ...here, run_id: run.id });

    await cancel();

    expect([run.conclusion, run.jobs[0]?.checkRun.conclusion]).toEqual(['cancelled', 'cancelled']);
    await expect(cancel()).rejects.toMatchObject({ status: 409 });
    fake.assertClean();
  });

  test('are started by a dispatch, which is noted', async () => {
    const inputs = { to: 'v1' };
    await octokit.rest.actions.createWorkflowDispatch({ ...here, workflow_id: 'rollback.yml', ref: 'main', inputs });
    await octokit.rest.repos.createDispatchEvent({ ...here, event_type: 'boring-tend', client_payload: { alert: 1 } });

    const runs = await octokit.rest.actions.listWorkflowRuns({ ...here, workflow_id: 'rollback.yml' });

    expect(shop.dispatches).toMatchObject([
      {
        kind: 'workflow_dispatch',
        name: '.github/workflows/rollback.yml',
        ref: 'main',
        inputs,
        by: 'github-actions[bot]',
      },
      { kind: 'repository_dispatch', name: 'boring-tend', inputs: { alert: 1 } },
    ]);
    expect(runs.data.workflow_runs.map((run) => [run.event, run.status])).toEqual([['workflow_dispatch', 'queued']]);
    fake.assertClean();
  });
});

test('issues are opened, labelled, found by label and closed', async () => {
  const { data } = await octokit.rest.issues.create({ ...here, title: 'Follow up', labels: ['rollback'] });
  await octokit.rest.issues.addLabels({ ...here, issue_number: data.number, labels: ['p1'] });

  const found = await octokit.rest.issues.listForRepo({ ...here, labels: 'rollback,p1' });
  await octokit.rest.issues.update({ ...here, issue_number: data.number, state: 'closed' });
  await octokit.rest.issues.removeLabel({ ...here, issue_number: data.number, name: 'p1' });

  expect(found.data.map((issue) => issue.number)).toEqual([2]);
  expect(shop.issues.get(2)).toMatchObject({ state: 'closed', stateReason: 'completed', labels: ['rollback'] });
  fake.assertClean();
});

function annotation() {
  return { path: 'a.ts', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'look' };
}
