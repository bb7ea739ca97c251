// The bundle of canary-step against a real service behind a router: forward, back, step by step, and never half-way. How it ends when it is
// stopped at any moment is in canary-signals, what real metric sources make of it in canary-nginx.
import { describe, expect, jest, test } from '@jest/globals';
import type { StepResult } from '../world/runner/types.ts';
import type { SingleJob, Town, TownOptions } from '../world/town.ts';
import { type Course, inTown, patient, walked } from './courses.ts';
import { begin, errorsOf, stateOf, wordsOf } from './ground.ts';

jest.setTimeout(patient);

const bad = { 'services/shop/behaviour.json': '{"failEvery": 5}\n' };
const stable = { blue: 100, green: 0 };
const stages = [
  '{id: ten, weight: 10 %, bake: 1s, max-bake: 90s}',
  '{id: quarter, weight: 25 %, bake: 1s, max-bake: 90s}',
  '{id: half, weight: 50 %, bake: 1s, max-bake: 90s}',
  '{id: full, weight: 100 %, bake: 1s, max-bake: 90s}',
];

/** A shop behind the toy router, whose every change of weights is known. */
const inShop = (body: (town: Town) => Promise<void>, course: Partial<Course> = {}, town: TownOptions = {}) =>
  inTown({ entrance: 'toy', stages, plan: ['inconclusive: restore'], town: { users: 100, ...town }, ...course }, body);

const quiet = { with: { comment: 'false' } };
const walk = (job: SingleJob): Promise<StepResult> => job.uses('canary-step', quiet);

describe('canary-step', () => {
  test.concurrent('carries a good version through every stage, judged by the numbers of both sides', () =>
    inShop(async (town) => {
      const { job, id, sha } = await begin(town);

      const step = await walk(job);
      const ended = await job.finish();

      expect(errorsOf(step)).toEqual([]);
      expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([0, 'promote', 'completed']);
      expect(step.outputs).toMatchObject({ stage: 'full', weight: '100', version: sha.slice(0, 7), rollback: '' });
      expect(town.router.log.map(({ to }) => to.green)).toEqual([10, 25, 50, 100]);
      expect(town.router.weights).toEqual({ blue: 0, green: 100 });
      expect(stateOf(town, id)).toBe('success');
      expect(ended.status).toBe('success');
      const [record] = town.repo.checkRunsOf(sha).filter(({ name }) => name.includes('/ canary-step /'));
      expect(record).toMatchObject({
        name: 'boring-deploys / canary-step / production / shop',
        conclusion: 'success',
      });
      expect(record?.output.summary).toContain('%');
      town.github.assertClean();
    }));

  test.concurrent('turns a version back when every fifth request fails', () =>
    inShop(async (town) => {
      const { step, id, sha } = await walked(town, bad);

      expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'rollback', 'true']);
      expect(errorsOf(step)).toEqual([expect.stringContaining('The traffic is back on stable')]);
      expect(step.outputs.reason).toMatch(/^(limit:error-rate|worse-than-baseline)$/);
      expect(step.outputs.stage).toBe('ten');
      expect(town.router.weights).toEqual(stable);
      expect(town.router.log.map(({ to }) => to.green)).toEqual([10, 0]);
      expect(stateOf(town, id)).toBe('failure');
      expect(wordsOf(town, id)).toContain('rollback');
      const record = town.repo.checkRunsOf(sha).find(({ name }) => name.includes('/ canary-step /'));
      expect(record?.conclusion).toBe('failure');
      town.github.assertClean();
    }));

  test.concurrent.each([
    ['cancelled', 'cancelled'],
    ['failed', 'failure'],
  ] as const)('a job %s between two stages ends at stable through post', (how, status) =>
    inShop(async (town) => {
      const { job, id } = await begin(town);
      const ten = await job.uses('canary-step', { with: { comment: 'false', stage: 'ten' } });
      expect([errorsOf(ten), ten.outputs.verdict, ten.outputs['next-stage']]).toEqual([[], 'promote', 'quarter']);
      expect(town.router.weights).toEqual({ blue: 90, green: 10 });
      if (how === 'failed') await job.run('exit 1');
      else {
        const between = job.startRun('echo between; sleep 20');
        await between.sees('between');
        await between.cancel();
      }

      const ended = await job.finish();

      expect(ended.status).toBe(status);
      expect(town.router.weights).toEqual(stable);
      expect(stateOf(town, id)).toBe('error');
      town.github.assertClean();
    }),
  );

  test.concurrent('goes on by name, stage after stage, in steps of their own', () =>
    inShop(async (town) => {
      const { job, id } = await begin(town);

      const walkedStages: (string | undefined)[] = [];
      for (const stage of ['ten', 'next', 'half', 'full']) {
        const step = await job.uses('canary-step', { with: { comment: 'false', stage } });
        expect(errorsOf(step)).toEqual([]);
        walkedStages.push(step.outputs.stage);
      }
      const ended = await job.finish();

      expect(walkedStages).toEqual(['ten', 'quarter', 'half', 'full']);
      expect(ended.status).toBe('success');
      expect(town.router.weights).toEqual({ blue: 0, green: 100 });
      expect(stateOf(town, id)).toBe('success');
    }));

  test.concurrent('a machine that is taken away leaves the split; the next deployment restores it before it walks', () =>
    inShop(async (town) => {
      const { job, id } = await begin(town);
      const handle = job.start('canary-step', quiet);
      await handle.sees('green has 25 %');
      await handle.kill();
      await job.finish();
      expect(town.router.weights.green).toBeGreaterThan(0);
      const left = town.router.log.length;

      const next = await begin(town);
      const step = await walk(next.job);
      await next.job.finish();

      expect([step.outputs.verdict, errorsOf(step)]).toEqual(['promote', []]);
      expect(stateOf(town, id)).toBe('error');
      expect(wordsOf(town, id)).toContain('left');
      expect(town.router.log.slice(left).map(({ to }) => to.green)).toEqual([0, 10, 25, 50, 100]);
      expect(stateOf(town, next.id)).toBe('success');
      town.github.assertClean();
    }));
});

describe('canary-step says what to do and moves nothing', () => {
  test.concurrent('when the router cannot be reached', () =>
    inShop(async (town) => {
      const { job } = await begin(town);
      town.router.fault({ unreachable: true });

      const step = await walk(job);
      town.router.fault({});
      await job.finish();

      expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'router-unreachable']);
      const [message, ...more] = errorsOf(step);
      expect(more).toEqual([]);
      expect(message).toContain(`${town.router.adminUrl.replace(/^http:\/\//, '')}`);
      expect(town.router.log).toEqual([]);
    }));

  test.concurrent('when the router splits the traffic and nobody recorded it: both ways out are named', () =>
    inShop(async (town) => {
      const { job } = await begin(town);
      town.router.setWeights({ blue: 70, green: 30 });

      const step = await walk(job);
      await job.finish();

      expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'unknown-start']);
      const [message, ...more] = errorsOf(step);
      expect(more).toEqual([]);
      expect(message).toContain('blue 70 %, green 30 %');
      expect(message).toMatch(/[Rr]e-run the rollback/);
      expect(message).toContain('to=');
      expect(town.router.weights).toEqual({ blue: 70, green: 30 });
    }));

  test.concurrent('when the new version is not on its side', () =>
    inShop(async (town) => {
      const { job } = await begin(town);
      await town.service.green.down();

      const step = await walk(job);
      await job.finish();

      expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'preflight']);
      expect(errorsOf(step)).toEqual([expect.stringContaining('green does not answer')]);
      expect(town.router.log).toEqual([]);
    }));

  test.concurrent('when the numbers cannot be read', () =>
    inShop(
      async (town) => {
        const { job } = await begin(town);

        const step = await walk(job);
        await job.finish();

        expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'preflight']);
        expect(errorsOf(step)[0]).toContain('error-rate');
        expect(town.router.log).toEqual([]);
      },
      { stats: '${STATS_URL}/nowhere' },
    ));
});
