// kubectl as a way back, the real program against a stand-in of the cluster: revisions, toggling, stale numbers, deadlines, wrong images.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createRedeployer } from '../../../src/io/redeploys/redeployer.ts';
import type { Command, RedeployTarget } from '../../../src/world.ts';
import { type Cluster, deploymentOf, kubectlAvailable, startCluster } from '../../world/kubernetes/cluster.ts';
import type { JsonObject } from '../../world/kubernetes/patch.ts';
import { neighbour } from '../../world/neighbour.ts';

const command = createCommand(process.cwd(), new AbortController().signal);
const target: RedeployTarget = { sha: 'a'.repeat(40), version: 'v1', artifact: ['registry.example/shop:v1'] };
const patience = 60_000;

let cluster: Cluster;

function redeployer(run: Command = command) {
  const options = { deployment: 'shop', kubectl: cluster.kubectl };
  return createRedeployer({ by: 'kubectl', options, environment: 'production', side: '' }, run);
}

function imageOf(): string {
  const spec = cluster.find('deployments', 'shop')?.spec as { template: { spec: { containers: { image: string }[] } } };
  return spec.template.spec.containers[0]?.image ?? '';
}

function setImage(image: string, change: (container: JsonObject) => void = () => undefined): void {
  cluster.change('deployments', 'shop', (object) => {
    const spec = object.spec as { template: { spec: { containers: JsonObject[] } } };
    for (const container of spec.template.spec.containers) {
      container.image = image;
      change(container);
    }
  });
}

async function rolled(ms = 400): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

/** All pods are of this image and ready. */
function isUp(image: string): boolean {
  const pods = cluster.list('pods').map((pod) => JSON.stringify(pod));
  return pods.length === 2 && pods.every((pod) => pod.includes(image) && pod.includes('Running'));
}

async function until(holds: () => boolean): Promise<void> {
  for (let looked = 0; !holds() && looked < 1_200; looked += 1) await rolled(50);
  expect(holds()).toBe(true);
}

async function shop(...images: readonly string[]): Promise<void> {
  const [first = '', ...others] = images;
  cluster.create('deployments', deploymentOf('shop', first, 2));
  await until(() => isUp(first));
  for (const image of others) {
    setImage(image);
    await until(() => isUp(image));
  }
}

neighbour('kubectl', kubectlAvailable())('kubectl', () => {
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(() => cluster.stop());

  test('goes to the revision that has the image, and proves it by the ready pods', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');

    const brought = await redeployer().bring(target, patience);

    expect(brought).toMatchObject({ ok: true, fix: '' });
    expect(brought.words).toContain('2 of 2 ready pods of shop have v1');
    expect(imageOf()).toBe('registry.example/shop:v1');
  });

  test('done twice it does not toggle back', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');
    await redeployer().bring(target, patience);

    const second = await redeployer().bring(target, patience);

    expect(second.words).toContain('already');
    expect(imageOf()).toBe('registry.example/shop:v1');
  });

  test('a number that went stale in between is looked up again', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');
    let stale = true;
    const racing: Command = async (options) => {
      if (stale && options.line.includes('undo')) {
        stale = false;
        const line = [...options.line].map((word) => (word.startsWith('--to-revision=') ? '--to-revision=77' : word));
        return command({ ...options, line });
      }
      return command(options);
    };

    expect(await redeployer(racing).bring(target, patience)).toMatchObject({ ok: true });
    expect(stale).toBe(false);
    expect(imageOf()).toBe('registry.example/shop:v1');
  });

  test('what comes back with the revision beside the image is told', async () => {
    await shop('registry.example/shop:v1');
    setImage('registry.example/shop:v2', (container) => {
      container.env = [{ name: 'MODE', value: 'new' }];
    });
    await until(() => isUp('registry.example/shop:v2'));

    expect((await redeployer().bring(target, patience)).notes).toEqual(['The revision brings back with it: env']);
  });

  test('where history has lost the revision the image is set, and that is told', async () => {
    await shop('registry.example/shop:v3', 'registry.example/shop:v2');

    const brought = await redeployer().bring(target, patience);

    expect(brought).toMatchObject({ ok: true });
    expect(brought.notes.join(' ')).toContain('Only the image was given back');
    expect(imageOf()).toBe('registry.example/shop:v1');
  });

  test('without a revision and without an image in the record it says how to do it by hand', async () => {
    await shop('registry.example/shop:v3', 'registry.example/shop:v2');

    const brought = await redeployer().bring({ ...target, artifact: [] }, patience);

    expect(brought).toMatchObject({ ok: false });
    expect(brought.fix).toContain('kubectl set image');
    expect(imageOf()).toBe('registry.example/shop:v2');
  });

  test('a paused Deployment is refused before anything is told', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');
    cluster.change('deployments', 'shop', (object) => {
      (object.spec as JsonObject).paused = true;
    });

    const brought = await redeployer().bring(target, patience);

    expect(brought).toMatchObject({ ok: false });
    expect(brought.fix).toContain('kubectl rollout resume deployment/shop');
    expect(cluster.calls.some((call) => call.startsWith('PATCH'))).toBe(false);
  });

  test('pods that never get ready end at the time that was given, and the words say where it hangs', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');
    cluster.broken.add('registry.example/shop:v1');

    const brought = await redeployer().bring(target, 6_000);

    expect(brought).toMatchObject({ ok: false });
    expect(brought.words).toContain('did not finish its rollout');
    expect(brought.fix).toContain('kubectl describe deployment/shop');
  });

  test('the progress deadline of the cluster is a failure by name', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');
    cluster.broken.add('registry.example/shop:v1');
    cluster.change('deployments', 'shop', (object) => {
      (object.spec as JsonObject).progressDeadlineSeconds = 1;
    });

    const brought = await redeployer().bring(target, patience);

    expect(brought.words).toContain('progress deadline');
  });

  test('a wrong image behind a green rollout is seen', async () => {
    await shop('registry.example/shop:v1');
    const runs = await redeployer().runs({ ...target, version: 'v9', artifact: ['registry.example/shop:v9'] });

    expect(runs.ok).toBe(false);
    expect(runs.words).toContain('one has registry.example/shop:v1');
  });

  test('a deadline that an earlier rollout exceeded is none of the new one, though the controller has not looked yet', async () => {
    await shop('registry.example/shop:v1');
    cluster.broken.add('registry.example/shop:v2');
    cluster.change('deployments', 'shop', (object) => {
      (object.spec as JsonObject).progressDeadlineSeconds = 1;
    });
    setImage('registry.example/shop:v2');
    const exceeded = () => JSON.stringify(cluster.find('deployments', 'shop')).includes('ProgressDeadlineExceeded');
    await until(exceeded);
    // What a slow controller shows: the status of before, once behind its generation and once with it.
    const before = structuredClone(cluster.find('deployments', 'shop')?.status ?? {});
    let late = 0;
    const slow: Command = async (options) => {
      const reply = await command(options);
      if (late === 0 && options.line.includes('undo')) late = 2;
      else if (late > 0 && options.line.includes('deployment')) {
        const shown = JSON.parse(reply.stdout) as { metadata: { generation: number }; status: JsonObject };
        shown.status = { ...(before as JsonObject), observedGeneration: shown.metadata.generation - (late - 1) };
        late -= 1;
        return { ...reply, stdout: JSON.stringify(shown) };
      }
      return reply;
    };

    const brought = await redeployer(slow).bring(target, patience);

    expect(brought).toMatchObject({ ok: true });
    expect(late).toBe(0);
    expect(imageOf()).toBe('registry.example/shop:v1');
  });

  test('a target whose image is gone is named as that, and the Deployment is put back to what it had', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');
    cluster.gone.add('registry.example/shop:v1');

    const brought = await redeployer().bring(target, 6_000);

    expect(brought).toMatchObject({ ok: false });
    expect(brought.words).toMatch(/pod shop-\S+: ImagePullBackOff of registry\.example\/shop:v1 \(manifest unknown\)/);
    expect(brought.fix).toContain('put back to registry.example/shop:v2');
    expect(imageOf()).toBe('registry.example/shop:v2');
  });

  test('a tag that was moved since is seen by the digest that the pods really run', async () => {
    await shop('registry.example/shop:v1');
    const known = `registry.example/shop@sha256:${'1'.repeat(64)}`;
    const run = (digest: string) => {
      for (const pod of cluster.list('pods')) {
        cluster.change('pods', String((pod.metadata as JsonObject).name), (one) => {
          const { containerStatuses } = one.status as { containerStatuses: JsonObject[] };
          for (const status of containerStatuses) status.imageID = `registry.example/shop@sha256:${digest.repeat(64)}`;
        });
      }
      return redeployer().runs({ ...target, artifact: [known] });
    };

    expect(await run('1')).toMatchObject({ ok: true });
    expect(await run('2')).toMatchObject({ ok: false, words: expect.stringContaining('its tag was moved') });
  });

  test('revisions that cannot be read are no lost history: nothing is told', async () => {
    await shop('registry.example/shop:v1', 'registry.example/shop:v2');
    const blind: Command = async (options) => {
      if (!options.line.includes('replicasets')) return command(options);
      return {
        code: 1,
        stdout: '',
        stderr: 'Error from server (Forbidden): replicasets is forbidden',
        timedOut: false,
      };
    };

    const brought = await redeployer(blind).bring(target, patience);

    expect(brought).toMatchObject({ ok: false, words: expect.stringContaining('cannot be read') });
    expect(imageOf()).toBe('registry.example/shop:v2');
    expect(cluster.calls.some((call) => call.startsWith('PATCH'))).toBe(false);
  });

  test('a Deployment that is not there names the keys of the policy', async () => {
    const brought = await redeployer().bring(target, patience);

    expect(brought).toMatchObject({ ok: false });
    expect(brought.fix).toContain('rollback.redeploy.kubectl');
  });
});
