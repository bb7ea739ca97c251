// A runner whose clock is hours off: age, staleness and hanging are judged by GitHub's times, which wrote the record.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { commit, forward, promoted } from '../rollback/story.ts';
import { inputs, policyWith, press, town } from '../rollback/town.ts';

const hour = 3_600_000;
const good = forward({ id: 1, letter: 'a', said: promoted });
const bad = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });
const policy = policyWith().replace('min-age: 0s', 'min-age: 1h');

/** A press half an hour after the bad version came, by GitHub's clock; the runner's is off by `skew` hours. */
function pressed(facts: readonly DeploymentFact[], skew: number, run: { readonly attempt?: number } = {}) {
  const createdAt = bad.createdAt + hour / 2;
  const world = town(facts, { policy, now: createdAt + skew * hour, run: { ...press.run, ...run } });
  const fact = {
    id: 500,
    attempt: 1,
    path: '.github/workflows/rollback.yml',
    event: 'workflow_dispatch',
    actor: 'ada',
  };
  const place = { headSha: commit('f'), headBranch: 'main', url: 'https://github.example/500' };
  world.github.runs.set(500, { ...fact, ...place, status: 'in_progress', createdAt });
  return world;
}

/** The same Deployment, begun and told so much later. */
function later(fact: DeploymentFact, ms: number): DeploymentFact {
  const statuses = fact.statuses.map((one) => ({ ...one, createdAt: one.createdAt + ms }));
  return { ...fact, createdAt: fact.createdAt + ms, statuses };
}

describe.each([-30, -5, 0, 5, 30])('a runner whose clock is %d hours off', (skew) => {
  test('goes back to what carried everybody for long enough', async () => {
    expect(await step(pressed([good, bad], skew), inputs())).toMatchObject({ verdict: 'restored', sha: commit('a') });
  });

  test('refuses what did not', async () => {
    const young = later(good, bad.createdAt - good.createdAt - hour / 2);

    expect(await step(pressed([young, bad], skew), inputs())).toMatchObject({
      verdict: 'refused',
      reason: 'no-target',
    });
  });

  test('refuses a late re-run where something newer was deployed since', async () => {
    const newer = later(forward({ id: 3, letter: 'c', previous: { id: 2, letter: 'b' }, said: promoted }), 0);
    const world = pressed([good, bad, { ...newer, createdAt: bad.createdAt + hour }], skew, { attempt: 2 });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'refused', reason: 'stale-run' });
    expect(world.traffic.log).toEqual([]);
  });

  test('keeps its deadline, which is a length of time and no instant', async () => {
    const world = pressed([good, bad], skew);
    const from = world.clock.now();
    world.traffic.refuses = true;

    expect(await step(world, inputs())).toMatchObject({ verdict: 'failed' });
    expect(world.clock.now() - from).toBeLessThanOrEqual(300_000);
  });
});
