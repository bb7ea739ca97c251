// Ready pods and firing alerts as limits of a canary: what they say before the shift, in a stage, and when nobody can tell.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/canary-step/canary-step.ts';
import type { AlertsReading, PodsReading } from '../../src/world.ts';
import { atStable, aWorld, began, given, newSha, policy, Users } from '../canary/story.ts';

const watched = `${policy
  .replace(
    'main: {json: "http://stats.example"}',
    'main: {json: "http://stats.example"}, prom: {prometheus: "http://prom", alerts: {service: shop}}',
  )
  .replace('bad: "/', 'source: main, bad: "/')}  - {metric: pods-ready, continue: all}
  - {metric: alerts-firing, breach: "> 0", severity: P1, then: rollback}
`;

async function aCanary(own = watched) {
  const world = aWorld({}, own);
  const users = new Users(world);
  world.traffic.countPods = () => ({ kind: 'pods', wanted: 4, ready: 4 });
  await began(world);
  return { world, users, walk: () => step(world, given({ environment: 'production', 'expected-sha': newSha })) };
}

const noAnswer = { kind: 'error', because: 'no answer', remedy: 'Look.', retryable: true, at: 0 } as const;

describe('pods-ready and alerts-firing', () => {
  test('let a version through whose pods are all ready and for which no alert fires, and stand in the report', async () => {
    const { walk } = await aCanary();

    const { verdict, evidence } = await walk();

    expect(verdict).toBe('promote');
    const rows = evidence?.rows ?? [];
    expect(rows.find(({ title }) => title === 'pods-ready all')).toMatchObject({
      outcome: 'pass',
      evidence: '4 of 4 pods ready',
    });
    expect(rows.find(({ title }) => String(title).startsWith('alerts-firing not > 0'))).toMatchObject({
      outcome: 'pass',
    });
  });

  test('turn back what makes an alert fire, with its name', async () => {
    const { world, walk } = await aCanary();
    world.traffic.firing = () =>
      world.traffic.weights.green === 0
        ? { kind: 'alerts', firing: [] }
        : { kind: 'alerts', firing: ['CheckoutFails', 'CheckoutFails'] };

    const { verdict, reason, error } = await walk();

    expect([verdict, reason]).toEqual(['rollback', 'limit:alerts-firing']);
    expect(error).toContain('alerts-firing breaks > 0: CheckoutFails');
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('hold a version of which a pod is not ready to the end, and say how many are', async () => {
    const { world, walk } = await aCanary();
    world.traffic.countPods = () => ({ kind: 'pods', wanted: 4, ready: world.traffic.weights.green === 0 ? 4 : 3 });

    const { verdict, reason, error } = await walk();

    expect([verdict, reason]).toEqual(['hold', 'limit:pods-ready']);
    expect(error).toContain('pods-ready does not keep all: 3 of 4 pods ready');
    expect(world.traffic.weights).toEqual(atStable);
  });

  test.each<readonly [string, PodsReading | undefined, AlertsReading | undefined, string]>([
    [
      'pods that are not ready',
      { kind: 'pods', wanted: 4, ready: 3 },
      undefined,
      'pods-ready: 3 of 4 pods ready before any user has met the new version, where the policy wants all',
    ],
    ['a side without pods', { kind: 'pods', wanted: 0, ready: 0 }, undefined, 'pods-ready: no pod is wanted'],
    ['a cluster that does not answer', noAnswer, undefined, 'pods-ready: no answer (Look.)'],
    [
      'an alert that fires already',
      undefined,
      { kind: 'alerts', firing: ['Old'] },
      'alerts-firing: Old before any user has met the new version, where the policy wants not > 0',
    ],
    ['alerts that nobody can tell', undefined, noAnswer, 'alerts-firing: no answer (Look.)'],
    [
      'no rule that could raise one',
      undefined,
      { kind: 'no-data', because: 'no rule', at: 0 },
      'alerts-firing: no rule',
    ],
  ])('hold before any user meets the new version for %s', async (_name, pods, alerts, because) => {
    const { world, walk } = await aCanary();
    if (pods !== undefined) world.traffic.countPods = () => pods;
    if (alerts !== undefined) world.traffic.firing = () => alerts;

    const { verdict, reason, error } = await walk();

    expect([verdict, reason]).toEqual(['hold', 'preflight']);
    expect(error).toContain(because);
    expect(world.traffic.log).toEqual([]);
  });

  test('never promote on an answer that stays away', async () => {
    const { world, walk } = await aCanary();
    world.traffic.countPods = () =>
      world.traffic.weights.green === 0 ? { kind: 'pods', wanted: 4, ready: 4 } : noAnswer;

    const { verdict, reason } = await walk();

    expect([verdict, reason]).toEqual(['hold', 'provider-error']);
    expect(world.traffic.weights).toEqual(atStable);
  });

  test('need no pod before the shift where the router itself brings them up', async () => {
    const { world, walk } = await aCanary(
      watched
        .replace('router: http', 'router: kubernetes-replicas, replicas: 4')
        .replace(', url: "${ROUTER}/weights"', ''),
    );
    world.traffic.countPods = () =>
      world.traffic.weights.green === 0 ? { kind: 'pods', wanted: 0, ready: 0 } : { kind: 'pods', wanted: 1, ready: 1 };

    expect((await walk()).verdict).toBe('promote');
  });

  test('give way to a query of the same name', async () => {
    const { world, walk } = await aCanary(
      watched.replace('queries: {', 'queries: {pods-ready: {source: main, value: "/pods"}, '),
    );
    const { reading } = world.traffic;
    world.traffic.reading = (query, at, windowMs) =>
      query === '/pods' ? { kind: 'value', value: 1, at } : reading(query, at, windowMs);
    world.traffic.countPods = () => noAnswer;

    expect((await walk()).verdict).toBe('promote');
  });
});
