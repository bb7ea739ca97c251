// The bundle of migrate on a real Postgres: the child Deployment first, what the history says afterwards, and messages that keep the password.
import { afterEach, expect, test } from '@jest/globals';
import { neighbour } from '../world/neighbour.ts';
import { freePort } from '../world/port.ts';
import { postgresAvailable } from '../world/postgres.ts';
import type { StepResult } from '../world/runner/types.ts';
import type { SingleJob, Town } from '../world/town.ts';
import { errorsOf, landed, shownBy, stateOf, townOfBundles } from './ground.ts';

let town: Town;

afterEach(() => town.stop());

const note = {
  'db/migrations/V001__order_note.sql': 'alter table orders add column note text;\n',
  'db/migrations/V001__order_note.down.sql': 'alter table orders drop column note;\n',
};
const broken = {
  'db/migrations/V002__order_gift.sql':
    '-- Gifts are packed.\nalter table orders add column gift boolean;\nalter table parcels add column gift boolean;\n',
  'db/migrations/V002__order_gift.down.sql': 'alter table orders drop column gift;\n',
};

interface Deploying {
  readonly job: SingleJob;
  readonly sha: string;
  readonly parent: string;
  readonly lint: StepResult;
}

/** A change with migrations, linted on its pull request, merged, and let begin by the gate. */
async function deploying(files: Readonly<Record<string, string>>): Promise<Deploying> {
  town = await townOfBundles({ database: true });
  const pull = town.pullRequest({
    title: 'Change the schema',
    body: '## Rollback\nBack to the version before.',
    files: { 'CHANGELOG.md': '# Changelog\n- The schema.\n', ...files },
  });
  town.ci(pull.headSha);
  town.approve(pull);
  const review = town.job({
    occasion: town.occasions.pullChanged(pull),
    path: '.github/workflows/gate.yml',
    name: 'gate',
  });
  const lint = await review.uses('migrate', { with: { phase: 'lint', comment: 'false' } });
  await review.finish();
  expect(errorsOf(lint)).toEqual([]);
  const sha = town.merge(pull);
  town.ci(sha);
  const job = town.job({ sha });
  const gate = await job.uses('pre-deploy-gate', { with: { comment: 'false' } });
  expect([gate.outputs.verdict, errorsOf(gate)]).toEqual(['open', []]);
  return { job, sha, lint, parent: gate.outputs['deployment-id'] ?? '' };
}

const apply = (job: SingleJob, url = town.databaseUrl) =>
  job.uses('migrate', { with: { phase: 'apply', comment: 'false', 'database-url': url } });
const columns = async () =>
  (await town.sql("select column_name from information_schema.columns where table_name = 'orders' order by 1")).map(
    (row) => row.column_name,
  );

neighbour('Postgres', postgresAvailable())('migrate', () => {
  test('lints, applies under a child Deployment, and finds nothing pending the second time', async () => {
    const { job, sha, parent, lint } = await deploying(note);

    const step = await apply(job);
    const again = await apply(job);
    await job.finish();

    expect([lint.outputs.verdict, lint.outputs.compatibility]).toEqual(['clean', 'expand']);
    expect(errorsOf(step)).toEqual([]);
    expect(step.outputs).toMatchObject({ verdict: 'applied', pending: '1', applied: '1', compatibility: 'expand' });
    expect(again.outputs).toMatchObject({ verdict: 'nothing-pending', applied: '0' });
    expect(await columns()).toEqual(['id', 'item', 'note']);
    const [child, ...more] = town.deployments('deploy:migration');
    expect(more).toEqual([]);
    expect(child).toMatchObject({ sha, payload: { kind: 'migration', parent: Number(parent) } });
    expect(child?.statuses.map(({ state }) => state)).toEqual(['in_progress', 'success']);
    const posted = town.github.log.filter(({ method }) => method === 'POST').map(({ path }) => path);
    expect(posted).toContain(`/repos/octo-org/shop/deployments/${child?.id}/statuses`);
    expect(shownBy(step)).not.toContain(town.databaseUrl);
    town.github.assertClean();
  });

  test('stops at a file that fails: what was before it stays, and the message has file and line', async () => {
    const { job } = await deploying({ ...note, ...broken });

    const step = await apply(job);
    await job.finish();

    expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'failed']);
    const [message, ...more] = errorsOf(step);
    expect(more).toEqual([]);
    expect(message).toContain('db/migrations/V002__order_gift.sql:3:');
    expect(message).toContain('relation "parcels" does not exist');
    expect(step.outputs.applied).toBe('1');
    // The second file went in whole or not at all.
    expect(await columns()).toEqual(['id', 'item', 'note']);
    const [child] = town.deployments('deploy:migration');
    expect(stateOf(town, child?.id)).toBe('failure');
    town.github.assertClean();
  });

  test('names a database that cannot be reached, never its password, and writes no child', async () => {
    const { job } = await deploying(note);
    const port = await freePort();

    const step = await apply(job, `postgres://shop:pa55-in-the-url@127.0.0.1:${port}/orders`);
    await job.finish();

    expect(step.exitCode).toBe(1);
    const [message, ...more] = errorsOf(step);
    expect(more).toEqual([]);
    expect(message).toContain(`127.0.0.1:${port}/orders`);
    expect(shownBy(step)).not.toContain('pa55-in-the-url');
    expect(shownBy(step)).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(town.deployments('deploy:migration')).toEqual([]);
    expect(await columns()).toEqual(['id', 'item']);
    town.github.assertClean();
  });

  test('is refused at review, where nothing is deployed', async () => {
    town = await townOfBundles({ database: true });
    const { pull } = landed(town, note);
    const review = town.job({
      occasion: town.occasions.pullChanged(pull),
      path: '.github/workflows/gate.yml',
      name: 'gate',
    });

    const step = await apply(review);
    await review.finish();

    expect(step.exitCode).toBe(1);
    expect(errorsOf(step)).toEqual([expect.stringContaining('phase: lint')]);
    expect(await columns()).toEqual(['id', 'item']);
  });
});
