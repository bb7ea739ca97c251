// Canary step with the neighbours that move its shares: Unleash and LaunchDarkly as their APIs are, and a cluster behind the real kubectl.
import { afterEach, describe, expect, test } from '@jest/globals';
import { finish, step } from '../../actions/canary-step/canary-step.ts';
import { createCommand } from '../../src/io/command.ts';
import { createHttp } from '../../src/io/http.ts';
import { createRouter } from '../../src/io/routers/router.ts';
import { aWorld, began, given, newSha } from '../canary/story.ts';
import { launchdarklyToken, startLaunchdarkly, startUnleash, unleashToken } from '../world/flags.ts';
import { type Cluster, deploymentOf, kubectlAvailable, startCluster } from '../world/kubernetes/cluster.ts';
import type { JsonObject } from '../world/kubernetes/patch.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { neighbour } from '../world/neighbour.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const ok = { kind: 'reply', headers: {}, body: '', truncated: false, durationMs: 1 } as const;
const command = createCommand(process.cwd(), new AbortController().signal);
const http = createHttp();
// The platform takes real time, a bake none.
const clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, Math.min(ms, 100))),
};

/** A world in memory whose router is the real one; the new version is well as long as `status` says so. */
function reaching(
  policy: string,
  env: Readonly<Record<string, string>>,
): { world: MemoryWorld; health: { status: number } } {
  const health = { status: 200 };
  const world = aWorld({ env, http: () => ({ ...ok, status: health.status }) }, policy);
  const answers = {
    side: 'the service',
    answers: true,
    version: 'v2',
    sha: newSha,
    because: '',
    url: 'http://shop.example',
  };
  return {
    health,
    world: {
      ...world,
      router: (options) => ({ ...createRouter(options, { http, command, clock }), side: async () => answers }),
    },
  };
}

const limits = `limits:
  - {metric: health, continue: passing}
  - {metric: health, breach: failing, severity: P0, then: rollback}
`;

describe.each(['unleash', 'launchdarkly'] as const)('a plan by a flag of %s', (name) => {
  const flagPolicy = `version: 1
extends: []
env: [FLAGS_URL, FLAGS_TOKEN]
environments:
  production: {url: "http://shop.example"}
flags: {provider: ${name}, url: "\${FLAGS_URL}", token: "\${FLAGS_TOKEN}"}
rollback: {flag: checkout}
plans:
  canary:
    by: flag
    every: 10s
    stages:
      - {id: beta, audience: [beta], weight: 0 %, bake: 0s}
      - {id: ten, weight: 10 %, bake: 0s}
      - {id: full, weight: 100 %, bake: 0s}
${limits}`;

  async function started() {
    if (name === 'unleash') {
      const unleash = await startUnleash();
      unleash.flag.enabled = false;
      stops.push(() => unleash.stop());
      const share = () => (unleash.flag.enabled ? Number(unleash.flag.strategies[0]?.parameters.rollout) : 0);
      const marks = () => unleash.flag.strategies.flatMap(({ title }) => title ?? []);
      return {
        env: { FLAGS_URL: unleash.url, FLAGS_TOKEN: unleashToken },
        isOn: () => unleash.flag.enabled,
        share,
        marks,
      };
    }
    const launchdarkly = await startLaunchdarkly();
    launchdarkly.flag.on = false;
    stops.push(() => launchdarkly.stop());
    const { flag } = launchdarkly;
    const share = () => (flag.on ? flag.weight / 1000 : 0);
    const marks = () => flag.rules.flatMap(({ description }) => description ?? []);
    return { env: { FLAGS_URL: launchdarkly.url, FLAGS_TOKEN: launchdarklyToken }, isOn: () => flag.on, share, marks };
  }

  test('gives it to the beta users, to ten percent, to everybody', async () => {
    const provider = await started();
    const { world } = reaching(flagPolicy, provider.env);
    await began(world);

    expect(await step(world, given())).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
    expect([provider.isOn(), provider.share(), provider.marks()]).toEqual([true, 100, []]);
  });

  test('a version that is not well leaves the flag off, as it was', async () => {
    const provider = await started();
    const { world, health } = reaching(flagPolicy, provider.env);
    await began(world);
    const { router } = world;
    const seen: string[][] = [];
    const outcome = await step(
      {
        ...world,
        router: (options) => {
          const one = router(options);
          return {
            ...one,
            set: async (weights) => {
              const done = await one.set(weights);
              seen.push(provider.marks());
              if ((weights.on ?? 0) > 0) health.status = 503;
              return done;
            },
          };
        },
      },
      given(),
    );

    expect(outcome).toMatchObject({ verdict: 'rollback', reason: 'limit:health' });
    expect(seen).toContainEqual(['boring-deploys beta']);
    expect([provider.isOn(), provider.marks()]).toEqual([false, []]);
  });
});

neighbour('kubectl', kubectlAvailable())('a plan by the rollout of a cluster', () => {
  let cluster: Cluster;
  const image = (tag: string) => `ghcr.io/acme/shop:${tag}`;
  const count = (tag: string) =>
    cluster.list('pods').filter((pod) => ((pod.spec as JsonObject).containers as JsonObject[])[0]?.image === image(tag))
      .length;

  async function standing(deadline = '2m') {
    cluster = await startCluster({ readyMs: 20 });
    stops.push(() => cluster.stop());
    const object = deploymentOf('shop', image('v1'), 2);
    (object.spec as JsonObject).strategy = {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    };
    cluster.create('deployments', object);
    for (const until = Date.now() + 60_000; count('v1') < 2 && Date.now() < until; ) await clock.sleep(10);
    const policy = `version: 1
extends: []
environments:
  production: {url: "http://shop.example"}
traffic:
  router: kubernetes-rollout
  deployment: shop
  image: "ghcr.io/acme/shop:{{version}}"
  progress-deadline: ${deadline}
  kubectl: ${JSON.stringify(cluster.kubectl)}
plans:
  canary: {by: rollout, every: 10s, stages: [${two}]}
${limits}`;
    const told = reaching(policy, {});
    await began(told.world);
    return told;
  }
  const two = '{id: half, weight: 50 %, bake: 0s}, {id: full, weight: 100 %, bake: 0s}';

  test('comes batch by batch to all instances', async () => {
    const { world } = await standing();

    expect(await step(world, given())).toMatchObject({ verdict: 'promote', reason: 'completed', exit: 0 });
    expect([count('v2'), count('v1')]).toEqual([2, 0]);
  });

  test('an image that never gets ready is brought back', async () => {
    const { world } = await standing('3s');
    cluster.broken.add(image('v2'));

    expect(await step(world, given())).toMatchObject({ verdict: 'hold', reason: 'pods-not-ready', exit: 1 });
    expect(count('v1')).toBe(2);
  });

  test('killed half-way it is brought back by post', async () => {
    const { world } = await standing();
    const { router } = world;
    const dying: MemoryWorld = {
      ...world,
      router: (options) => {
        const one = router(options);
        return {
          ...one,
          set: async (weights) => {
            await one.set(weights);
            throw new Error('SIGKILL');
          },
        };
      },
    };
    await expect(step(dying, given())).rejects.toThrow('SIGKILL');
    expect([count('v2'), count('v1')]).toEqual([1, 1]);

    await finish({ ...world, run: { ...world.run, jobStatus: 'failure' } });
    expect([count('v2'), count('v1')]).toEqual([0, 2]);
  });
});
