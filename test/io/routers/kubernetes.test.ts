import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { clock } from '../../../src/io/clock.ts';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createRouter } from '../../../src/io/routers/router.ts';
import type { Router } from '../../../src/world.ts';
import { type Cluster, deploymentOf, kubectlAvailable, startCluster } from '../../world/kubernetes/cluster.ts';
import type { JsonObject } from '../../world/kubernetes/patch.ts';
import { neighbour } from '../../world/neighbour.ts';

// Seconds of waiting pass in milliseconds.
const quick = { ...clock, now: () => Date.now() * 10, sleep: (ms: number) => clock.sleep(ms / 10) };
const world = { http: createHttp(), command: createCommand(process.cwd(), new AbortController().signal), clock: quick };
let cluster: Cluster;

function router(name: string, own: Readonly<Record<string, unknown>>): Router {
  return createRouter(
    {
      router: name,
      sides: ['blue', 'green'],
      options: { kubectl: cluster.kubectl, ...own },
      environment: 'production',
      leg: '',
    },
    world,
  );
}

const partOf = (resource: string, name: string, part: 'spec' | 'metadata') =>
  cluster.find(resource, name)?.[part] as JsonObject;
const readyOf = (name: string) =>
  Number((cluster.find('deployments', name)?.status as JsonObject | undefined)?.readyReplicas ?? 0);
const replicasOf = (name: string) => partOf('deployments', name, 'spec').replicas;

neighbour('kubectl', kubectlAvailable())('routers through kubectl', () => {
  beforeAll(async () => {
    cluster = await startCluster({ readyMs: 50 });
  });
  afterAll(() => cluster?.stop());
  beforeEach(() => {
    cluster.refuse(undefined);
    cluster.broken.clear();
  });

  describe('kubernetes-replicas', () => {
    const replicas = (own: Readonly<Record<string, unknown>> = {}) =>
      router('kubernetes-replicas', { replicas: 10, deployments: { blue: 'shop-blue', green: 'shop-green' }, ...own });

    beforeEach(async () => {
      for (const name of ['shop-blue', 'shop-green']) cluster.remove('deployments', name);
      for (const set of cluster.list('replicasets'))
        cluster.remove('replicasets', String((set.metadata as JsonObject).name));
      cluster.create('deployments', deploymentOf('shop-blue', 'shop:1', 10));
      cluster.create('deployments', deploymentOf('shop-green', 'shop:2', 0));
      for (const until = Date.now() + 60_000; readyOf('shop-blue') < 10 && Date.now() < until; )
        await new Promise((done) => setTimeout(done, 10));
    });

    test('gives the shares as pods, the new ones ready before the old ones go', async () => {
      expect(await replicas().get()).toEqual({ kind: 'known', value: { blue: 100, green: 0 } });

      expect(await replicas().set({ blue: 80, green: 20 })).toEqual({
        applied: { blue: 80, green: 20 },
        changed: true,
      });

      expect([replicasOf('shop-blue'), replicasOf('shop-green')]).toEqual([8, 2]);
      const patches = cluster.calls.filter((call) => call.startsWith('PATCH')).slice(-2);
      expect(patches.map((call) => call.split('/').at(-1))).toEqual(['shop-green', 'shop-blue']);
    });

    test('tells the share that the pods really make', async () => {
      const told = await replicas({ replicas: 3, tolerance: 30 }).set({ blue: 90, green: 10 });

      expect(told.applied).toEqual({ blue: 66.67, green: 33.33 });
    });

    test('refuses a share that the pods cannot make, and says how many would', async () => {
      await expect(replicas({ replicas: 4 }).set({ blue: 99, green: 1 })).rejects.toThrow(
        /4 pods can give green 25 %, not 1 %.*Raise traffic.replicas to 100/,
      );
      expect(replicasOf('shop-green')).toBe(0);
    });

    test('pods that do not get ready are taken back, and the stable ones were never touched', async () => {
      cluster.broken.add('shop:2');

      await expect(replicas({ 'ready-within': '1s' }).set({ blue: 80, green: 20 })).rejects.toMatchObject({
        parts: { reason: 'pods-not-ready' },
      });

      expect([replicasOf('shop-blue'), replicasOf('shop-green')]).toEqual([10, 0]);
    });

    test('goes back although the canary is dead', async () => {
      await replicas().set({ blue: 50, green: 50 });
      cluster.broken.add('shop:2');
      cluster.change('deployments', 'shop-green', () => undefined);

      expect((await replicas().set({ blue: 100, green: 0 })).applied).toEqual({ blue: 100, green: 0 });
      expect([replicasOf('shop-blue'), replicasOf('shop-green')]).toEqual([10, 0]);
    });

    describe('beside an autoscaler', () => {
      afterEach(() => cluster.remove('horizontalpodautoscalers', 'shop'));
      const scaled = (own: object) =>
        cluster.create('horizontalpodautoscalers', {
          metadata: { name: 'shop' },
          spec: {
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-green' },
            maxReplicas: 5,
            ...own,
          },
        });

      test('does not fight it for a share', async () => {
        scaled({});

        await expect(replicas().set({ blue: 80, green: 20 })).rejects.toThrow(
          'HorizontalPodAutoscaler shop scales shop-green',
        );
      });

      test('goes home all the same', async () => {
        await replicas().set({ blue: 80, green: 20 });
        scaled({});

        expect((await replicas().set({ blue: 100, green: 0 })).applied).toEqual({ blue: 100, green: 0 });
      });

      test('shifts where it has no choice', async () => {
        scaled({ minReplicas: 5 });

        expect((await replicas().set({ blue: 80, green: 20 })).applied).toEqual({ blue: 80, green: 20 });
      });
    });

    test.each([
      [
        { status: 403, reason: 'Forbidden', message: 'deployments.apps "shop-blue" is forbidden: User cannot get' },
        'a Role and a RoleBinding',
      ],
      [{ status: 404, reason: 'NotFound', message: 'deployments.apps "shop-blue" not found' }, 'Check the name'],
    ])('tells what to do about %j', async (refusal, remedy) => {
      cluster.refuse(refusal);

      expect(await replicas().get()).toMatchObject({ kind: 'unknown', remedy: expect.stringContaining(remedy) });
    });
  });

  describe('gateway-api', () => {
    const gateway = () =>
      router('gateway-api', { route: 'shop', services: { blue: 'shop-blue', green: 'shop-green' } });
    const rule = (blue: number, green: number) => ({
      backendRefs: [
        { name: 'shop-blue', port: 80, weight: blue },
        { name: 'shop-green', port: 80, weight: green },
      ],
    });

    /** What a gateway's controller does: it takes the generation it sees. */
    function accept(generation?: number): void {
      cluster.change('httproutes', 'shop', (route) => {
        const seen = generation ?? Number((route.metadata as JsonObject).generation);
        const condition = (type: string) => ({
          type,
          status: 'True',
          observedGeneration: seen,
          reason: type,
          message: '',
        });
        route.status = {
          parents: [{ parentRef: { name: 'gw' }, conditions: [condition('Accepted'), condition('ResolvedRefs')] }],
        };
      });
    }
    let watching: NodeJS.Timeout;

    beforeEach(() => {
      cluster.remove('httproutes', 'shop');
      cluster.create('httproutes', {
        metadata: { name: 'shop' },
        spec: { rules: [{ backendRefs: [{ name: 'assets', port: 80 }] }, rule(100, 0), rule(100, 0)] },
      });
      accept();
    });

    test('weighs both backends in every rule that has both, and no other', async () => {
      watching = setInterval(() => accept(), 20);
      try {
        expect((await gateway().set({ blue: 90, green: 10 })).applied).toEqual({ blue: 90, green: 10 });
        expect((await gateway().set({ blue: 99.5, green: 0.5 })).applied).toEqual({ blue: 99.5, green: 0.5 });
      } finally {
        clearInterval(watching);
      }
      const rules = partOf('httproutes', 'shop', 'spec').rules as JsonObject[];
      expect(rules[0]).toEqual({ backendRefs: [{ name: 'assets', port: 80 }] });
      expect(rules[1]).toEqual(rule(9950, 50));
    });

    test('is not in force until the gateway has taken this generation', async () => {
      accept(0);
      expect(await gateway().get()).toMatchObject({
        kind: 'unknown',
        because: expect.stringContaining('older generation'),
      });
    });

    test('rules that differ are told, and the way back brings them in step', async () => {
      cluster.change('httproutes', 'shop', (route) => {
        route.spec = { rules: [rule(100, 0), rule(50, 50)] };
      });
      accept();
      expect(await gateway().get()).toMatchObject({
        kind: 'unknown',
        because: expect.stringContaining('differ: 0 %, 50 %'),
      });
      watching = setInterval(() => accept(), 20);
      try {
        expect((await gateway().set({ blue: 100, green: 0 })).applied).toEqual({ blue: 100, green: 0 });
      } finally {
        clearInterval(watching);
      }
    });

    test.each([
      [[{ backendRefs: [{ name: 'shop-blue', port: 80 }] }], 'no rule with both'],
      [
        [{ backendRefs: [...rule(100, 0).backendRefs, { name: 'legacy', port: 80, weight: 5 }] }],
        'traffic to legacy as well',
      ],
    ])('refuses a route that is not ours to weigh: %#', async (rules, said) => {
      cluster.change('httproutes', 'shop', (route) => {
        route.spec = { rules };
      });
      accept();
      await expect(gateway().set({ blue: 90, green: 10 })).rejects.toThrow(said);
    });
  });

  test('istio: whole percent that add up, by host and subset', async () => {
    const destination = (subset: string) => ({ destination: { host: 'shop', subset } });
    cluster.create('virtualservices', {
      metadata: { name: 'shop' },
      spec: {
        http: [
          { route: [{ ...destination('v1'), weight: 100 }, destination('v2')] },
          { route: [{ destination: { host: 'assets' } }] },
        ],
      },
    });
    const istio = router('istio', {
      'virtual-service': 'shop',
      destinations: { blue: { host: 'shop', subset: 'v1' }, green: { host: 'shop', subset: 'v2' } },
    });

    expect(await istio.get()).toEqual({ kind: 'known', value: { blue: 100, green: 0 } });
    expect((await istio.set({ blue: 99.6, green: 0.4 })).applied).toEqual({ blue: 99, green: 1 });
    expect((await istio.set({ blue: 0, green: 100 })).applied).toEqual({ blue: 0, green: 100 });
    const http = partOf('virtualservices', 'shop', 'spec').http as JsonObject[];
    expect(http[1]).toEqual({ route: [{ destination: { host: 'assets' } }] });
  });

  describe('the pods of a side', () => {
    const replicas = { replicas: 10, deployments: { blue: 'shop-blue', green: 'shop-green' } };

    beforeEach(async () => {
      cluster.broken.add('shop:bad');
      for (const name of ['shop-blue', 'shop-green']) cluster.remove('deployments', name);
      for (const set of cluster.list('replicasets'))
        cluster.remove('replicasets', String((set.metadata as JsonObject).name));
      cluster.create('deployments', deploymentOf('shop-blue', 'shop:1', 3));
    });

    const podsOf = (side: string, name = 'kubernetes-replicas', own: Readonly<Record<string, unknown>> = replicas) =>
      router(name, own).pods?.(side);
    const settled = async (side: string, expected: object) => {
      const until = Date.now() + 60_000;
      let told = await podsOf(side);
      for (; Date.now() < until; told = await podsOf(side)) {
        if (JSON.stringify(told) === JSON.stringify(expected)) break;
        await new Promise((done) => setTimeout(done, 50));
      }
      expect(told).toEqual(expected);
    };

    test('are counted ready against wanted', async () => {
      await settled('blue', { kind: 'pods', wanted: 3, ready: 3 });
    });

    test('of a version that never gets ready are none, whatever the version before still runs', async () => {
      await settled('blue', { kind: 'pods', wanted: 3, ready: 3 });
      cluster.change('deployments', 'shop-blue', (object) => {
        const { template } = object.spec as { template: { spec: { containers: { image: string }[] } } };
        const [container] = template.spec.containers;
        if (container !== undefined) container.image = 'shop:bad';
      });
      const until = Date.now() + 60_000;
      let told = await podsOf('blue');
      while (Date.now() < until && !(told?.kind === 'pods' && told.ready < 3)) told = await podsOf('blue');

      expect(told).toMatchObject({ kind: 'pods', wanted: 3 });
      expect(told?.kind === 'pods' ? told.ready : 3).toBeLessThan(3);
    });

    test.each<readonly [string, () => void, object]>([
      [
        'a deployment that is not there',
        () => {},
        { kind: 'error', retryable: false, because: expect.stringContaining('not found') },
      ],
      [
        'an account that may not look',
        () => cluster.refuse({ status: 403, reason: 'Forbidden', message: 'no' }),
        { kind: 'error', retryable: false },
      ],
      [
        'a cluster in trouble',
        () => cluster.refuse({ status: 503, reason: 'ServiceUnavailable', message: 'etcd is down' }),
        { kind: 'error', retryable: true },
      ],
    ])('are no number for %s', async (_name, breaks, expected) => {
      breaks();

      expect(await podsOf('green')).toMatchObject(expected);
    });

    test('of one deployment that rolls are all there are, old and new: one that is not ready is missed though the old ones stand', async () => {
      await settled('blue', { kind: 'pods', wanted: 3, ready: 3 });
      const rolling = () => podsOf('new', 'kubernetes-rollout', { deployment: 'shop-blue' });
      expect(await rolling()).toEqual({ kind: 'pods', wanted: 3, ready: 3 });
      cluster.change('deployments', 'shop-blue', (object) => {
        const { template } = object.spec as { template: { spec: { containers: { image: string }[] } } };
        const [container] = template.spec.containers;
        if (container !== undefined) container.image = 'shop:bad';
      });
      const until = Date.now() + 60_000;
      let told = await rolling();
      while (Date.now() < until && !(told?.kind === 'pods' && told.wanted > 3)) told = await rolling();

      expect(told).toMatchObject({ kind: 'pods', ready: 3 });
      expect(told?.kind === 'pods' ? told.wanted : 0).toBeGreaterThan(3);
    });

    test('are not counted where nobody named the deployments', async () => {
      expect(router('ingress-nginx', { ingress: 'shop-canary' }).pods).toBeUndefined();
      const named = { ingress: 'shop-canary', deployments: { green: 'shop-blue' } };

      expect(await podsOf('green', 'ingress-nginx', named)).toMatchObject({ kind: 'pods', wanted: 3 });
    });
  });

  describe('ingress-nginx', () => {
    const prefix = 'nginx.ingress.kubernetes.io';
    const ingress = () => router('ingress-nginx', { ingress: 'shop-canary' });
    const create = (annotations: JsonObject, more: JsonObject = {}) => {
      cluster.remove('ingresses', 'shop-canary');
      cluster.create('ingresses', { metadata: { name: 'shop-canary', annotations, ...more }, spec: { rules: [] } });
    };

    test.each([
      [{ [`${prefix}/canary`]: 'true' }, 10, '10'],
      [
        { [`${prefix}/canary`]: 'true', [`${prefix}/canary-weight`]: '5', [`${prefix}/canary-weight-total`]: '1000' },
        0.5,
        '5',
      ],
      [{ [`${prefix}/canary`]: 'true', [`${prefix}/canary-weight`]: '50' }, 0, '0'],
    ])('writes the weight of the second side: %j', async (annotations, green, written) => {
      create(annotations);

      expect((await ingress().set({ blue: 100 - green, green })).applied).toEqual({ blue: 100 - green, green });
      const metadata = partOf('ingresses', 'shop-canary', 'metadata') as { annotations: Record<string, string> };
      expect(metadata.annotations[`${prefix}/canary-weight`]).toBe(written);
    });

    test.each([
      [{}, {}, 'has no annotation'],
      [{ [`${prefix}/canary`]: 'true', [`${prefix}/canary-weight`]: 'ten' }, {}, 'canary-weight ten of 100'],
      [
        { [`${prefix}/canary`]: 'true' },
        { ownerReferences: [{ apiVersion: 'v1', kind: 'Rollout', name: 'shop', uid: 'u', controller: true }] },
        'belongs to Rollout shop',
      ],
    ])('refuses an Ingress that is not ours to weigh: %j', async (annotations, more, said) => {
      create(annotations, more);

      await expect(ingress().set({ blue: 90, green: 10 })).rejects.toThrow(said);
    });
  });
});
