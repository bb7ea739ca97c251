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
const patience = 20_000;

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

async function shop(...images: readonly string[]): Promise<void> {
  const [first = '', ...others] = images;
  cluster.create('deployments', deploymentOf('shop', first, 2));
  await rolled();
  for (const image of others) {
    setImage(image);
    await rolled();
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
    await rolled();

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

    const brought = await redeployer().bring(target, 2_000);

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

  test('a Deployment that is not there names the keys of the policy', async () => {
    const brought = await redeployer().bring(target, patience);

    expect(brought).toMatchObject({ ok: false });
    expect(brought.fix).toContain('rollback.redeploy.kubectl');
  });
});
