// A person names the commit and GitHub is slow: within the grace the record decides, beyond it users go back first and the record is read after (ADR 0007).
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import type { Ask } from '../../src/evidence/answer.ts';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import type { World } from '../../src/world.ts';
import { IdleClock } from '../rollback/idle.ts';
import { commit, forward, halfWay, migrated, restoredSaid, rolledBack } from '../rollback/story.ts';
import { a, b, inputs, policyWith, press, town } from '../rollback/town.ts';

const policy = policyWith('verify: [version]\nredeploy: {command: ./ops/redeploy.sh}');
const contract = migrated({
  id: 3,
  letter: 'b',
  parent: 2,
  compatibility: 'contract',
  said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
});
const named = { to: commit('a') };

/** Every answer of GitHub's takes so long, what is in the checkout none. */
function slowTown(latencyMs: number, facts: readonly DeploymentFact[], run: { readonly attempt?: number } = {}) {
  const memory = town(facts, { policy, run: { ...press.run, ...run } });
  memory.github.workspace.set('.github/deploy-policy.yml', policy);
  const from = memory.clock.now();
  const clock = new IdleClock(from);
  let switchedAt: number | undefined;
  const ask: Ask = async (question) => {
    if (question.kind === 'deployments' || question.kind === 'run') await clock.sleep(latencyMs);
    return memory.ask(question);
  };
  const world: World = {
    ...memory,
    clock,
    ask,
    router: () => ({
      ...memory.traffic.router,
      set: async (weights) => {
        switchedAt ??= clock.now() - from;
        return memory.traffic.router.set(weights);
      },
    }),
  };
  return { world, memory, switchedAt: () => switchedAt };
}

const notesOf = (outcome: Awaited<ReturnType<typeof step>>) => JSON.stringify(outcome.evidence?.details);
const back = { blue: 100, green: 0 };

describe('a commit that a side proves to run', () => {
  test.each([
    [1_499, 1_499, false],
    [1_500, 1_500, false],
    [1_501, 1_500, true],
    [60_000, 1_500, true],
  ])('with GitHub %d ms slow goes back after %d ms (before the record: %s)', async (latency, after, isLate) => {
    const { world, memory, switchedAt } = slowTown(latency, [a, b]);

    const outcome = await step(world, inputs(named));

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0, sha: commit('a') });
    expect(switchedAt()).toBe(after);
    expect(notesOf(outcome).includes('GitHub did not answer within 1.5 s')).toBe(isLate);
    expect(memory.traffic.weights).toEqual(back);
    // Whenever the record came: what was left says so, and the rollback knows what it left.
    expect(memory.github.story(2).at(-1)).toMatch(/^failure: rolled back to va/);
    const made = memory.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(made?.payload).toMatchObject({ from: { deploymentId: 2 }, to: { deploymentId: 1 } });
  });

  test.each([
    [100, 'refused', 'contract-migration', 0],
    [5_000, 'restored', 'traffic', 1],
  ])('that the guard closes for, GitHub %d ms slow: %s', async (latency, verdict, reason, moves) => {
    const { world, memory } = slowTown(latency, [a, b, contract]);

    const outcome = await step(world, inputs(named));

    expect(outcome).toMatchObject({ verdict, reason });
    expect(memory.traffic.log).toHaveLength(moves);
    if (verdict === 'restored') expect(outcome.warnings.join()).toContain('contract-migration: va cannot run on today');
  });

  test('that was rolled back itself: said after the switch', async () => {
    const left = rolledBack({ id: 3, letter: 'b', from: { id: 1, letter: 'a' }, said: restoredSaid });
    const said = [
      ...a.statuses,
      { ...a.statuses.at(-1), state: 'failure', description: 'rolled back to vb (deployment 3)' },
    ];
    const { world } = slowTown(5_000, [{ ...a, statuses: said } as DeploymentFact, b, left]);

    expect((await step(world, inputs(named))).warnings.join()).toContain('condemned: va was rolled back here itself');
  });

  test('while another run deploys: that one is told to stop once the record says that it does', async () => {
    const c = forward({ id: 3, letter: 'c', previous: { id: 2, letter: 'b' }, said: halfWay });
    const { world, memory } = slowTown(5_000, [a, b, c]);

    await step(world, inputs(named));

    expect(memory.github.story(3).join()).toContain('superseded by the rollback to va');
    expect(memory.runsCancelled).toEqual([3]);
  });
});

describe('GitHub is waited for', () => {
  test.each([
    ['by a re-run, for something newer may be there', { attempt: 2 }, {}],
    ['where traffic alone is not what is asked', {}, { how: 'redeploy' }],
    ['where only the last known good version is asked', {}, { to: '' }],
    ['where a plan is asked', {}, { mode: 'plan' }],
  ])('%s', async (_why, run, words) => {
    const { world, switchedAt } = slowTown(5_000, [a, b, contract], run);

    const outcome = await step(world, inputs({ ...named, ...words }));

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'contract-migration' });
    expect(switchedAt()).toBeUndefined();
  });

  test('where no side proves to run that very commit', async () => {
    const { world, memory, switchedAt } = slowTown(5_000, [a, b, contract]);
    memory.traffic.sides.blue = { version: 'va', sha: '', answers: true };

    expect(await step(world, inputs(named))).toMatchObject({ reason: 'contract-migration' });
    expect(switchedAt()).toBeUndefined();
  });
});
