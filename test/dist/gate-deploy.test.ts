// The gate's bundle at the deploy moment: what range it judges, when it closes, and what it begins.
import { afterEach, describe, expect, test } from '@jest/globals';
import type { StepOptions, StepResult } from '../world/runner/types.ts';
import type { SingleJob, Town, TownOptions } from '../world/town.ts';
import { errorsOf, landed, townOfBundles } from './ground.ts';

let town: Town;

afterEach(() => town.stop());

async function open(options: TownOptions = {}): Promise<void> {
  town = await townOfBundles(options);
}

async function gate(job: SingleJob, given: StepOptions['with'] = {}): Promise<StepResult> {
  return job.uses('pre-deploy-gate', { with: { comment: 'false', ...given } });
}

/** A gate that opens and a Deployment that ends well, in a run of their own. */
async function deployed(sha: string): Promise<StepResult> {
  const job = town.job({ sha });
  const begun = await gate(job);
  expect([begun.outputs.verdict, errorsOf(begun)]).toEqual(['open', []]);
  const finished = await gate(job, { mode: 'finish' });
  expect([finished.outputs.verdict, errorsOf(finished)]).toEqual(['finished', []]);
  await job.finish();
  return begun;
}

describe('a gate at deploy', () => {
  test('opens for the first deployment, and begins exactly one Deployment with what outlives the checks', async () => {
    await open();
    const { sha, pull } = landed(town, { 'services/shop/coffee.ts': 'export {};\n' });
    const job = town.job({ sha });

    const step = await gate(job, { version: 'v1.8.0', artifact: 'ghcr.io/octo-org/shop@sha256:1234' });
    const again = await gate(job, { version: 'v1.8.0' });
    await job.finish();

    expect(errorsOf(step)).toEqual([]);
    expect([step.exitCode, step.outputs.verdict, step.outputs.version]).toEqual([0, 'open', 'v1.8.0']);
    expect([step.outputs['stable-side'], step.outputs['idle-side']]).toEqual(['blue', 'green']);
    const [deployment, ...more] = town.deployments();
    expect(more).toEqual([]);
    expect(String(deployment?.id)).toBe(step.outputs['deployment-id']);
    expect(again.outputs['deployment-id']).toBe(step.outputs['deployment-id']);
    expect(deployment).toMatchObject({ sha, task: 'deploy', environment: 'production' });
    expect(deployment?.payload).toMatchObject({
      marker: 'boring-deploys',
      kind: 'deploy',
      unit: 'shop',
      version: 'v1.8.0',
      artifact: ['ghcr.io/octo-org/shop@sha256:1234'],
      run: { id: job.record.id, attempt: 1 },
      tier: step.outputs.tier,
      plan: 'canary',
      pulls: [pull.number],
      previous: null,
    });
    expect(deployment?.statuses.map(({ state }) => state)).toEqual(['in_progress']);
    town.github.assertClean();
  });

  test('keeps the tier of a risky range whose last pull request touches documents alone', async () => {
    await open();
    await deployed(landed(town, { 'services/shop/coffee.ts': 'export {};\n' }).sha);
    const risky = landed(town, { 'services/shop/pay/refund.ts': 'export {};\n' });
    const last = landed(town, { 'docs/coffee.md': '# Coffee\n' });

    const job = town.job({ sha: last.sha });
    const step = await gate(job);
    await job.finish();

    expect([step.outputs.verdict, step.outputs.tier, step.outputs.plan]).toEqual(['open', 'high', 'canary']);
    const begun = town.deployments().at(-1);
    expect(begun?.payload).toMatchObject({ tier: 'high', pulls: [last.pull.number, risky.pull.number] });
    town.github.assertClean();
  });

  test('closes on a commit behind what runs, with the command that goes back', async () => {
    await open();
    const old = landed(town, { 'services/shop/coffee.ts': 'export {};\n' });
    await deployed(landed(town, { 'services/shop/tea.ts': 'export {};\n' }).sha);

    const job = town.job({ sha: old.sha });
    const step = await gate(job);
    await job.finish();

    expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'closed']);
    expect(JSON.parse(step.outputs['open-findings'] ?? '')).toContainEqual(
      expect.objectContaining({ id: 'behind', required: true }),
    );
    expect(errorsOf(step)).toHaveLength(1);
    expect(step.summary).toContain(`gh workflow run rollback.yml -f to=${old.sha}`);
    expect(town.deployments()).toHaveLength(1);
    town.github.assertClean();
  });

  test('waits while the deployment of another run lives, and opens over it when that run is over', async () => {
    await open();
    const first = landed(town, { 'services/shop/coffee.ts': 'export {};\n' });
    const second = landed(town, { 'services/shop/tea.ts': 'export {};\n' });
    const alive = town.job({ sha: first.sha });
    const begun = await gate(alive);

    const other = town.job({ sha: second.sha });
    const waits = await gate(other);
    await other.finish();
    await alive.finish();
    const later = town.job({ sha: second.sha });
    const opens = await gate(later);
    await later.finish();

    expect([waits.exitCode, waits.outputs.verdict, waits.outputs['deployment-id']]).toEqual([1, 'waiting', '']);
    expect(waits.summary).toContain(`deployment ${begun.outputs['deployment-id']}`);
    expect(errorsOf(waits)).toHaveLength(1);
    expect([opens.exitCode, opens.outputs.verdict]).toEqual([0, 'open']);
    expect(opens.summary).toContain('was left by a run that is over');
    expect(town.deployments()).toHaveLength(2);
    town.github.assertClean();
  });

  test('without `deployments: write` begins nothing half: one error that names the line', async () => {
    await open();
    const { sha } = landed(town, { 'services/shop/coffee.ts': 'export {};\n' });

    const job = town.job({
      sha,
      permissions: {
        contents: 'read',
        actions: 'read',
        checks: 'write',
        statuses: 'read',
        'pull-requests': 'write',
        deployments: 'read',
      },
    });
    const step = await gate(job);
    await job.finish();

    expect(step.exitCode).toBe(1);
    expect(errorsOf(step)).toEqual([expect.stringContaining('`deployments: write`')]);
    expect(town.deployments()).toEqual([]);
  });
});
