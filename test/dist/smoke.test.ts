// The bundle of smoke-test against a real service: pass, fail, another version, nobody there.
import { afterEach, describe, expect, test } from '@jest/globals';
import { Flows } from '../world/flows.ts';
import type { StepOptions, StepResult } from '../world/runner/types.ts';
import type { Town, TownOptions } from '../world/town.ts';
import { type Begun, begin, errorsOf, townOfBundles } from './ground.ts';

let town: Town;

afterEach(() => town.stop());

const suite = `version: 1
ready:
  within: 1s
  http: {url: /version}
  expect: {status: 200, json: {version: "{{ deployment.version }}"}}
checks:
  - id: home
    http: {url: /}
    expect: {status: 200, header: {content-type: {contains: text/html}}, body: {contains: Shop}}
  - id: health
    http: {url: /health}
    expect: {status: 200, json: {status: ok}}
`;

/** A deployment that has begun, its version on green, users on blue; its suite gives a version a second to answer. */
async function deploying(files: Readonly<Record<string, string>> = {}, options: TownOptions = {}): Promise<Begun> {
  town = await townOfBundles({ files: { '.github/smoke.yml': suite }, ...options });
  return begin(town, files);
}

async function smoke({ job }: Begun, given: StepOptions['with'] = { 'connect-to': 'green' }): Promise<StepResult> {
  const step = await job.uses('smoke-test', { with: { comment: 'false', ...given } });
  await job.finish();
  return step;
}

const told = (begun: Begun) =>
  town
    .deployments()
    .find(({ id }) => String(id) === begun.id)
    ?.statuses.map(({ description }) => description)
    .join('\n');

describe('smoke-test', () => {
  test('passes on the side that nobody has yet, and says so on the Deployment', async () => {
    const begun = await deploying();

    const step = await begun.job.uses('smoke-test', { with: { comment: 'false', 'connect-to': 'green' } });
    const junit = await begun.job.run(`cat '${step.outputs.junit}'`);
    await begun.job.finish();

    expect(errorsOf(step)).toEqual([]);
    expect(step.outputs).toMatchObject({ verdict: 'pass', passed: '2', failed: '0', rollback: '' });
    expect(told(begun)).toMatch(/smoke.*pass/);
    expect(junit.log.join()).toContain('<testcase');
    expect(town.service.blue.stats().requests).toBe(0);
    town.github.assertClean();
  });

  test('fails on what does not work, names the check, and asks for no rollback of what nobody has', async () => {
    const begun = await deploying({ 'services/shop/behaviour.json': '{"failEvery": 1}\n' });

    const step = await smoke(begun);

    expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'fail', 'check:home']);
    expect(step.outputs).toMatchObject({ passed: '1', failed: '1', rollback: '' });
    expect(errorsOf(step)).toHaveLength(1);
    expect(errorsOf(step)[0]).toContain('expected 200, got 500');
    expect(told(begun)).toMatch(/smoke.*fail/);
    town.github.assertClean();
  });

  test('is unreachable where nobody answers: the network, not the release', async () => {
    const begun = await deploying();
    await town.service.green.down();

    const step = await begun.job.uses('smoke-test', { with: { comment: 'false', 'connect-to': 'green' } });
    const lenient = await begun.job.uses('smoke-test', {
      if: 'always()',
      with: { comment: 'false', 'connect-to': 'green', 'on-unreachable': 'inconclusive' },
    });
    await begun.job.finish();

    expect([step.exitCode, step.outputs.verdict, step.outputs.rollback]).toEqual([1, 'unreachable', '']);
    expect(errorsOf(step)).toHaveLength(1);
    expect(errorsOf(step)[0]).toContain('nothing answered');
    expect([lenient.exitCode, lenient.outputs.verdict]).toEqual([1, 'inconclusive']);
    town.github.assertClean();
  });

  test('does not take the old version for the new one: the ready gate is pinned to what was deployed', async () => {
    const begun = await deploying();
    const old = town.service.blue.running;
    if (old === undefined) throw new Error('blue runs nothing');
    await town.service.green.deploy(old);

    const step = await smoke(begun);

    expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'inconclusive']);
    expect(step.outputs.reason).toBe('another-version');
    expect(errorsOf(step)[0]).toContain(old.version);
    town.github.assertClean();
  });

  test('does not judge the public address while the plan is unfinished', async () => {
    const begun = await deploying();

    const step = await smoke(begun, {});

    expect([step.exitCode, step.outputs.verdict, step.outputs.reason]).toEqual([1, 'inconclusive', 'plan-unfinished']);
    expect(errorsOf(step)).toHaveLength(1);
  });

  test('marks each fault of a suite on its own line, and lists them in the summary', async () => {
    const faulty =
      'version: 1\nchecks:\n  - id: home\n    htpp: {url: /}\n  - {id: shop, http: {url: /}, expect: {statuss: 200}}\n';
    const begun = await deploying({}, { files: { '.github/smoke.yml': faulty } });

    const step = await smoke(begun);

    expect([step.exitCode, step.outputs.reason]).toEqual([1, 'bad-suite']);
    const marks = step.annotations.filter(({ file }) => file !== undefined);
    expect(marks).toEqual([
      expect.objectContaining({
        level: 'error',
        file: '.github/smoke.yml',
        line: 4,
        message: expect.stringContaining('http'),
      }),
      expect.objectContaining({
        level: 'warning',
        file: '.github/smoke.yml',
        line: 5,
        message: expect.stringContaining('status'),
      }),
    ]);
    expect(errorsOf(step)).toEqual([expect.stringContaining('The smoke suite has 2 faults')]);
    for (const place of [/smoke\.yml:4:\d+: /, /smoke\.yml:5:\d+: /]) expect(step.summary).toMatch(place);
  });

  test('marks a fault of the policy on its line', async () => {
    const begun = await deploying();
    town.repo.commit({
      branch: 'main',
      files: { '.github/deploy-policy.yml': 'version: 1\nsmoke:\n  budgett: 5m\n' },
      message: 'A slip',
    });

    const step = await smoke(begun);

    expect([step.exitCode, step.outputs.reason]).toEqual([1, 'bad-policy']);
    expect(step.annotations.filter(({ level, file }) => level === 'error' && file !== undefined)).toEqual([
      expect.objectContaining({ file: '.github/deploy-policy.yml', line: 3 }),
    ]);
    expect(errorsOf(step)).toHaveLength(1);
  });

  test('asks with every library that a suite may need, ingests a report, and puts the error on the line of its check', async () => {
    const whole = `version: 1
ready: {http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}
checks:
  - {id: home, http: {url: /}, expect: {html: {h1: {exists: true}}, body: {matches: "[Ss]hop"}}}
  - {id: health, http: {url: /health}, expect: {schema: {required: [status]}, json: {"$[?@ == 'ok']": {count: {gte: 1}}}}}
  - {id: runner, command: {run: "cp prepared.xml results.xml"}, ingest: {junit: results.xml}}
  - {id: broken, http: {url: /health}, expect: {json: {$.status: never}}}
`;
    const report = '<testsuite name="ui"><testcase name="login"/></testsuite>\n';
    const begun = await deploying({ '.github/smoke.yml': whole, 'prepared.xml': report });

    const step = await smoke(begun);

    expect(step.outputs).toMatchObject({ verdict: 'fail', reason: 'check:broken', passed: '4', failed: '1' });
    expect(step.annotations.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ file: '.github/smoke.yml', line: 7 }),
      expect.anything(),
    ]);
    expect(errorsOf(step)[0]).toContain('$.status: expected "never", got "ok"');
    town.github.assertClean();
  });

  test('cancelled in the middle, it removes what it made and is inconclusive, within the time a runner gives', async () => {
    const shop = await Flows.start({ version: 'v1', sha: 'c'.repeat(40) });
    const long = `version: 1
checks:
  - {id: make, http: {method: POST, url: /api/signup, json: {}}, expect: {status: 201}, capture: {made: {json: $.id}}, cleanup: {http: {method: DELETE, url: "/api/signup/{{ made }}"}}}
  - {id: wait, needs: [make], command: {run: "sleep 60"}}
`;
    town = await townOfBundles({ files: { '.github/smoke.yml': long } });
    const job = town.job({ sha: town.repo.head() });
    const handle = job.start('smoke-test', { with: { comment: 'false', 'dry-run': 'true', 'base-url': shop.url } });
    await until(() => shop.made.size === 1);
    // The command is started then, or about to be.
    await new Promise((resolve) => setTimeout(resolve, 300));

    const step = await handle.cancel();
    await job.finish();
    await shop.stop();

    expect(step.outputs).toMatchObject({ verdict: 'inconclusive', reason: 'cancelled', rollback: '' });
    expect([...shop.made]).toEqual([]);
    expect(step.signals).toEqual(['SIGINT']);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
