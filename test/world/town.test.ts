// The town: what stands in it, and that workflows run in it as on GitHub. The actions here are a few lines each; the bundles have tests of their own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readPolicy } from '../../src/policy/policy.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { postgresAvailable } from './postgres.ts';
import { shopPolicy, startTown, type Town, type TownOptions } from './town.ts';

const actions = mkdtempSync(join(tmpdir(), 'boring-town-test-'));
let town: Town | undefined;

/** An action that says what it is given and gives the outputs of the text. */
function action(name: string, code: string): void {
  mkdirSync(join(actions, name));
  writeFileSync(
    join(actions, name, 'action.yml'),
    `inputs: {version: {default: ''}, environment: {default: ''}, leg: {default: ''}, policy: {default: ''}, artifact: {default: ''},
 record-key: {default: ''}, phase: {default: ''}, database-url: {default: ''}, deployment-id: {default: ''}, connect-to: {default: ''}, token: {default: "\${{ github.token }}"}}
runs: {using: node24, main: main.mjs}\n`,
  );
  writeFileSync(
    join(actions, name, 'main.mjs'),
    `import { appendFileSync } from 'node:fs';
     const out = (text) => appendFileSync(process.env.GITHUB_OUTPUT, text + '\\n');
     const api = (path) => fetch(process.env.GITHUB_API_URL + path, { headers: { authorization: 'Bearer ' + process.env.INPUT_TOKEN } });
     ${code}`,
  );
}

async function started(options: TownOptions = {}): Promise<Town> {
  town = await startTown({ actions, database: false, users: 0, ...options });
  return town;
}

beforeAll(() => {
  action(
    'pre-deploy-gate',
    `const run = await (await api('/repos/octo-org/shop/actions/runs/' + process.env.GITHUB_RUN_ID)).json();
     console.log('run', run.event, run.status, run.path);
     out('idle-side=green'); out('version=' + process.env.GITHUB_SHA.slice(0, 7)); out('sha=' + process.env.GITHUB_SHA);`,
  );
  action('migrate', `console.log('database', process.env['INPUT_DATABASE-URL'] === '' ? 'none' : 'given');`);
  action('smoke-test', `console.log('asks', process.env['INPUT_CONNECT-TO'] || 'everybody');`);
  action(
    'canary-step',
    `await fetch(process.env.ROUTER_URL + '/weights', { method: 'PUT', body: JSON.stringify({ blue: 0, green: 100 }) });
     out('verdict=promote');`,
  );
  action(
    'rollback',
    `const answer = await api('/repos/octo-org/shop/deployments?environment=production');
     console.log('goes back to', process.env.INPUT_TO, answer.status, process.env.GITHUB_TRIGGERING_ACTOR, process.env.GITHUB_RUN_ATTEMPT);`,
  );
});

afterEach(async () => {
  await town?.stop();
  town = undefined;
});
afterAll(() => rmSync(actions, { recursive: true, force: true }));

describe('a town', () => {
  test('has a policy without a fault', () => {
    const read = readPolicy(shopPolicy(), vocabulary, { path: '.github/deploy-policy.yml' });

    expect(read.kind === 'policy' ? read.warnings() : read).toEqual([]);
  });

  test('begins with the first commit on blue, all users on it, and nothing recorded', async () => {
    const { service, router, repo, traffic } = await started({ users: 100 });

    const counts = await traffic.answered(20);
    expect(service.blue.running?.sha).toBe(repo.head());
    expect(service.green.running).toBeUndefined();
    expect(router.weights).toEqual({ blue: 100, green: 0 });
    expect(counts.byCode['200']).toBe(counts.answered);
    expect(repo.deployments()).toEqual([]);
  });

  test('carries a pull request to the other side by the workflows of docs/examples', async () => {
    const { repo, service, router, ...here } = await started();
    const pull = here.pullRequest({ title: 'Sell coffee', files: { 'services/shop/coffee.ts': 'export {};\n' } });
    here.ci(pull.headSha);
    here.approve(pull);

    const sha = here.merge(pull);
    here.ci(sha);
    const done = await here.deploy(sha);

    expect(done.log().filter((line) => line.startsWith('##[error]'))).toEqual([]);
    expect(done.conclusion).toBe('success');
    expect(done.step('May this deployment begin?')?.log).toContain('run push in_progress .github/workflows/deploy.yml');
    expect(service.green.running).toEqual({ version: sha.slice(0, 7), sha });
    expect(router.weights).toEqual({ blue: 0, green: 100 });
    expect(done.run).toMatchObject({ status: 'completed', conclusion: 'success', headSha: sha });
    expect(repo.checkRunsOf(sha).map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['test', 'success'],
      ['production / deploy', 'success'],
    ]);
  });

  test('runs gate.yml on the head of a pull request, and CI of its own choosing beside it', async () => {
    const here = await started();
    const pull = here.pullRequest({ title: 'Sell coffee', files: { 'README.md': '# Shop\n' } });
    here.ci(pull.headSha, 'failure');

    const done = await here.reviewGate(pull);

    expect(done.run).toMatchObject({ event: 'pull_request', headSha: pull.headSha, conclusion: 'success' });
    expect(here.repo.checkRunsOf(pull.headSha).map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['test', 'failure'],
      ['gate', 'success'],
    ]);
  });

  test('lets a person run rollback.yml, and run it again', async () => {
    const here = await started();

    const first = await here.rollback({ to: 'x' }, { by: 'grace' });
    const second = await here.rollback({ to: 'x' }, { by: 'grace', again: first.run });

    expect(first.log()).toContain('goes back to x 200 grace 1');
    expect(second.log()).toContain('goes back to x 200 grace 2');
    expect(here.repo.runs.size).toBe(1);
  });

  test('gives a single job a checkout, the environment and a token of its permissions', async () => {
    const here = await started();
    const job = here.job({ permissions: { contents: 'read' } });

    const written = await job.run('cat .git/HEAD; echo "$SHOP_ADMIN"; ls ops; test -x ops/install.sh');
    const refused = await job.uses('rollback');
    const ended = await job.finish();

    expect(written.log).toEqual(expect.arrayContaining([here.repo.head(), here.service.adminUrl, 'redeploy.sh']));
    expect(written.outcome).toBe('success');
    expect(refused.log.join()).toContain('403');
    expect(ended.status).toBe('success');
    expect(job.record.status).toBe('completed');
  });

  test('cancels a run at a line of its log', async () => {
    const here = await started();
    const sha = here.repo.head();

    const done = await here.deploy(sha, { cancelWhen: (line) => line.startsWith('run push') });

    expect(done.conclusion).toBe('cancelled');
    expect(here.service.green.running).toBeUndefined();
    expect(done.run.conclusion).toBe('cancelled');
  });

  const given = postgresAvailable() || process.env.BORING_NO_SKIP === '1' ? test : test.skip;
  given('has a database with orders, and the version of a commit behaves as the commit says', async () => {
    const here = await started({ database: true });
    const pull = here.pullRequest({
      title: 'Fail now and then',
      files: { 'services/shop/behaviour.json': '{"failEvery": 2}\n' },
    });
    const sha = here.merge(pull);

    const done = await here.deploy(sha);
    const codes = await Promise.all(
      [1, 2, 3, 4].map(async () => (await fetch(`${here.service.green.url}/orders`)).status),
    );

    expect(await here.sql('select count(*)::int as n from orders')).toEqual([{ n: 200 }]);
    expect(done.log()).toContain('database given');
    expect(codes.sort()).toEqual([200, 200, 500, 500]);
  });
});
