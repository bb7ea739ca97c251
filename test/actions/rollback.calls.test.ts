// How many calls GitHub gets before users are back: counted on the wire, with our adapter in front of the fake.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inputs as shape } from '../../actions/rollback/inputs.ts';
import { step } from '../../actions/rollback/rollback.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { ForwardPayload, RollbackPayload } from '../../src/record/payload.ts';
import { statusOf } from '../../src/record/words.ts';
import type { World } from '../../src/world.ts';
import { type Ground, openGround } from '../io/github/ground.ts';
import { memoryWorld } from '../world/memory/world.ts';

const policy = `version: 1
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://blue.example", green: "http://green.example"}
rollback: {min-age: 0s}
`;

const words = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, '']));
let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

interface Town {
  readonly world: World;
  /** Calls when the router was told for the first time. */
  readonly before: () => number;
  readonly sha: string;
  readonly weights: () => Readonly<Record<string, number>>;
}

/** Twelve versions and eight rollbacks, after so many older Deployments; the newest version runs on green, the one before on blue. */
async function aTown(older = 0): Promise<Town> {
  const { repo, fake } = ground;
  for (let n = 0; n < older; n += 1) repo.deployment({ environment: 'production', payload: {} });
  repo.commit({ files: { '.github/deploy-policy.yml': policy }, message: 'Add a policy' });
  const run = repo.workflowRun({ path: '.github/workflows/rollback.yml', event: 'workflow_dispatch', actor: 'grace' });
  const memory = memoryWorld({ run: { event: 'workflow_dispatch', byPerson: true, id: run.id } });
  const github = ground.github({ run: memory.run });
  const store = github.deployments;
  let previous: ForwardPayload['previous'] = null;
  const shas: string[] = [];
  for (let version = 1; version <= 12; version += 1) {
    const { sha } = repo.commit({ files: { 'a.ts': String(version) }, message: `Version ${version}` });
    const shared = {
      marker: 'boring-deploys',
      schema: 1,
      run: { id: version, attempt: 1, url: '' },
      environment: 'production',
      unit: '',
      version: `v${version}`,
      artifact: [],
      sha,
    } as const;
    const payload: ForwardPayload = {
      ...shared,
      kind: 'deploy',
      legs: [],
      tree: '',
      pulls: [],
      tier: 'high',
      type: 'standard',
      plan: 'canary',
      policy: { path: '', sha: '', digest: '', name: '' },
      previous,
      migrations: [],
    };
    const { id } = await store.create({ sha, environment: 'production', task: 'deploy', description: '', payload });
    const completed: Entry = { kind: 'completed', side: 'green' };
    await store.say(id, statusOf({ state: 'success', entry: completed, logUrl: '' }));
    previous = { deploymentId: id, sha, version: `v${version}` };
    shas.push(sha);
    fake.clock.advance(3_600_000);
    if (version > 8) continue;
    const dead = repo.workflowRun({ path: '.github/workflows/rollback.yml', conclusion: 'failure' });
    const back: RollbackPayload = {
      ...shared,
      kind: 'rollback',
      run: { id: dead.id, attempt: 1, url: '' },
      drill: false,
      leg: '',
      from: null,
      to: null,
      how: 'traffic',
      reason: '',
      severity: '',
      pulls: [],
    };
    const task = 'deploy:rollback';
    const made = await store.create({ sha, environment: 'production', task, description: '', payload: back });
    const ended: Entry = { kind: 'ended', how: 'left', detail: '' };
    await store.say(made.id, statusOf({ state: 'error', entry: ended, logUrl: '' }));
  }
  const [stable = '', bad = ''] = shas.slice(-2);
  memory.traffic.sides.blue = { version: 'v11', sha: stable, answers: true };
  memory.traffic.sides.green = { version: 'v12', sha: bad, answers: true };
  memory.traffic.weights = { blue: 0, green: 100 };
  const made = fake.log.length;
  let before: number | undefined;
  const router = {
    ...memory.traffic.router,
    set: async (weights: Readonly<Record<string, number>>) => {
      before ??= fake.log.length - made;
      return memory.traffic.router.set(weights);
    },
  };
  const clock = ground.clock;
  const world: World = { ...memory, clock, ask: github.ask, deployments: store, router: () => router };
  return { world, before: () => before ?? Number.NaN, sha: stable, weights: () => memory.traffic.weights };
}

test('at most ten calls before traffic is back, however long the history', async () => {
  const town = await aTown();

  const outcome = await step(town.world, shape.parse(words));

  expect(outcome).toMatchObject({ verdict: 'restored', sha: town.sha });
  expect(town.before()).toBeLessThanOrEqual(10);
  ground.fake.assertClean();
});

test('two thousand Deployments cost no more calls, for nobody reads them all', async () => {
  const short = await aTown();
  await step(short.world, shape.parse(words));
  await ground.close();
  ground = await openGround();
  const long = await aTown(2_000);

  const outcome = await step(long.world, shape.parse(words));

  expect(outcome).toMatchObject({ verdict: 'restored', sha: long.sha });
  // One page more: the newest 200.
  expect(long.before()).toBe(short.before() + 1);
  ground.fake.assertClean();
});

test('a target behind the newest 200 Deployments is found all the same', async () => {
  const { repo } = ground;
  const town = await aTown();
  for (let n = 0; n < 250; n += 1) repo.deployment({ environment: 'production', payload: {} });

  expect(await step(town.world, shape.parse(words))).toMatchObject({ verdict: 'restored', sha: town.sha });
});

test('with GitHub gone and a sha named, traffic is back within seconds', async () => {
  const town = await aTown();
  ground.files.set('.github/deploy-policy.yml', policy);
  const from = ground.clock.now();
  let back = Number.NaN;
  const router: World['router'] = (options) => {
    const real = town.world.router(options);
    return {
      ...real,
      set: async (weights) => {
        back = ground.clock.now() - from;
        return real.set(weights);
      },
    };
  };
  ground.fake.down();

  const outcome = await step({ ...town.world, router }, shape.parse({ ...words, to: town.sha }));

  expect(outcome).toMatchObject({ verdict: 'restored', sha: town.sha, exit: 0 });
  expect(outcome.warnings.join()).toContain('Not recorded');
  expect(town.weights()).toEqual({ blue: 100, green: 0 });
  expect(back).toBeLessThanOrEqual(15_000);
});
