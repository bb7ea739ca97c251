import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createRedeployer } from '../../../src/io/redeploys/redeployer.ts';
import { createRouter } from '../../../src/io/routers/router.ts';
import type { Router } from '../../../src/world.ts';
import { type Cluster, deploymentOf, kubectlAvailable, startCluster } from '../../world/kubernetes/cluster.ts';
import type { JsonObject } from '../../world/kubernetes/patch.ts';
import { neighbour } from '../../world/neighbour.ts';

let cluster: Cluster;
const image = (tag: string) => `ghcr.io/acme/shop:${tag}`;

function router(own: Readonly<Record<string, unknown>> = {}, version = 'v2'): Router {
  const words = { deployment: 'shop', image: 'ghcr.io/acme/shop:{{version}}', kubectl: cluster.kubectl, ...own };
  const target = { sha: 'c'.repeat(40), version, artifact: [] };
  return createRouter(
    {
      router: 'kubernetes-rollout',
      sides: ['old', 'new'],
      options: words,
      environment: 'production',
      leg: '',
      by: 'rollout',
      target,
    },
    {
      http: createHttp(),
      command: createCommand(process.cwd(), new AbortController().signal),
      clock: {
        now: () => Date.now(),
        steady: () => performance.now(),
        sleep: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 100))),
      },
    },
  );
}

const weights = (share: number) => ({ old: 100 - share, new: share });
const shop = () => cluster.find('deployments', 'shop') as { spec: JsonObject; metadata: JsonObject };
const images = () =>
  cluster
    .list('pods')
    .map((pod) => String(((pod.spec as JsonObject).containers as JsonObject[])[0]?.image))
    .sort();
const count = (tag: string) => images().filter((one) => one === image(tag)).length;

async function settled(isSo: () => boolean): Promise<void> {
  const until = Date.now() + 60_000;
  while (!isSo()) {
    if (Date.now() > until) throw new Error(`it never came to that: ${images().join(', ')}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

const ready = () =>
  cluster.list('pods').filter((pod) => ((pod.status as JsonObject).conditions as JsonObject[])[0]?.status === 'True');

async function standing(replicas = 5): Promise<void> {
  const object = deploymentOf('shop', image('v1'), replicas);
  (object.spec as JsonObject).strategy = {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
  };
  cluster.create('deployments', object);
  await settled(() => ready().length === replicas);
}

neighbour('kubectl', kubectlAvailable())('a rollout in batches, with kubectl', () => {
  beforeEach(async () => {
    cluster = await startCluster({ readyMs: 40 });
  });
  afterEach(() => cluster.stop());

  test('batch by batch to all, each exactly as told and paused; the way it rolled before is put back at the end', async () => {
    await standing();
    const { applied } = await router().set(weights(40));

    expect(applied).toEqual(weights(40));
    expect([count('v2'), count('v1')]).toEqual([2, 3]);
    expect(shop().spec.paused).toBe(true);
    const patches = cluster.calls.filter((call) => call.startsWith('PATCH')).length;
    expect(await router().set(weights(40))).toMatchObject({ changed: false });
    expect(cluster.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(patches);

    await router().set(weights(100));
    expect(await router().get()).toEqual({ kind: 'known', value: weights(100) });
    expect([count('v2'), count('v1')]).toEqual([5, 0]);
    expect(shop().spec).toMatchObject({
      paused: false,
      minReadySeconds: 0,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
  });

  test('without a surge one leaves before one comes, and never more than the policy allows', async () => {
    await standing();
    let fewest = 5;
    const watching = setInterval(() => {
      fewest = Math.min(fewest, ready().length);
    }, 1);
    await router({ 'max-surge': 0, 'max-unavailable': '20 %' }).set(weights(40));
    clearInterval(watching);

    expect(fewest).toBe(4);
    expect([count('v2'), count('v1')]).toEqual([2, 3]);
  });

  test('back is the image before, whoever comes back for it', async () => {
    await standing();
    await router().set(weights(20));
    await router().set(weights(0));

    expect(count('v1')).toBe(5);
    expect(await router().get()).toEqual({ kind: 'known', value: { old: 100, new: 0 } });
    expect(shop().metadata.annotations).not.toHaveProperty('boring-deploys/rollout');
    expect(shop().spec.paused).toBe(false);
  });

  test('a rollback by redeploy ends the batches: it is paused by nobody else', async () => {
    await standing();
    await router().set(weights(40));
    const command = createCommand(process.cwd(), new AbortController().signal);
    const { kubectl } = cluster;
    const redeployer = createRedeployer(
      { by: 'kubectl', options: { deployment: 'shop', kubectl }, environment: 'production', side: '' },
      command,
    );
    const told = await redeployer.bring({ sha: '', version: 'v1', artifact: [] }, 60_000);

    expect(told).toMatchObject({ ok: true });
    expect([count('v1'), count('v2')]).toEqual([5, 0]);
    expect(shop().spec).toMatchObject({ paused: false, minReadySeconds: 0 });
  });

  test('back of one version leaves another alone', async () => {
    await standing();
    await router().set(weights(100));
    await router({}, 'v3').set(weights(0));

    expect(count('v2')).toBe(5);
  });

  test('an image that never gets ready is back within the deadline, and says why', async () => {
    await standing();
    cluster.broken.add(image('v2'));

    await expect(router({ 'progress-deadline': '1s' }).set(weights(20))).rejects.toThrow(
      /pods have the new image.*1 s were over/s,
    );
    await router().set(weights(0));
    expect(count('v1')).toBe(5);
  });

  test('what somebody else told it is gone back on by its revisions', async () => {
    await standing();
    cluster.change('deployments', 'shop', (object) => {
      const [container] = ((object.spec as JsonObject).template as { spec: { containers: JsonObject[] } }).spec
        .containers;
      if (container !== undefined) container.image = image('v2');
    });
    await settled(() => count('v2') === 5 && count('v1') === 0);

    expect(await router().get()).toEqual({ kind: 'known', value: { old: 0, new: 100 } });
    await router().set(weights(0));
    expect(count('v1')).toBe(5);
  });

  test('batches that so few pods cannot make are refused before anything moves', async () => {
    await standing(3);

    await expect(router().set(weights(10))).rejects.toThrow(/3 pods can make batches of 33.33 %, not 10 %/);
    expect(count('v1')).toBe(3);
  });

  test('an autoscaler is not fought over a batch, and never stands in the way back', async () => {
    await standing();
    await router().set(weights(40));
    cluster.create('horizontalpodautoscalers', {
      metadata: { name: 'shop' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' }, maxReplicas: 9 },
    });
    try {
      await expect(router().set(weights(60))).rejects.toThrow(
        /HorizontalPodAutoscaler shop scales shop too.*minReplicas, maxReplicas/,
      );
      expect((await router().set(weights(0))).applied).toEqual(weights(0));
    } finally {
      cluster.remove('horizontalpodautoscalers', 'shop');
    }
  });

  test('an image that nobody names is refused with what to write', async () => {
    await standing(1);

    await expect(router({ image: undefined }).set(weights(100))).rejects.toThrow(/Give traffic.image/);
  });
});
