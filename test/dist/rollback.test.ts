// The rollback workflow with its bundle: one version back however often it is pressed, traffic first, and GitHub may be down.
import { describe, expect, test } from '@jest/globals';
import type { StepResult } from '../world/runner/types.ts';
import { type Done, shopPolicy, type Town, type TownOptions } from '../world/town.ts';
import { carry, errorsOf, landed, shownBy, stateOf, townOfBundles, warningsOf } from './ground.ts';

/** One short stage for every change, and no smoke test, which has tests of its own. */
const policy = shopPolicy()
  .replace(/plan: (direct|canary)\}/g, 'plan: once}')
  .replace(
    'plans:\n',
    'plans:\n  once: {every: 300ms, stages: [{id: full, weight: 100 %, bake: 600ms, max-bake: 90s}], inconclusive: restore}\n',
  );

/** Tests run side by side, each in a town of its own: most of their time is waiting for who does not answer. */
async function inTown(options: TownOptions, tell: (town: Town) => Promise<void>): Promise<void> {
  const town = await townOfBundles({ policy, ...options });
  try {
    await tell(town);
  } finally {
    await town.stop();
  }
}

const patience = 300_000;

interface Version {
  readonly sha: string;
  readonly id: string;
}

/** Two versions that carried everybody, the second one now: the first waits on the other side. */
async function twoVersions(town: Town): Promise<readonly [Version, Version]> {
  return [await carry(town), await carry(town)];
}

/** The step of the action in a run of rollback.yml. */
function pressed(done: Done): StepResult {
  const step = done.steps.find(({ name, stage }) => name.includes('rollback') && stage === 'main');
  if (step === undefined)
    throw new Error(`rollback.yml ran no rollback: ${done.steps.map(({ name }) => name).join(', ')}`);
  return step;
}

/** The sha that users get now, asked at the entrance. */
async function served(town: Town): Promise<unknown> {
  return ((await (await fetch(`${town.router.url}/version`)).json()) as { sha: string }).sha;
}

describe('the rollback workflow refuses, and moves nothing', () => {
  test.concurrent(
    'without any version to go back to',
    () =>
      inTown({}, async (town) => {
        const done = await town.rollback();

        expect(done.conclusion).toBe('failure');
        expect(pressed(done).outputs).toMatchObject({ verdict: 'refused', reason: 'no-target' });
        expect(errorsOf(pressed(done))).toHaveLength(1);
        expect(errorsOf(pressed(done))[0]).toContain('gh workflow run rollback.yml -f to=');
        expect(town.router.log).toEqual([]);
        expect(town.deployments()).toEqual([]);
      }),
    patience,
  );

  test.concurrent(
    'without a policy: the lines to add are named',
    () =>
      inTown({ files: { '.github/deploy-policy.yml': null } }, async (town) => {
        landed(town);

        const done = await town.rollback();

        expect(errorsOf(pressed(done))).toHaveLength(1);
        expect(errorsOf(pressed(done))[0]).toContain('traffic:');
        expect(town.router.log).toEqual([]);
      }),
    patience,
  );
});

describe('the rollback workflow', () => {
  test.concurrent(
    'pressed twice goes back one version: traffic first, then the record',
    () =>
      inTown({ users: 80 }, async (town) => {
        const [good, bad] = await twoVersions(town);
        expect(await served(town)).toBe(bad.sha);

        const first = await town.rollback({ reason: 'errors in the shop' }, { by: 'grace' });
        const second = await town.rollback({}, { by: 'grace' });

        expect(errorsOf(pressed(first))).toEqual([]);
        expect(first.conclusion).toBe('success');
        expect(pressed(first).outputs).toMatchObject({ verdict: 'restored', 'target-sha': good.sha });
        expect(Object.keys(JSON.parse(pressed(first).outputs['phase-times'] ?? '{}'))).toEqual([
          'queue',
          'decide',
          'switch',
          'verify',
          'record',
        ]);
        expect(second.conclusion).toBe('success');
        expect(pressed(second).outputs).toMatchObject({ verdict: 'already-there', 'target-sha': good.sha });
        expect(await served(town)).toBe(good.sha);
        const [rollback, ...more] = town.deployments('deploy:rollback');
        expect(more).toEqual([]);
        expect(rollback).toMatchObject({ sha: good.sha, payload: { reason: 'errors in the shop' } });
        expect(stateOf(town, rollback?.id)).toBe('success');
        expect(stateOf(town, bad.id)).toBe('failure');
        const calls = town.github.log.filter(({ tokenName }) => tokenName.startsWith(`run ${first.run.id},`));
        const created = calls.findIndex(({ method, path }) => method === 'POST' && path.endsWith('/deployments'));
        expect(created).toBeGreaterThan(0);
        expect(created).toBeLessThanOrEqual(10);
        town.github.assertClean();
      }),
    patience,
  );

  test.concurrent(
    'an old run pressed again after a newer deployment is refused, with the command that starts a new one',
    () =>
      inTown({ users: 80 }, async (town) => {
        await twoVersions(town);
        const old = await town.rollback();
        const newer = await carry(town);

        const again = await town.rollback({}, { again: old.run });

        expect(again.conclusion).toBe('failure');
        expect(pressed(again).outputs).toMatchObject({ verdict: 'refused', reason: 'stale-run' });
        expect(errorsOf(pressed(again))).toHaveLength(1);
        expect(errorsOf(pressed(again))[0]).toContain('gh workflow run rollback.yml');
        expect(await served(town)).toBe(newer.sha);
        town.github.assertClean();
      }),
    patience,
  );

  test.concurrent(
    'with GitHub down and a full sha brings the traffic back by the checked-out policy; the re-run records it',
    () =>
      inTown({ users: 80 }, async (town) => {
        const [good, bad] = await twoVersions(town);
        town.github.down();

        const down = await town.rollback({ to: good.sha });

        expect([errorsOf(pressed(down)), down.conclusion]).toEqual([[], 'success']);
        expect([pressed(down).exitCode, pressed(down).outputs.verdict]).toEqual([0, 'restored']);
        expect(await served(town)).toBe(good.sha);
        expect(warningsOf(pressed(down)).join('\n')).toMatch(/Not recorded.*Re-run this job when GitHub is back/);
        expect(errorsOf(pressed(down))).toEqual([]);
        expect(shownBy(pressed(down))).not.toMatch(/^\s+at .*:\d+:\d+/m);
        expect(town.deployments('deploy:rollback')).toEqual([]);

        town.github.up();
        const again = await town.rollback({ to: good.sha }, { again: down.run });

        expect([again.conclusion, pressed(again).outputs.verdict]).toEqual(['success', 'already-there']);
        const [recorded, ...more] = town.deployments('deploy:rollback');
        expect(more).toEqual([]);
        expect(recorded?.sha).toBe(good.sha);
        expect(stateOf(town, recorded?.id)).toBe('success');
        expect(stateOf(town, bad.id)).toBe('failure');
        town.github.assertClean();
      }),
    patience,
  );

  test.concurrent(
    'with GitHub down and no sha is refused: what each side answers, and the command to press',
    () =>
      inTown({ users: 80 }, async (town) => {
        const [good, bad] = await twoVersions(town);
        town.github.down();

        const done = await town.rollback();
        town.github.up();

        const [message, ...more] = errorsOf(pressed(done));
        expect(more).toEqual([]);
        expect(pressed(done).outputs).toMatchObject({ verdict: 'refused', reason: 'no-records' });
        expect(message).toContain(good.sha.slice(0, 7));
        expect(message).toContain('gh workflow run rollback.yml -f to=');
        expect(await served(town)).toBe(bad.sha);
      }),
    patience,
  );

  test.concurrent(
    'redeploys by command a version whose side was overwritten, once',
    () =>
      inTown({ users: 80 }, async (town) => {
        const [first] = await twoVersions(town);
        const third = await carry(town);
        expect(town.service.blue.running?.sha).not.toBe(first.sha);
        expect(town.service.green.running?.sha).not.toBe(first.sha);

        const done = await town.rollback({ to: first.sha });
        const again = await town.rollback({ to: first.sha });

        expect(errorsOf(pressed(done))).toEqual([]);
        expect(pressed(done).outputs).toMatchObject({
          verdict: 'restored',
          reason: 'redeploy',
          'target-sha': first.sha,
        });
        expect(pressed(again).outputs).toMatchObject({ verdict: 'already-there' });
        expect(await served(town)).toBe(first.sha);
        expect(stateOf(town, third.id)).toBe('failure');
        town.github.assertClean();
      }),
    patience,
  );

  test.concurrent(
    'acts while the newest policy is broken outside of what it needs',
    () =>
      inTown({ users: 80 }, async (town) => {
        const [good] = await twoVersions(town);
        town.repo.commit({ files: { '.github/deploy-policy.yml': `${policy}\nchecklits: []\n` } });

        const done = await town.rollback();

        expect(pressed(done).outputs).toMatchObject({ verdict: 'restored', 'target-sha': good.sha });
        expect(await served(town)).toBe(good.sha);
        expect(shownBy(pressed(done))).toContain('checklits');
      }),
    patience,
  );
});
