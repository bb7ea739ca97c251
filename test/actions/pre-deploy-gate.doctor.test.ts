// mode: doctor in a world in memory: every broken thing has its line with what to do, and nothing at all is written.
import { describe, expect, test } from '@jest/globals';
import { type Inputs, inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { plain } from '../../src/kit/phrase.ts';
import { pages } from '../../src/vocabulary.ts';
import { aDeployment, aStatus, minute, noon, sha } from '../checklist/story.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld } from '../world/memory/world.ts';
import { given as someGiven } from './gate.ts';

const policy = `version: 1
timezone: UTC
roles: {dba: [carol], lead: [codeowners]}
checklist: [ci-all-green, {id: reviewed, title: Reviewed, sign-off: [lead]}]
traffic:
  router: command
  sides: [blue, green]
  get: ./ops/weight.sh
  set: ./ops/shift.sh
  at: {blue: 'http://blue', green: 'http://green'}
plans: {direct: {stages: [{id: full, weight: 100 %, bake: 0s}]}}
metrics:
  sources: {prom: {prometheus: 'http://prom'}}
  queries:
    error-rate: {bad: 'bad{side="{{side}}"}[{{window}}]', total: 'all{side="{{side}}"}[{{window}}]'}
    queue: {value: 'queue_length', unit: count}
    answered: {good: 'good_ever{side="{{side}}"}', total: 'ever{side="{{side}}"}'}
limits:
  - {id: errors, metric: error-rate, breach: '> 1 %', then: rollback}
`;

const files: Readonly<Record<string, string>> = {
  '.github/CODEOWNERS': 'src/ @erin\n',
  '.github/workflows/rollback.yml': 'on: workflow_dispatch\n',
  '.github/smoke.yml': 'version: 1\nchecks:\n  - {id: home, http: {url: /}, expect: {status: 200}}\n',
};

/** A service that is well: v1.8.0 has everybody on blue, v1.7.4 is warm on green, its numbers answer. */
function ward(text = policy, run: MemoryOptions['run'] = {}): MemoryWorld {
  const world = memoryWorld({
    run,
    now: noon,
    policy: text,
    http: () => ({ kind: 'reply', status: 200, headers: {}, body: '', truncated: false, durationMs: 1 }),
  });
  const { github, traffic } = world;
  for (const [path, content] of Object.entries(files)) github.files.set(path, content);
  github.workspace.set('db/migrations/0001_init.sql', 'select 1;');
  github.checkout = sha('c');
  github.reviewers.set('production', ['dave']);
  const ended = (hours: number) => [
    aStatus('in_progress', 'gate open: tier medium, plan canary', noon - (hours * 60 + 10) * minute),
    aStatus('success', 'canary complete: blue 100 %', noon - hours * 60 * minute),
  ];
  github.deployments = [
    aDeployment({ id: 8001, sha: sha('b'), createdAt: noon - 72 * 60 * minute, statuses: ended(71) }),
    aDeployment({
      id: 8002,
      sha: sha('c'),
      createdAt: noon - 48 * 60 * minute,
      payload: { version: 'v1.8.0' },
      statuses: ended(47),
    }),
  ];
  traffic.sides.blue = { version: 'v1.8.0', sha: sha('c'), answers: true };
  traffic.sides.green = { version: 'v1.7.4', sha: sha('b'), answers: true };
  traffic.reading = (query, at) => ({ kind: 'value', value: query.startsWith('bad') ? 3 : 4000, at });
  return world;
}

function given(some: Readonly<Record<string, string>> = {}): Inputs {
  return someGiven({ mode: 'doctor', ...some });
}

/** The lines of the table about one thing, as words. */
async function linesOf(world: MemoryWorld, what: string): Promise<readonly string[]> {
  const { table } = await step(world, given());
  return (table?.rows ?? [])
    .map((row) => row.map(plain))
    .filter(([, name]) => name === what)
    .map((row) => row.join(' | '));
}

test('the images of the artifact are looked for in their registry', async () => {
  const there = `registry.example/shop@sha256:${'a'.repeat(64)}`;
  const world = ward();
  world.github.images.set(there, { found: true, digest: `sha256:${'a'.repeat(64)}`, mediaType: '' });
  world.github.images.set('registry.example/shop:v9', {
    found: false,
    because: 'the registry has no shop:v9',
  });

  const { verdict, table } = await step(world, given({ artifact: `${there}\nregistry.example/shop:v9` }));

  const lines = (table?.rows ?? [])
    .map((row) => row.map(plain).join(' | '))
    .filter((line) => line.includes('artifact '));
  expect(verdict).toBe('ailing');
  expect(lines).toEqual([
    expect.stringMatching(/^✗ fail .*shop:v9 .*has no shop:v9.*Push the image/),
    expect.stringMatching(/^✓ pass .*there, as sha256:a/),
  ]);
});

describe('the metrics that need no query', () => {
  const asked = `${policy}  - {metric: pods-ready, continue: all}\n  - {metric: alerts-firing, breach: '> 0', then: hold}\n`;

  test('have a line each with what they say of the version that has the users', async () => {
    const own = asked
      .replace("{prometheus: 'http://prom'}", "{prometheus: 'http://prom', alerts: {service: shop}}")
      .replace(
        / {2}router: command[\s\S]*shift.sh\n/,
        '  router: kubernetes-replicas\n  sides: [blue, green]\n  replicas: 4\n',
      );
    const world = ward(own);
    world.traffic.countPods = (side) => ({ kind: 'pods', wanted: 4, ready: side === 'blue' ? 3 : 0 });
    world.traffic.firing = () => ({ kind: 'alerts', firing: ['CheckoutSlow'] });

    expect(await linesOf(world, 'metric pods-ready')).toEqual([
      expect.stringContaining('✓ pass | metric pods-ready | 0.75 now: 3 of 4 pods ready'),
    ]);
    expect(await linesOf(world, 'metric alerts-firing')).toEqual([
      expect.stringContaining('✓ pass | metric alerts-firing | 1 now: CheckoutSlow'),
    ]);
  });

  test('say what to write where nobody gave them an address, and what failed where one was', async () => {
    const plainWard = ward(asked);
    Reflect.deleteProperty(plainWard.traffic.router, 'pods');

    expect(await linesOf(plainWard, 'metric pods-ready')).toEqual([expect.stringContaining('traffic.deployments')]);
    expect(await linesOf(ward(asked), 'metric alerts-firing')).toEqual([
      expect.stringContaining('alerts: {service: <name>}'),
    ]);
    const world = ward(
      asked.replace("{prometheus: 'http://prom'}", "{prometheus: 'http://prom', alerts: {service: shop}}"),
    );
    world.traffic.firing = (at) => ({ kind: 'error', because: '503', remedy: 'Look.', retryable: true, at });

    expect(await linesOf(world, 'metric alerts-firing')).toEqual(['✗ fail | metric alerts-firing | 503 | Look.']);
  });
});

describe('a service that is well', () => {
  test('is healthy, and each part has its line', async () => {
    const outcome = await step(ward(), given());

    expect(outcome).toMatchObject({ verdict: 'healthy', reason: 'all-well', exit: 0, evidence: undefined, error: '' });
    const lines = (outcome.table?.rows ?? []).map((row) => row.slice(0, 3).map(plain).join(' | '));
    expect(lines).toEqual(
      expect.arrayContaining([
        '✓ pass | policy | .github/deploy-policy.yml @ fffffff, extends nothing',
        '✓ pass | permission contents: read | main is at fffffff',
        '✓ pass | permission checks: read, statuses: read | read',
        '✓ pass | role dba | one person: carol',
        '✓ pass | role lead | one person: erin',
        '✓ pass | reviewers of production | dave',
        '✓ pass | smoke suite | .github/smoke.yml, one check',
        '✓ pass | migrations | db/migrations, one file',
        '✓ pass | router | blue 100 %, green 0 %',
        '✓ pass | side blue | runs v1.8.0, well',
        '✓ pass | metric error-rate | 3 bad of 4000 in the last day',
        '✓ pass | metric queue | 4000 now',
        '✓ pass | metric answered (total) | 4000 now',
        '✓ pass | way back now | v1.7.4, by traffic to green, within 5 min; never done yet',
      ]),
    );
    expect(lines.find((line) => line.includes('what runs'))).toContain('v1.8.0 (Deployment 8002, success');
  });

  test('is as it was before: no Deployment, no status, no weight, no file, no command', async () => {
    const world = ward();
    const before = JSON.stringify(world.github.deployments);

    const outcome = await step(world, given());

    expect(JSON.stringify(world.github.deployments)).toBe(before);
    expect(world.traffic.log).toEqual([]);
    expect(world.commands).toEqual([]);
    expect(world.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect([...world.states.keys()]).toEqual([]);
    expect(outcome).toMatchObject({ silent: true, deploymentId: undefined });
  });

  test('says what is not configured, and is healthy all the same', async () => {
    expect(await linesOf(ward(), 'caretaker')).toEqual([
      '○ not configured | caretaker | nobody ends what a killed job left | Name its workflow under caretaker:',
    ]);
    expect(await linesOf(ward(), 'windows')).toHaveLength(1);
  });

  test('shows its table in the log and as a page of escaped Markdown', async () => {
    const world = ward();

    const { table } = await step(world, given());

    expect(world.told).toContain('info: ✓ pass  router: blue 100 %, green 0 %');
    const page = table === undefined ? '' : pages.table(table, []);
    expect(page).toContain('### ✓ production: healthy');
    expect(page).toContain('| ✓ pass | router | blue 100 %, green 0 % |');
  });
});

describe('a service that is not', () => {
  const broken: readonly (readonly [string, (world: MemoryWorld) => void, string, string])[] = [
    [
      'a router that does not answer',
      ({ traffic }) => {
        traffic.reachable = false;
      },
      'router',
      '✗ fail | router | the router does not answer | check that the runner can reach it',
    ],
    [
      'a side with users that does not answer',
      ({ traffic }) => {
        traffic.sides.blue = { version: '', sha: '', answers: false };
      },
      'side blue',
      '✗ fail | side blue | does not answer at http://blue (connection refused) | Start it',
    ],
    [
      'a query that a limit needs and that has no data',
      ({ traffic }) => {
        traffic.reading = (_query, at) => ({ kind: 'no-data', because: 'no series', at });
      },
      'metric error-rate',
      '✗ fail | metric error-rate | no data: no series | Correct the query',
    ],
    [
      'a source that refuses',
      ({ traffic }) => {
        traffic.reading = (_query, at) => ({
          kind: 'error',
          because: '401',
          remedy: 'Set a token',
          retryable: false,
          at,
        });
      },
      'metric error-rate',
      '✗ fail | metric error-rate | 401 | Set a token',
    ],
    [
      'a permission that the token lacks',
      ({ github }) => {
        const remedy = 'add `checks: read` under `permissions:` of this job';
        github.silent.set('ci', { kind: 'unknown', because: 'the token lacks it', remedy, permission: 'checks: read' });
      },
      'permission checks: read, statuses: read',
      '✗ fail | permission checks: read, statuses: read | the token lacks it | add checks: read under permissions: of this job',
    ],
    [
      'Deployments that nobody can read',
      ({ github }) => {
        github.silent.set('deployments', { kind: 'unknown', because: 'GitHub does not answer', remedy: 'try again' });
      },
      'way back now',
      '? unknown | way back now | GitHub does not answer | try again',
    ],
    [
      'a role that nobody holds',
      ({ github }) => {
        github.files.set('.github/CODEOWNERS', '# nobody yet\n');
      },
      'role lead',
      '✗ fail | role lead | nobody holds the role lead | name people',
    ],
    [
      'a smoke suite with a fault',
      ({ github }) => {
        github.files.set('.github/smoke.yml', 'version: 1\nchekcs: []\n');
      },
      'smoke suite',
      '✗ fail | smoke suite | .github/smoke.yml has ',
    ],
    [
      'a rollback workflow that is not there',
      ({ github }) => {
        github.files.delete('.github/workflows/rollback.yml');
      },
      'rollback.workflow',
      '✗ fail | rollback.workflow | there is no .github/workflows/rollback.yml on the default branch | Add the workflow',
    ],
    [
      'a target that no side runs any more',
      ({ traffic }) => {
        traffic.sides.green = { version: 'v0.9', sha: sha('9'), answers: true };
      },
      'way back now',
      '✗ fail | way back now | no side is known to run v1.7.4',
    ],
  ];

  test.each(broken)('%s has its line with what to do, and ails', async (_name, breakIt, what, line) => {
    const world = ward();
    breakIt(world);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'ailing', exit: 1 });
    expect(outcome.error).toContain(what);
    const [found] = await linesOf(world, what);
    expect(found).toContain(line);
    expect(world.traffic.log).toEqual([]);
  });

  test('a policy with faults has them all in one line, and the permissions are looked at all the same', async () => {
    const world = ward('version: 1\nchekclist: []\nenforce: maybe\n');

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'ailing', reason: 'fail:policy', exit: 1 });
    const [line] = await linesOf(world, 'policy');
    expect(line).toContain('.github/deploy-policy.yml:2:');
    expect(line).toContain('.github/deploy-policy.yml:3:');
    expect(await linesOf(world, 'permission deployments: read')).toHaveLength(1);
  });

  test('a variable that is not set is said with its name', async () => {
    const world = ward(
      policy.replace("'http://blue'", "'${BLUE_URL}'").replace('version: 1', 'version: 1\nenv: [BLUE_URL]'),
    );

    const [line] = await linesOf(world, 'router');

    expect(line).toContain('BLUE_URL');
    expect(line).toContain('✗ fail');
  });
});

describe('lines that no gate closes over', () => {
  test('are listed: what is owed after a deployment, and what has a rhythm, each with how often and whose', async () => {
    const line = `checklist:
  - ci-all-green
  - {id: retrospective, moment: after, within: 7d}
  - {id: secrets-rotation, moment: hygiene, every: 7d, owner: dba}
  - {id: mfa-required, moment: hygiene, every: 1 month}`;
    const world = ward(policy.replace(/^checklist: .*$/m, line));

    expect(await linesOf(world, 'checklist, after a deployment')).toEqual([
      expect.stringContaining('owed: retrospective within 7 d'),
    ]);
    expect(await linesOf(world, 'checklist, on a schedule: secrets-rotation')).toEqual([
      expect.stringContaining('every 7 d, dba'),
    ]);
    expect(await linesOf(world, 'checklist, on a schedule: mfa-required')).toEqual([
      expect.stringContaining('every 30 d, anybody who may write'),
    ]);
    expect(await step(world, given())).toMatchObject({ verdict: 'healthy' });
  });
});

describe('what is quiet', () => {
  test('a side without users that does not answer ails nobody, but the way back does', async () => {
    const world = ward();
    world.traffic.sides.green = { version: '', sha: '', answers: false };

    expect((await linesOf(world, 'side green'))[0]).toContain('✓ pass');
    expect((await linesOf(world, 'way back now'))[0]).toContain('✗ fail');
  });

  test('a repository that never deployed has nothing to go back to, and is healthy', async () => {
    const world = ward();
    world.github.deployments = [];

    expect((await step(world, given())).verdict).toBe('healthy');
    expect((await linesOf(world, 'way back now'))[0]).toContain('○ not configured');
  });

  test('after the first deployment there is nothing older yet, which is said and ails nobody', async () => {
    const world = ward();
    world.github.deployments = world.github.deployments.slice(1);

    expect((await step(world, given())).verdict).toBe('healthy');
    expect((await linesOf(world, 'way back now'))[0]).toContain('! warn | way back now | no older version');
  });

  test('a role that nobody holds and no line asks for is a warning', async () => {
    const world = ward(policy.replace('dba: [carol]', 'dba: []'));

    expect((await step(world, given())).verdict).toBe('healthy');
    expect((await linesOf(world, 'role dba'))[0]).toContain('! warn');
  });

  test('without any policy file the starter counts, and what it lacks ails nobody', async () => {
    const world = ward();
    world.github.files.clear();

    expect(await step(world, given())).toMatchObject({ verdict: 'healthy', exit: 0 });
    expect((await linesOf(world, 'policy'))[0]).toContain('○ not configured');
    expect((await linesOf(world, 'rollback.workflow'))[0]).toContain('○ not configured');
  });

  test('on a pull request nothing of the checked-out files is run: router and sources are not asked', async () => {
    const world = ward(policy, { event: 'pull_request' });
    world.traffic.reachable = false;

    expect((await step(world, given())).verdict).toBe('healthy');
    expect((await linesOf(world, 'router, sides, metrics, way back'))[0]).toContain('! warn');
    expect(world.requests).toEqual([]);
  });

  test('every leg is looked at by its name', async () => {
    const world = ward(`${policy}environments: {production: {legs: {eu: {}, us: {}}}}\n`);

    expect(await linesOf(world, 'eu: router')).toHaveLength(1);
    expect(await linesOf(world, 'us: router')).toHaveLength(1);
  });
});

describe('plans by flag and by rollout', () => {
  const linesWith = async (plans: string, more: string, weights: Readonly<Record<string, number>> | undefined) => {
    const own = policy.replace(/plans: .*/, `plans: {direct: {${plans}}}`).replace(/^traffic:[\s\S]*?(?=^plans)/m, '');
    const world = ward(`${own}${more}`);
    const router = {
      ...world.traffic.router,
      get: async () =>
        weights === undefined
          ? ({ kind: 'unknown', because: 'unleash answered 401', remedy: 'Give a token.' } as const)
          : ({ kind: 'known', value: weights } as const),
    };
    const outcome = await step({ ...world, router: () => router }, inputs.parse({ ...blank, mode: 'doctor' }));
    return JSON.stringify(outcome.evidence ?? outcome.result);
  };
  const blank = Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, '']));
  const flagPlan =
    'by: flag, stages: [{id: beta, audience: [beta], weight: 0 %, bake: 1h}, {id: full, weight: 100 %, bake: 1h}]';
  const flags = 'flags: {provider: http, url: "http://flags"}\nrollback: {flag: new-checkout}\n';

  test.each([
    [
      'the flag as the plan would ask it',
      flags,
      { off: 95, on: 5, beta: 100 },
      'http: new-checkout answers, on 5 %, beta 100 %',
    ],
    ['why the provider does not answer', flags, undefined, 'unleash answered 401'],
    ['the lines that are missing', '', { off: 100, on: 0 }, 'raises a flag, and the policy does not say which'],
  ])('are looked at: %s', async (_, more, weights, words) => {
    expect(await linesWith(flagPlan, more, weights)).toContain(words);
  });
});
