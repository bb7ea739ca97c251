// The bundle of canary-step with a real nginx before two sides and a real Prometheus that scrapes them: every ending, measured by its users.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, jest, test } from '@jest/globals';
import { neighbour } from '../world/neighbour.ts';
import { nginxAvailable } from '../world/nginx.ts';
import { type Prometheus, prometheusAvailable, startPrometheus } from '../world/prometheus.ts';
import type { Town, TownOptions } from '../world/town.ts';
import { type Course, expectAllOn, inTown, patient, until, walked } from './courses.ts';
import { errorsOf, stateOf, wordsOf } from './ground.ts';

let started: Promise<Prometheus> | undefined;
afterAll(async () => (await started)?.stop());

jest.setTimeout(patient);

const third = '{id: third, weight: 30 %, bake: 2s, max-bake: 90s}';
const full = '{id: full, weight: 100 %, bake: 1s, max-bake: 90s}';
const thirdLong = '{id: third, weight: 30 %, bake: 12s, max-bake: 14s}';
const thirdShort = '{id: third, weight: 30 %, bake: 3s, max-bake: 8s}';

/** The towns of this file share one Prometheus, each under a label of its own. */
async function inNginxTown(body: (town: Town) => Promise<void>, course: Partial<Course> = {}, town: TownOptions = {}) {
  started ??= startPrometheus({ targets: [], intervalMs: 500 });
  const by = await started;
  const stages = [third, full];
  return inTown({ entrance: 'nginx', by, stages, plan: ['inconclusive: restore'], town, ...course }, body);
}

const behaviour = (how: object) => ({ 'services/shop/behaviour.json': JSON.stringify(how) });

neighbour('nginx or prometheus', nginxAvailable() && prometheusAvailable())(
  'with nginx and Prometheus, canary-step',
  () => {
    test.concurrent('carries a good version to all users', () =>
      inNginxTown(async (town) => {
        const { step, id } = await walked(town);

        expect(errorsOf(step)).toEqual([]);
        expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([0, 'promote', 'completed']);
        expect(stateOf(town, id)).toBe('success');
        await expectAllOn(town, 'green');
      }));

    test.concurrent('turns back a worse one', () =>
      inNginxTown(async (town) => {
        const { step, id } = await walked(town, behaviour({ failEvery: 4 }));

        expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'rollback', 'true']);
        expect(step.outputs.reason).toMatch(/^(limit:error-rate|worse-than-baseline)$/);
        expect(stateOf(town, id)).toBe('failure');
        await expectAllOn(town, 'blue');
      }));

    test.concurrent('turns back one that is slow and fails nobody', () =>
      inNginxTown(async (town) => {
        const { step, id } = await walked(town, behaviour({ slowMs: 700 }));

        expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([
          1,
          'rollback',
          'worse-than-baseline',
        ]);
        expect(errorsOf(step)[0]).toContain('latency-slow');
        expect(stateOf(town, id)).toBe('failure');
        await expectAllOn(town, 'blue');
      }));

    test.concurrent('holds one that dies, though nginx answers every user from the other side', () =>
      inNginxTown(
        async (town) => {
          // It has to have been well for a poll or two: one that never said so may have nobody who says it.
          const dies = () => wait(1_500).then(() => town.service.green.down());
          const { step } = await walked(town, {}, { sees: 'green has 30 %', act: dies });

          expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'hold', '']);
          // Named by its health; on a machine too busy for two polls before it died, by its requests.
          expect(step.outputs.reason).toMatch(/^(canary-silent|traffic-stopped)$/);
          await expectAllOn(town, 'blue');
          expect(town.traffic.counts.byCode).toEqual({ 200: town.traffic.counts.answered });
        },
        { stages: [thirdShort, full] },
      ));

    test.concurrent('holds when the users stay away half-way', () =>
      inNginxTown(
        async (town) => {
          const act = async () => {
            await until(() => (town.traffic.counts.bySide.green ?? 0) > 50);
            await town.traffic.stop();
          };
          const { step, id } = await walked(town, {}, { sees: 'green has 30 %', act });

          expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'hold', '']);
          // On a busy machine the health or the numbers may be late as well, and are named then; a promotion it never is.
          expect(step.outputs.reason).toMatch(/^(traffic-stopped|canary-silent|provider-error|inconclusive)$/);
          expect(wordsOf(town, id)).toContain('traffic restored: blue 100 %');
        },
        { stages: [thirdLong, full] },
      ));

    test.concurrent('holds when nobody comes: no promotion without a request', () =>
      inNginxTown(
        async (town) => {
          const { step, id } = await walked(town);

          expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'hold', '']);
          expect(step.outputs.reason).toMatch(/^(preflight|no-data|inconclusive)$/);
          expect(wordsOf(town, id)).not.toContain('completed');
        },
        { stages: [thirdShort, full] },
        { users: 0 },
      ));

    test.concurrent('holds when both versions fail alike: nobody is to blame for the database', () =>
      inNginxTown(
        async (town) => {
          const bad = { failEvery: 4 };
          const { step } = await walked(town, behaviour(bad), {
            sees: 'Preflight',
            act: () => town.service.blue.behave(bad),
          });

          expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'common-mode']);
          await expectAllOn(town, 'blue');
        },
        { stages: [thirdShort, full] },
      ));
  },
);
