// Two press in the very same instant: one acts, the other says who; and what holds where GitHub shows them to each other too late, or not at all.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import type { WorkflowRunFact } from '../../src/evidence/fact.ts';
import { deliveryOf } from '../../src/record/delivery.ts';
import { readHistory } from '../../src/record/history.ts';
import { whatRuns } from '../../src/record/running.ts';
import { commit, forward, promoted } from '../rollback/story.ts';
import { inputs, policyWith, press, town } from '../rollback/town.ts';
import { type MemoryWorld, memoryWorld } from '../world/memory/world.ts';

const older = forward({ id: 1, letter: 'e', said: promoted });
const good = forward({ id: 2, letter: 'a', previous: { id: 1, letter: 'e' }, said: promoted });
const bad = forward({ id: 3, letter: 'b', previous: { id: 2, letter: 'a' }, said: promoted });

/** Ada and Grace, each with a run of her own, in one town. */
function two(): readonly [MemoryWorld, MemoryWorld] {
  const ada = town([older, good, bad], { policy: policyWith() });
  const grace = memoryWorld({ ...press, run: { ...press.run, id: 501 }, after: ada });
  for (const [id, actor] of [
    [500, 'ada'],
    [501, 'grace'],
  ] as const)
    ada.github.runs.set(id, runOf(id, actor, ada.clock.now()));
  return [ada, grace];
}

function runOf(id: number, actor: string, createdAt: number): WorkflowRunFact {
  return {
    ...{ id, actor, attempt: 1, path: '.github/workflows/rollback.yml', event: 'workflow_dispatch' },
    ...{
      headSha: commit('f'),
      headBranch: 'main',
      status: 'in_progress',
      createdAt,
      url: `https://github.example/${id}`,
    },
  };
}

const third = (world: MemoryWorld) => memoryWorld({ ...press, run: { ...press.run, id: 502 }, after: world });
const rollbacksIn = ({ github }: MemoryWorld) => github.deployments.filter(({ task }) => task === 'deploy:rollback');

describe('two people press in the same instant', () => {
  test('one acts, the other is told who does, and the next press confirms one version back', async () => {
    const [ada, grace] = two();

    const outcomes = await Promise.all([step(ada, inputs()), step(grace, inputs())]);

    expect(outcomes.map(({ verdict }) => verdict).sort()).toEqual(['refused', 'restored']);
    const refused = outcomes.find(({ verdict }) => verdict === 'refused');
    expect(refused).toMatchObject({ reason: 'conflict', exit: 1 });
    expect(refused?.error).toMatch(/(ada|grace) pressed in the same moment and was first: rollback \d+ acts/);
    expect(ada.traffic.log).toHaveLength(1);
    expect(rollbacksIn(ada).map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success', 'inactive']);
    expect(await step(third(ada), inputs())).toMatchObject({ verdict: 'already-there', version: 'va' });
  });

  test('where the list shows neither to the other in time, both go to the same version and one of them is the record', async () => {
    const worlds = two();
    const lagging = worlds.map((world) => {
      let reads = 0;
      const { deployments, run } = world;
      const isOwn = (payload: unknown) => JSON.stringify(payload).includes(`"id":${run.id}`);
      const list: typeof deployments.list = async (environment, newest) => {
        reads += 1;
        const listed = await deployments.list(environment, newest);
        return reads > 1 ? listed : listed.filter(({ task, payload }) => task === 'deploy' || isOwn(payload));
      };
      return { ...world, deployments: { ...deployments, list } };
    });

    const outcomes = await Promise.all(lagging.map((world) => step(world, inputs())));

    expect(outcomes.map(({ verdict, sha }) => [verdict, sha])).toEqual([
      ['restored', commit('a')],
      ['restored', commit('a')],
    ]);
    expect(JSON.stringify(outcomes)).toMatch(/pressed in the same moment: rollback \d+ did the same/);
    const [first] = worlds;
    expect(rollbacksIn(first).map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success', 'inactive']);
    expect(first.github.story(3).filter((line) => line.includes('rolled back to'))).toHaveLength(1);
    expect(await step(third(first), inputs())).toMatchObject({ verdict: 'already-there', version: 'va' });
  });

  test('with the commit named, nobody waits for the other, and the figures count one rollback', async () => {
    const [ada, grace] = two();
    const named = inputs({ to: commit('a') });

    const outcomes = await Promise.all([step(ada, named), step(grace, named)]);

    for (const outcome of outcomes) expect(outcome).toMatchObject({ sha: commit('a'), exit: 0 });
    const made = rollbacksIn(ada);
    expect(made.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success', 'inactive']);
    expect(made[1]?.statuses[0]?.description).toMatch(/switched/);
    const history = readHistory(ada.github.deployments, { environment: 'production', unit: '' });
    const year = { from: 0, to: ada.clock.now() + 1 };
    expect(deliveryOf(history, year)).toMatchObject({ rollbacks: 1, rework: { n: 4, count: 1 } });
    expect(whatRuns(history)?.id).toBe(made[0]?.id);
    expect(await step(third(ada), inputs())).toMatchObject({ verdict: 'already-there', version: 'va' });
  });

  test('with GitHub taking no Deployment, users come first: both go to the same version, and say that nothing is recorded', async () => {
    const mute = two().map((world) => ({
      ...world,
      deployments: { ...world.deployments, create: async () => Promise.reject(new Error('502')) },
    }));

    const outcomes = await Promise.all(mute.map((world) => step(world, inputs())));

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ verdict: 'restored', sha: commit('a') });
      expect(outcome.warnings.join()).toContain('Not recorded');
    }
  });
});

describe('a rollback that hangs', () => {
  const hangs = async (laterMs: number) => {
    const [ada, grace] = two();
    const lost = { ...ada, router: () => ({ ...ada.traffic.router, set: () => new Promise<never>(() => undefined) }) };
    void step(lost, inputs());
    for (let turn = 0; rollbacksIn(ada).length === 0 && turn < 1_000; turn += 1) await Promise.resolve();
    const began = rollbacksIn(ada)[0]?.createdAt ?? Number.NaN;
    ada.github.runs.set(501, runOf(501, 'grace', began + laterMs));
    return { outcome: await step(grace, inputs()), world: ada };
  };

  test('holds up the next press while it is within twice its budget', async () => {
    const { outcome, world } = await hangs(10 * 60_000 - 1_000);

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'conflict' });
    expect(world.traffic.log).toEqual([]);
  });

  test('does not beyond it, though GitHub still shows its run, and gets its end', async () => {
    const { outcome, world } = await hangs(10 * 60_000);

    expect(outcome).toMatchObject({ verdict: 'restored', sha: commit('a') });
    expect(rollbacksIn(world).map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['error', 'success']);
  });
});
