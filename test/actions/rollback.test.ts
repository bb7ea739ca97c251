// The rollback procedure, from the press of the button to the record, in the in-memory World.
import { describe, expect, test } from '@jest/globals';
import { inputs as shape } from '../../actions/rollback/inputs.ts';
import { finish, step } from '../../actions/rollback/rollback.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import { commit, forward, halfWay, migrated, promoted, turnedBack } from '../rollback/story.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld } from '../world/memory/world.ts';

const policy = `
version: 1
roles: {lead: [alice]}
overrides: {allow: [contract-migration, condemned], by: [lead]}
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://blue.example", green: "http://green.example"}
rollback:
  min-age: 0s
  redeploy: {command: ./ops/redeploy.sh}
`;

const given = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, '']));
const press = { run: { event: 'workflow_dispatch', byPerson: true, id: 500 } } as const;

const a = forward({ id: 1, letter: 'a', said: promoted });
const b = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });

function inputs(words: Readonly<Record<string, string>> = {}) {
  return shape.parse({ ...given, ...words });
}

/** Blue runs va, green runs vb and has everybody. */
function town(facts: readonly DeploymentFact[], options: MemoryOptions = {}): MemoryWorld {
  const world = memoryWorld({ policy, ...press, now: Date.UTC(2026, 10, 18, 8, 0, 0), ...options });
  world.github.deployments = [...facts];
  world.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
  world.traffic.sides.green = { version: 'vb', sha: commit('b'), answers: true };
  world.traffic.weights = { blue: 0, green: 100 };
  return world;
}

describe('rollback', () => {
  test('switches traffic to the last known good version, then verifies and records it', async () => {
    const world = town([a, b]);

    const outcome = await step(world, inputs({ reason: 'checkout is broken' }));

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0, sha: commit('a'), version: 'va' });
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    expect(made).toMatchObject({
      sha: commit('a'),
      payload: { reason: 'checkout is broken', from: { version: 'vb' }, how: 'traffic' },
    });
    expect(world.github.story(made?.id ?? 0)).toEqual([
      'in_progress: rollback: switched to blue',
      'success: rollback: verified 50 of 50 samples at the entrance are va',
    ]);
    expect(world.github.story(2).at(-1)).toBe(`failure: rolled back to va, deployment ${made?.id}`);
  });

  test('moves traffic before it writes anything', async () => {
    const world = town([a, b]);

    await step(world, inputs());

    const firstWrite = Math.min(
      ...world.github.deployments.filter(({ id }) => id > 2).map(({ createdAt }) => createdAt),
    );
    expect(world.traffic.log[0]?.at).toBeLessThanOrEqual(firstWrite);
    expect(world.told.indexOf('beat: Record')).toBeGreaterThan(
      world.told.findIndex((line) => line.startsWith('beat: Switch')),
    );
  });

  test('goes back one version however often it is pressed', async () => {
    const older = forward({ id: 1, letter: 'e', said: promoted });
    const first = town([
      older,
      forward({ id: 2, letter: 'a', previous: { id: 1, letter: 'e' }, said: promoted }),
      forward({ id: 3, letter: 'b', previous: { id: 2, letter: 'a' }, said: promoted }),
    ]);
    await step(first, inputs());
    const second = memoryWorld({ ...press, run: { ...press.run, id: 501 }, after: first });

    const outcome = await step(second, inputs());

    expect(outcome).toMatchObject({
      verdict: 'already-there',
      reason: 'rolled-back-already',
      exit: 0,
      sha: commit('a'),
    });
    expect(JSON.stringify(outcome.evidence?.wayBack)).toContain(`-f to=${commit('e')}`);
    expect(second.traffic.log).toHaveLength(1);
  });

  test('confirms its own work when the same run is run again, and refuses when something newer was deployed', async () => {
    const world = town([a, b]);
    await step(world, inputs());
    const again = memoryWorld({ run: { ...press.run, attempt: 2 }, after: world });
    const confirmed = await step(again, inputs());
    world.github.deployments = [...world.github.deployments, forward({ id: 99_999, letter: 'd', said: promoted })];

    const late = await step(memoryWorld({ run: { ...press.run, attempt: 3 }, after: world }), inputs());

    expect(confirmed).toMatchObject({ verdict: 'already-there', exit: 0 });
    expect(late).toMatchObject({ verdict: 'refused', reason: 'stale-run', exit: 1 });
    expect(late.error).toContain('gh workflow run rollback.yml');
  });

  test('brings a half-way canary back to the side that was stable, though what ran there was never recorded', async () => {
    const world = town([forward({ id: 1, letter: 'b', said: halfWay })]);
    world.traffic.weights = { blue: 90, green: 10 };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'restored', version: 'va' });
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
  });

  test('finds the traffic back after a canary that turned back by itself', async () => {
    const world = town(
      [a, forward({ id: 2, letter: 'b', runId: 500, previous: { id: 1, letter: 'a' }, said: turnedBack })],
      {
        run: { event: 'push', id: 500 },
      },
    );
    world.traffic.weights = { blue: 100, green: 0 };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'already-there', exit: 0, version: 'va' });
    expect(world.traffic.log).toEqual([]);
  });

  test('does nothing in a deploying run that began nothing', async () => {
    const world = town([a, b], { run: { event: 'push', id: 777 } });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'already-there', reason: 'nothing-begun', exit: 0, evidence: undefined });
    expect(world.traffic.log).toEqual([]);
  });

  test('redeploys a version whose side was overwritten, on the side without users, before traffic moves', async () => {
    const world = town([a, b], {
      command: ({ env }) => {
        world.traffic.sides[env?.SIDE ?? ''] = { version: env?.VERSION ?? '', sha: env?.SHA ?? '', answers: true };
        return { code: 0, stdout: '', stderr: '', timedOut: false };
      },
    });
    world.traffic.sides.blue = { version: 'vx', sha: commit('9'), answers: true };

    const outcome = await step(world, inputs({ to: commit('a') }));

    expect(world.commands).toMatchObject([
      { line: './ops/redeploy.sh', env: { SIDE: 'blue', VERSION: 'va', SHA: commit('a') } },
    ]);
    expect(outcome).toMatchObject({ verdict: 'restored', reason: 'redeploy' });
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
  });

  test('leaves traffic alone when the redeploy command fails', async () => {
    const world = town([a, b], {
      command: () => ({ code: 3, stdout: '', stderr: 'image not found', timedOut: false }),
    });
    world.traffic.sides.blue = { version: '', sha: '', answers: false };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'failed', reason: 'redeploy-failed', exit: 1 });
    expect(outcome.error).toMatch(/image not found.*Traffic was not moved/);
    expect(world.traffic.log).toEqual([]);
  });

  test('refuses when a contract migration went in since, and goes when a person sets the guard aside', async () => {
    const contract = migrated({
      id: 3,
      letter: 'b',
      parent: 2,
      compatibility: 'contract',
      said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
    });
    const refused = await step(town([a, b, contract]), inputs());
    const forced = town([a, b, contract]);

    const outcome = await step(
      forced,
      inputs({ override: 'contract-migration', 'override-reason': 'orders table is empty' }),
    );

    expect(refused).toMatchObject({ verdict: 'refused', reason: 'contract-migration', exit: 1 });
    expect(refused.error).toContain('V044__drop.sql');
    expect(outcome).toMatchObject({ verdict: 'restored' });
  });

  test('works with GitHub down when a person names a full sha: switches, and says that nothing was recorded', async () => {
    const world = town([a, b]);
    for (const kind of ['deployments', 'run', 'default-branch'])
      world.github.silent.set(kind, unknown('GitHub does not answer', 'wait'));
    world.github.down = true;
    world.github.workspace.set('.github/deploy-policy.yml', policy);

    const outcome = await step(world, inputs({ to: commit('a') }));

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    expect(outcome.warnings.join()).toContain('Not recorded');
    expect(world.traffic.weights).toEqual({ blue: 100, green: 0 });
  });

  test.each([
    ['nobody named a version', {}, true, 'no-records'],
    ['a Deployment id was given', { to: '1' }, true, 'id-unreadable'],
    ['no side runs it', { to: commit('9') }, true, 'no-target'],
    ['it is an automatic call', { to: commit('a') }, false, 'no-records'],
  ])('with GitHub down it refuses when %s', async (_when, words, byPerson, reason) => {
    const world = town([a, b], { run: { ...press.run, byPerson } });
    for (const kind of ['deployments', 'run', 'default-branch'])
      world.github.silent.set(kind, unknown('GitHub does not answer', 'wait'));
    world.github.workspace.set('.github/deploy-policy.yml', policy);

    const outcome = await step(world, inputs(words));

    expect(outcome).toMatchObject({ verdict: 'refused', reason, exit: 1 });
    expect(outcome.error).toContain('blue runs va');
    expect(world.traffic.log).toEqual([]);
  });

  test('works while the newest policy file is broken outside of what it needs', async () => {
    const world = town([a, b], { policy: `${policy}\nchecklist: [no-such-criterion]\n` });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'restored' });
  });

  test('says unverified when the side does not run what it should', async () => {
    const world = town([a, b]);
    world.traffic.router.set = async (weights) => {
      world.traffic.sides.blue = { version: 'vz', sha: commit('8'), answers: true };
      world.traffic.weights = weights;
      return { applied: weights, changed: true };
    };

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'unverified', exit: 1 });
    expect(outcome.error).toContain('blue runs vz, not va');
  });

  test('plans without moving anything', async () => {
    const world = town([a, b]);

    const outcome = await step(world, inputs({ mode: 'plan' }));

    expect(outcome).toMatchObject({ verdict: 'planned', exit: 0, sha: commit('a') });
    expect(world.traffic.log).toEqual([]);
    expect(world.github.deployments).toHaveLength(2);
  });

  test('post ends what a killed run left open', async () => {
    const world = town([a, b]);
    await step(world, inputs());
    const made = world.github.deployments.find(({ task }) => task === 'deploy:rollback');
    world.github.deployments = world.github.deployments.map((one) =>
      one.id === made?.id ? { ...one, statuses: one.statuses.slice(0, 1) } : one,
    );

    await finish(memoryWorld({ ...press, after: world, states: world.states }), inputs());

    expect(world.github.story(made?.id ?? 0).at(-1)).toMatch(/^error: cancelled: /);
  });
});
