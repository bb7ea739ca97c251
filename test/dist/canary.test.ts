// The bundle of canary-step against a real service behind a real router: forward, back, and never half-way.
import { afterEach, describe, expect, test } from '@jest/globals';
import { neighbour } from '../world/neighbour.ts';
import { prometheusAvailable, startPrometheus } from '../world/prometheus.ts';
import type { StepResult } from '../world/runner/types.ts';
import { type SingleJob, shopPolicy, type Town, type TownOptions } from '../world/town.ts';
import { type Begun, begin, errorsOf, stateOf, townOfBundles } from './ground.ts';

/** The shop's policy with stages of a second and without the smoke test, which has tests of its own. */
const policy = shopPolicy()
  .replace(/bake: 2s/g, 'bake: 1s')
  .replace('smoke: {before: ten, after: full}', 'smoke: null')
  .replace('smoke: {after: full}', 'smoke: null');
const bad = { 'services/shop/behaviour.json': '{"failEvery": 5}\n' };
const stable = { blue: 100, green: 0 };

let town: Town;

afterEach(() => town.stop());

/** A deployment that the gate has begun, the new version installed on green, users on blue. */
async function begun(files: Readonly<Record<string, string>> = {}, options: TownOptions = {}): Promise<Begun> {
  town = await townOfBundles({ policy, users: 300, ...options });
  return begin(town, files);
}

const quiet = { with: { comment: 'false' } };
const walk = (job: SingleJob): Promise<StepResult> => job.uses('canary-step', quiet);
const words = (id: string) =>
  town
    .deployments()
    .find((one) => String(one.id) === id)
    ?.statuses.map(({ description }) => description) ?? [];

describe('canary-step', () => {
  test('carries a good version through every stage, judged by the numbers of both sides', async () => {
    const { job, id, sha } = await begun();

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
    expect(record).toMatchObject({ name: 'boring-deploys / canary-step / production / shop', conclusion: 'success' });
    expect(record?.output.summary).toContain('%');
    town.github.assertClean();
  });

  test('turns a version back within seconds when every fifth request fails', async () => {
    const { job, id, sha } = await begun(bad);
    const from = performance.now();

    const step = await walk(job);
    const took = performance.now() - from;
    await job.finish();

    expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'rollback', 'true']);
    expect(errorsOf(step)).toEqual([expect.stringContaining('The traffic is back on stable')]);
    expect(step.outputs.reason).toMatch(/^limit:/);
    expect(step.outputs.stage).toBe('ten');
    expect(town.router.weights).toEqual(stable);
    expect(town.router.log.map(({ to }) => to.green)).toEqual([10, 0]);
    expect(stateOf(town, id)).toBe('failure');
    expect(words(id).join('\n')).toContain('rollback');
    const record = town.repo.checkRunsOf(sha).find(({ name }) => name.includes('/ canary-step /'));
    expect(record?.conclusion).toBe('failure');
    expect(took).toBeLessThan(12_000);
    const before = town.traffic.counts.sent;
    const counts = await town.traffic.answered(50);
    expect(counts.sent).toBeGreaterThan(before);
    town.github.assertClean();
  });

  test('cancelled in the middle of a bake ends at stable, within the time a runner gives', async () => {
    const { job, id } = await begun();
    const handle = job.start('canary-step', quiet);
    await handle.sees('Canary quarter');
    await new Promise((resolve) => setTimeout(resolve, 400));

    const step = await handle.cancel();
    const ended = await job.finish();

    expect(ended.status).toBe('cancelled');
    expect(step.signals).toEqual(['SIGINT']);
    expect(town.router.weights).toEqual(stable);
    expect(stateOf(town, id)).toBe('error');
    expect(words(id).join('\n')).toMatch(/cancelled/);
    town.github.assertClean();
  });

  test.each([
    ['cancelled', 'cancelled'],
    ['failed', 'failure'],
  ] as const)('a job %s between two stages ends at stable through post', async (how, status) => {
    const { job, id } = await begun();
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
  });

  test('goes on by name, stage after stage, in steps of their own', async () => {
    const { job, id } = await begun();

    const stages: (string | undefined)[] = [];
    for (const stage of ['ten', 'next', 'half', 'full']) {
      const step = await job.uses('canary-step', { with: { comment: 'false', stage } });
      expect(errorsOf(step)).toEqual([]);
      stages.push(step.outputs.stage);
    }
    const ended = await job.finish();

    expect(stages).toEqual(['ten', 'quarter', 'half', 'full']);
    expect(ended.status).toBe('success');
    expect(town.router.weights).toEqual({ blue: 0, green: 100 });
    expect(stateOf(town, id)).toBe('success');
  });

  test('a machine that is taken away leaves the split; the next deployment restores it before it walks', async () => {
    const { job, id } = await begun();
    const handle = job.start('canary-step', quiet);
    await handle.sees('Canary quarter');
    await new Promise((resolve) => setTimeout(resolve, 400));
    await handle.kill();
    await job.finish();
    expect(town.router.weights.green).toBeGreaterThan(0);

    const next = await begin(town);
    const step = await walk(next.job);
    await next.job.finish();

    expect([step.outputs.verdict, errorsOf(step)]).toEqual(['promote', []]);
    expect(stateOf(town, id)).toBe('error');
    expect(words(id).join('\n')).toContain('left');
    expect(town.router.log.map(({ to }) => to.green)).toEqual([10, 25, 0, 10, 25, 50, 100]);
    expect(stateOf(town, next.id)).toBe('success');
    town.github.assertClean();
  });
});

describe('canary-step says what to do and moves nothing', () => {
  test('when the router cannot be reached', async () => {
    const { job } = await begun();
    town.router.fault({ unreachable: true });

    const step = await walk(job);
    town.router.fault({});
    await job.finish();

    expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'router-unreachable']);
    const [message, ...more] = errorsOf(step);
    expect(more).toEqual([]);
    expect(message).toContain(`${town.router.adminUrl.replace(/^http:\/\//, '')}`);
    expect(town.router.log).toEqual([]);
  });

  test('when the router splits the traffic and nobody recorded it: both ways out are named', async () => {
    const { job } = await begun();
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
  });

  test('when the new version is not on its side', async () => {
    const { job } = await begun();
    await town.service.green.down();

    const step = await walk(job);
    await job.finish();

    expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'preflight']);
    expect(errorsOf(step)).toEqual([expect.stringContaining('green does not answer')]);
    expect(town.router.log).toEqual([]);
  });

  test('when the numbers cannot be read', async () => {
    const { job } = await begun({}, { policy: policy.replace('${STATS_URL}', '${STATS_URL}/nowhere') });

    const step = await walk(job);
    await job.finish();

    expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'hold', 'preflight']);
    expect(errorsOf(step)[0]).toContain('error-rate');
    expect(town.router.log).toEqual([]);
  });
});

neighbour('prometheus', prometheusAvailable())('with Prometheus, canary-step', () => {
  test('turns back a version whose counters say that every fifth request fails', async () => {
    const queries = `  queries:
    error-rate:
      bad: 'sum(increase(http_requests_total{side="{{side}}",code=~"5.."}[{{window}}])) or vector(0)'
      total: 'sum(increase(http_requests_total{side="{{side}}"}[{{window}}]))'
`;
    const { job, id } = await begun(bad, {
      policy: policy
        .replace('json: "${STATS_URL}"', 'prometheus: "${PROMETHEUS_URL}"')
        .replace('STATS_URL]', 'PROMETHEUS_URL]')
        .replace(/ {2}queries:\n.*\n/, queries),
    });
    const targets = [town.service.blue, town.service.green].map(({ url }) => url.replace('http://', ''));
    const prometheus = await startPrometheus({ targets });
    try {
      // An increase needs two looks.
      await prometheus.scraped();
      await prometheus.scraped();
      const step = await job.uses('canary-step', { ...quiet, env: { PROMETHEUS_URL: prometheus.url } });
      await job.finish();

      expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'rollback', 'true']);
      expect(town.router.weights).toEqual(stable);
      expect(stateOf(town, id)).toBe('failure');
    } finally {
      await prometheus.stop();
    }
  });
});
