// Legs of one run at once: however many begin together leave one Deployment, however many report together one comment.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { WorkflowRun } from '../world/github/fake.ts';
import type { StepOptions, StepResult } from '../world/runner/types.ts';
import { startTraffic } from '../world/service/traffic.ts';
import { type SingleJob, shopPolicy, type Town } from '../world/town.ts';
import { errorsOf, landed, stateOf, townOfBundles } from './ground.ts';

let town: Town;
let folder = '';

afterEach(async () => {
  await town.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function gate(job: SingleJob, given: StepOptions['with'] = {}): Promise<StepResult> {
  return job.uses('pre-deploy-gate', { with: { comment: 'false', ...given } });
}

const legNames = ['ap', 'br', 'ca', 'de', 'eu', 'in', 'jp', 'us'];

/** The shop in eight places at once: each leg has its own weights, kept in a file, and all of them the same two sides. */
function policyOfLegs(folder: string): string {
  const legs = legNames
    .map(
      (leg) =>
        `${leg}: {traffic: {get: 'cat ${join(folder, leg)}', set: 'printf %s "$WEIGHTS" > ${join(folder, leg)}'}}`,
    )
    .join(', ');
  return shopPolicy()
    .replace('{url: "${SHOP_URL}"}', `{url: "\${SHOP_URL}", legs: {${legs}}}`)
    .replace(/ {2}router: http\n {2}url: .*\n/, '  router: command\n  get: "exit 9"\n  set: "exit 9"\n')
    .replace(/plan: (direct|canary)\}/g, 'plan: once}')
    .replace(
      'plans:\n',
      'plans:\n  once: {every: 500ms, stages: [{id: full, weight: 100 %, bake: 1s, max-bake: 90s}], inconclusive: restore}\n',
    );
}

/** Jobs of one run, one a leg. */
function legsOf(run: WorkflowRun, sha: string, legs: readonly string[]): SingleJob[] {
  return legs.map((leg) => town.job({ sha, beside: run, matrix: { leg } }));
}

/** Answers come late by chance, so that the legs meet in every order. */
function jitter(): void {
  const chance = [0, 90, 20, 60, 0, 120, 40, 10, 70, 30];
  for (let n = 0; n < 400; n += 1)
    town.github.faults.add({ match: /./, after: 0, latencyMs: chance[(n * 7) % chance.length] ?? 0 });
}

describe('the legs of one run', () => {
  async function eightLegs(): Promise<string> {
    folder = mkdtempSync(join(tmpdir(), 'boring-legs-'));
    for (const leg of legNames) writeFileSync(join(folder, leg), '{"blue": 100, "green": 0}');
    town = await townOfBundles({ policy: policyOfLegs(folder), running: false });
    const { sha } = landed(town);
    await town.service.green.deploy({ version: sha.slice(0, 7), sha });
    return sha;
  }

  test('that begin at once leave one Deployment', async () => {
    const sha = await eightLegs();
    const first = town.job({ sha, matrix: { leg: 'ap' } });
    const [second] = legsOf(first.record, sha, ['br']);
    if (second === undefined) throw new Error('no second leg');
    // The first of the two to create is held there until the other has listed and created too.
    town.github.faults.add({ match: 'POST /repos/octo-org/shop/deployments', latencyMs: 3_000 });

    const steps = await Promise.all([gate(first, { leg: 'ap' }), gate(second, { leg: 'br' })]);
    await Promise.all([first.finish(), second.finish()]);

    expect(steps.map((step) => [step.outputs.verdict, errorsOf(step)])).toEqual([
      ['open', []],
      ['open', []],
    ]);
    expect(new Set(steps.map(({ outputs }) => outputs['deployment-id'])).size).toBe(1);
    expect(town.github.count('POST /repos/octo-org/shop/deployments')).toBe(2);
    const [one, twin] = town.deployments();
    expect(String(one?.id)).toBe(steps[0]?.outputs['deployment-id']);
    expect(stateOf(town, String(one?.id))).toBe('in_progress');
    expect(twin?.statuses.at(-1)).toMatchObject({
      state: 'inactive',
      description: expect.stringContaining(`superseded by ${one?.id}`),
    });
    town.github.assertClean();
  });

  test('that report at once, eight of them, leave one comment with eight rows', async () => {
    const sha = await eightLegs();
    const pull = town.repo.pulls()[0];
    if (pull === undefined) throw new Error('no pull request');
    const lead = town.job({ sha, name: 'gate' });
    const opened = await gate(lead);
    expect([opened.outputs.verdict, errorsOf(opened)]).toEqual(['open', []]);
    expect(town.comments(pull)).toEqual([]);
    const jobs = legsOf(lead.record, sha, legNames);
    const users = startTraffic({ url: town.service.green.url, rate: 40, forSeconds: 300 });
    jitter();
    town.github.faults.lagLists({ ms: 400 });

    const steps = await Promise.all(
      jobs.map((job, at) => job.uses('canary-step', { with: { leg: legNames[at] ?? '' } })),
    );
    await Promise.all(jobs.map((job) => job.finish()));
    await users.stop();

    expect(steps.map((step) => [step.outputs.verdict, step.outputs.reason, errorsOf(step)])).toEqual(
      legNames.map(() => ['promote', 'completed', []]),
    );
    const comments = town.comments(pull);
    expect(comments).toHaveLength(1);
    for (const leg of legNames) expect(comments[0]).toContain(`canary full 100 % · ${leg} |`);
    expect(comments[0]?.match(/canary full 100 % · /g)).toHaveLength(8);
    expect(town.deployments()).toHaveLength(1);
    expect(stateOf(town, opened.outputs['deployment-id'])).toBe('success');
    await lead.finish();
    town.github.assertClean();
  }, 400_000);
});
