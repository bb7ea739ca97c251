// The caretaker as shipped (docs/examples/caretaker.yml), its bundles before real neighbours: it carries what jobs hand over, and asks people.
import { readFileSync } from 'node:fs';
import { afterAll, expect, jest, test } from '@jest/globals';
import { neighbour } from '../world/neighbour.ts';
import { nginxAvailable } from '../world/nginx.ts';
import { type Prometheus, prometheusAvailable, startPrometheus } from '../world/prometheus.ts';
import type { Done, Town } from '../world/town.ts';
import { type Course, expectAllOn, inTown, patient, until, walked } from './courses.ts';
import { begin, errorsOf, stateOf, wordsOf } from './ground.ts';

jest.setTimeout(patient);

let started: Promise<Prometheus> | undefined;
afterAll(async () => (await started)?.stop());

/** A job may last a minute: the first stage fits into it, the second may take two. */
const caretaker = 'caretaker: {workflow: caretaker.yml, every: 5m, max-job-time: 1m}\n';
const stages = [
  '{id: third, weight: 30 %, bake: 2s, max-bake: 30s}',
  '{id: half, weight: 50 %, bake: 6s, max-bake: 2m}',
  '{id: full, weight: 100 %, bake: 6s, max-bake: 2m}',
];

async function inCareTown(body: (town: Town) => Promise<void>, course: Partial<Course> = {}): Promise<void> {
  started ??= startPrometheus({ targets: [], intervalMs: 500 });
  const by = await started;
  const limits = [
    '{metric: error-rate, continue: "< 5 %"}',
    '{metric: error-rate, breach: "> 20 %", severity: P1, then: rollback}',
  ];
  const plan = ['smoke: {after: full}'];
  const files = { '.github/workflows/caretaker.yml': readFileSync('docs/examples/caretaker.yml', 'utf8') };
  await inTown(
    { entrance: 'nginx', by, town: { files }, stages, plan, limits, compared: false, more: caretaker, ...course },
    body,
  );
}

const behaviour = (how: object) => ({ 'services/shop/behaviour.json': JSON.stringify(how) });
const carrying = (round: Done) => round.step('Carry what is open');

/** Rounds of the caretaker, one after the other, until one comes out so. */
async function tendUntil(town: Town, wanted: Readonly<Record<string, string>>): Promise<Done> {
  for (let round = 0; round < 40; round += 1) {
    const done = await town.tend();
    const { outputs = {} } = carrying(done) ?? {};
    if (Object.entries(wanted).every(([name, value]) => outputs[name] === value)) return done;
  }
  throw new Error(
    `No round of the caretaker came out as ${JSON.stringify(wanted)}: ${wordsOf(town, town.deployments()[0]?.id)}`,
  );
}

neighbour('nginx or prometheus', nginxAvailable() && prometheusAvailable())('the caretaker', () => {
  test.concurrent('finds nothing due, and then carries what a job hands over to its end', () =>
    inCareTown(async (town) => {
      const idle = await town.tend();
      const { step, id } = await walked(town);

      expect([idle.conclusion, carrying(idle)?.outputs.verdict]).toEqual(['success', 'nothing-due']);
      expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([0, 'hold', 'handed-over']);
      expect(errorsOf(step)).toEqual([]);
      await until(() => (town.traffic.counts.bySide.green ?? 0) > 100);

      const last = await tendUntil(town, { reason: 'completed' });

      expect(last.conclusion).toBe('success');
      expect(last.step('Smoke-test what users see')?.outputs.verdict).toBe('pass');
      expect(stateOf(town, id)).toBe('success');
      expect(wordsOf(town, id)).toContain('canary half 50 %: baking, handed-over');
      await expectAllOn(town, 'green');
    }));

  test.concurrent('turns back what goes bad in its care', () =>
    inCareTown(async (town) => {
      await town.tend();
      const { step, id } = await walked(town);
      expect(step.outputs.reason).toBe('handed-over');
      town.service.green.behave({ failEvery: 2 });

      const round = await tendUntil(town, { verdict: 'rollback' });

      expect(carrying(round)?.outputs).toMatchObject({ reason: 'limit:error-rate', rollback: 'true' });
      expect(round.step('Go back to the last known good version')?.outputs.verdict).toBe('already-there');
      expect(stateOf(town, id)).toBe('failure');
      await expectAllOn(town, 'blue');
    }));

  test.concurrent('leaves a question standing until a person answers it', () =>
    inCareTown(
      async (town) => {
        await town.tend();
        const { step, id } = await walked(town, behaviour({ failEvery: 8 }));
        expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([0, 'hold', 'asking']);
        const silent = await town.tend();
        expect(carrying(silent)?.outputs.verdict).toBe('hold');

        const answered = await town.tend({ answer: 'rollback' }, { by: 'ada' });

        expect(carrying(answered)?.outputs).toMatchObject({ verdict: 'rollback', reason: 'answer' });
        expect(wordsOf(town, id)).toContain('answer');
        expect(stateOf(town, id)).toBe('failure');
        await expectAllOn(town, 'blue');
      },
      { plan: ['inconclusive: ask'], stages: ['{id: third, weight: 30 %, bake: 4s}', ...stages.slice(1)] },
    ));

  test.concurrent('carries on a walk whose machine was taken away', () =>
    inCareTown(
      async (town) => {
        await town.tend();
        const { job, id } = await begin(town);
        const handle = job.start('canary-step', { with: { comment: 'false' } });
        await handle.sees('green has 30 %');
        await handle.kill();
        await job.finish();

        await tendUntil(town, { reason: 'completed' });

        expect(stateOf(town, id)).toBe('success');
        await expectAllOn(town, 'green');
      },
      {
        stages: [
          '{id: third, weight: 30 %, bake: 3s, max-bake: 50s}',
          '{id: full, weight: 100 %, bake: 1s, max-bake: 50s}',
        ],
      },
    ));

  test.concurrent('is missed where none has come: a stage that waits for people is given up, its users go back', () =>
    inCareTown(
      async (town) => {
        const { step } = await walked(town, behaviour({ failEvery: 8 }));

        expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'held-unwatched']);
        await expectAllOn(town, 'blue');
      },
      {
        plan: ['inconclusive: ask'],
        stages: ['{id: third, weight: 30 %, bake: 4s}', '{id: full, weight: 100 %, bake: 1s}'],
      },
    ));
});
