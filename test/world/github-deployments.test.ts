// The fake GitHub's deployments, met with the real Octokit: the rules the description leaves out, and the history by GraphQL.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { type FakeGithub, type FakeRepository, startFakeGithub } from './github/fake.ts';

const here = { owner: 'octo-org', repo: 'shop' };
const plain = { ...here, auto_merge: false, required_contexts: [] };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let fake: FakeGithub;
let shop: FakeRepository;
let octokit: Octokit;

beforeEach(async () => {
  fake = await startFakeGithub();
  shop = fake.repository('octo-org/shop');
  octokit = new Octokit({
    baseUrl: fake.url,
    auth: fake.token({ permissions: { deployments: 'write' } }),
    log: silent,
  });
});

afterEach(async () => {
  await fake.close();
});

describe('creating a deployment', () => {
  test('fills in GitHub’s defaults and says who did it', async () => {
    const { data, status } = await octokit.rest.repos.createDeployment({ ...plain, ref: 'main', payload: { v: 1 } });

    expect(status).toBe(201);
    expect(data).toMatchObject({
      sha: shop.head(),
      task: 'deploy',
      environment: 'production',
      production_environment: true,
      payload: { v: 1 },
      creator: { login: 'github-actions[bot]', id: 41898282, type: 'Bot' },
      performed_via_github_app: { id: 15368, slug: 'github-actions' },
    });
    fake.assertClean();
  });

  test('merges instead of deploying when auto_merge was not switched off and the branch is behind', async () => {
    shop.branch('topic');
    shop.commit({ files: { 'new.ts': 'new\n' } });

    const answer = await octokit.rest.repos.createDeployment({ ...here, ref: 'topic', required_contexts: [] });

    expect(answer.status).toBe(202);
    expect(answer.data).toEqual({ message: 'Auto-merged main into topic on deployment.' });
    expect(shop.deployments()).toEqual([]);
    expect(shop.filesAt('topic')).toHaveProperty(['new.ts']);
    fake.assertClean();
  });

  test.each([
    ['failure', 409],
    ['pending', 409],
    ['success', 201],
  ] as const)('with a commit status of %s and required_contexts left out answers %i', async (state, expected) => {
    shop.status({ sha: shop.head(), context: 'ci', state });

    const asked = octokit.rest.repos.createDeployment({ ...here, ref: 'main', auto_merge: false });
    const status = await asked.then(
      (answer) => answer.status,
      (error: { status: number }) => error.status,
    );

    expect(status).toBe(expected);
    fake.assertClean();
  });

  test('answers 409 when a named context is missing, and 422 for a ref that does not exist', async () => {
    const missing = octokit.rest.repos.createDeployment({ ...here, ref: 'main', required_contexts: ['ci'] });
    const nowhere = octokit.rest.repos.createDeployment({ ...plain, ref: 'nowhere' });

    await expect(missing).rejects.toMatchObject({ status: 409 });
    await expect(nowhere).rejects.toMatchObject({ status: 422 });
    fake.assertClean();
  });
});

describe('deployment statuses', () => {
  test('of 140 characters are taken, of 141 refused', async () => {
    const deployment = shop.deployment();
    const say = (length: number) =>
      octokit.rest.repos.createDeploymentStatus({
        ...here,
        deployment_id: deployment.id,
        state: 'in_progress',
        description: 'x'.repeat(length),
      });

    await say(140);

    await expect(say(141)).rejects.toMatchObject({ status: 422 });
    expect(deployment.statuses).toHaveLength(1);
    fake.assertClean();
  });

  test('are listed newest first and cannot be changed', async () => {
    const deployment = shop.deployment({ statuses: [{ state: 'queued' }, { state: 'in_progress' }] });
    await octokit.rest.repos.createDeploymentStatus({
      ...here,
      deployment_id: deployment.id,
      state: 'success',
      environment_url: '',
    });

    const { data } = await octokit.rest.repos.listDeploymentStatuses({ ...here, deployment_id: deployment.id });
    const change = octokit.request('PATCH /repos/octo-org/shop/deployments/1/statuses/2');

    expect(data.map((status) => status.state)).toEqual(['success', 'in_progress', 'queued']);
    await expect(change).rejects.toMatchObject({ status: 501 });
    expect(fake.problems).toEqual(['no such route: PATCH /repos/octo-org/shop/deployments/1/statuses/2']);
  });

  test('by default make earlier successes inactive, but not in production, of transient ones or of other environments', async () => {
    const success = [{ state: 'success' as const }];
    const staging = shop.deployment({ environment: 'staging', statuses: success });
    const failed = shop.deployment({ environment: 'staging', statuses: [{ state: 'failure' }] });
    const transient = shop.deployment({ environment: 'staging', transient: true, statuses: success });
    const other = shop.deployment({ environment: 'qa', statuses: success });
    const production = shop.deployment({ statuses: success });
    const next = shop.deployment({ environment: 'staging' });
    const nextProduction = shop.deployment({});

    for (const { id } of [next, nextProduction]) {
      await octokit.rest.repos.createDeploymentStatus({ ...here, deployment_id: id, state: 'success' });
    }

    const last = [staging, failed, transient, other, production, next].map((each) => each.statuses.at(-1)?.state);
    expect(last).toEqual(['inactive', 'failure', 'success', 'success', 'success', 'success']);
    fake.assertClean();
  });

  test('leave the others alone when auto_inactive is false', async () => {
    const earlier = shop.deployment({ environment: 'staging', statuses: [{ state: 'success' }] });
    const next = shop.deployment({ environment: 'staging' });

    await octokit.rest.repos.createDeploymentStatus({
      ...here,
      deployment_id: next.id,
      state: 'success',
      auto_inactive: false,
    });

    expect(earlier.statuses.at(-1)?.state).toBe('success');
  });
});

test('deployments are listed newest first by the fake’s clock, filtered and in pages', async () => {
  fake.clock.set('2026-03-01T12:00:00Z');
  for (const day of [3, 1, 2])
    shop.deployment({ environment: 'staging', description: `day ${day}`, at: `2026-02-0${day}T10:00:00Z` });
  shop.deployment({ task: 'deploy:rollback' });

  const pages = octokit.paginate.iterator(octokit.rest.repos.listDeployments, {
    ...here,
    environment: 'staging',
    per_page: 2,
  });
  const seen: unknown[] = [];
  for await (const page of pages) seen.push(page.data.map((each) => each.description));
  const rollbacks = await octokit.rest.repos.listDeployments({ ...here, task: 'deploy:rollback' });

  expect(seen).toEqual([['day 3', 'day 2'], ['day 1']]);
  expect(rollbacks.data[0]?.created_at).toBe('2026-03-01T12:00:00Z');
  fake.assertClean();
});

describe('the history by GraphQL', () => {
  const query = `query History($owner: String!, $name: String!, $after: String) {
    repository(owner: $owner, name: $name) {
      deployments(first: 2, after: $after, environments: ["production"], orderBy: {field: CREATED_AT, direction: DESC}) {
        pageInfo { hasNextPage endCursor }
        nodes {
          databaseId commitOid task environment payload description createdAt creator { login } ref { name }
          statuses(first: 10) { nodes { state description createdAt logUrl environmentUrl creator { login } } }
        }
      }
    }
  }`;
  const names = { owner: 'octo-org', name: 'shop' };
  const ask = (text: string, variables: object = names): Promise<any> => octokit.graphql(text, { ...variables });

  test('gives what REST gives, with the payload as text, states in capitals and bots without their brackets', async () => {
    shop.deployment({
      ref: 'main',
      payload: { v: 1 },
      statuses: [{ state: 'queued' }, { state: 'in_progress', logUrl: 'https://x' }],
    });

    const { repository } = await ask(query);

    const [node] = repository.deployments.nodes;
    expect(node).toMatchObject({
      commitOid: shop.head(),
      payload: '{"v":1}',
      creator: { login: 'github-actions' },
      ref: { name: 'main' },
    });
    expect(node.statuses.nodes.map((status: any) => [status.state, status.logUrl])).toEqual([
      ['IN_PROGRESS', 'https://x'],
      ['QUEUED', null],
    ]);
    fake.assertClean();
  });

  test('tells types, the newest status and who asks, whose bot keeps its brackets', async () => {
    shop.deployment({ statuses: [{ state: 'queued' }, { state: 'success' }] });
    const nodes = 'nodes { creator { __typename } latestStatus { __typename state } }';

    const answer = await ask(
      `{ viewer { login } repository(owner: "octo-org", name: "shop") { deployments(last: 1) { ${nodes} } } }`,
    );

    expect(answer).toEqual({
      viewer: { login: 'github-actions[bot]' },
      repository: {
        deployments: {
          nodes: [
            { creator: { __typename: 'Bot' }, latestStatus: { __typename: 'DeploymentStatus', state: 'SUCCESS' } },
          ],
        },
      },
    });
    fake.assertClean();
  });

  test('comes in pages', async () => {
    const ids = [1, 2, 3].map(() => shop.deployment().id);
    shop.deployment({ environment: 'staging' });

    const first = (await ask(query)).repository.deployments;
    const second = (await ask(query, { ...names, after: first.pageInfo.endCursor })).repository.deployments;

    const got = [first, second].map((page) => page.nodes.map((node: any) => node.databaseId));
    expect(got).toEqual([[ids[2], ids[1]], [ids[0]]]);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  });

  test.each([
    [
      'a field GitHub does not have',
      query.replace('commitOid', 'commitSha'),
      "Field 'commitSha' doesn't exist on type 'Deployment'",
    ],
    ['an argument GitHub does not have', query.replace('first: 2', 'size: 2'), "doesn't accept argument 'size'"],
    ['an order GitHub does not have', query.replace('DESC', 'NEWEST'), 'has an invalid value'],
    ['an object without a selection', query.replace('creator { login } ref', 'creator ref'), 'must have selections'],
    ['an unclosed brace', query.slice(0, -1), 'end of query'],
  ])('refuses %s', async (_, text, message) => {
    await expect(ask(text)).rejects.toThrow(message);
    expect(() => fake.assertClean()).toThrow(message);
  });

  test('refuses a list without a size', async () => {
    await expect(ask(query.replace('first: 2, ', ''))).rejects.toThrow('You must provide a `first` or `last` value');
  });

  test('needs the deployments permission', async () => {
    const poor = new Octokit({
      baseUrl: fake.url,
      auth: fake.token({ permissions: { contents: 'read' } }),
      log: silent,
    });

    await expect(poor.graphql(query, names)).rejects.toThrow('Resource not accessible by integration');
  });
});
