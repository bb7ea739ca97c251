// Records over the wire of a fake GitHub: signed as they leave, checked as they come in, and none the wiser where a key is missing.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeploymentFact, RecordFact } from '../../../src/evidence/fact.ts';
import type { Github } from '../../../src/io/github/github.ts';
import { createOutgoing } from '../../../src/io/github/outgoing.ts';
import { sealed } from '../../../src/io/github/sealed.ts';
import { createSigner } from '../../../src/io/seal.ts';
import { type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const key = 'the-key-of-the-shop';
const secret = 'hunter2hunter2';
const runUrl = 'https://github.com/octo-org/shop/actions/runs/7';
const saying = { state: 'success', description: 'finished', logUrl: runUrl } as const;

function github(keys: readonly string[] = [key], signs = true): Github {
  const outgoing = createOutgoing(() => [secret]);
  return sealed(ground.github(), createSigner({ keys, repository: '1', signs }), outgoing);
}

function wanted() {
  const payload = { marker: 'boring-deploys', schema: 1, run: { id: 7, attempt: 1 }, note: `token is ${secret}` };
  return { sha: ground.repo.head(), environment: 'staging', task: 'deploy', description: '', payload } as const;
}

function record() {
  const sha = ground.repo.head();
  const more = { conclusion: 'success', title: 't', summary: 's', detailsUrl: runUrl, completedAt: 0 };
  return {
    name: 'boring-deploys / smoke-test / staging',
    sha,
    text: '{"a":1}',
    externalId: 'v1:deploy:7:1:j:d',
    ...more,
  };
}

async function deployments(by: Github): Promise<readonly DeploymentFact[]> {
  const told = await by.ask({ kind: 'deployments', environment: 'staging' });
  return told.kind === 'known' ? told.value : [];
}

async function records(by: Github): Promise<readonly RecordFact[]> {
  const told = await by.ask({ kind: 'records', sha: ground.repo.head() });
  return told.kind === 'known' ? told.value : [];
}

describe('a Deployment', () => {
  test('comes back signed, with its statuses, and without a trace of the signature', async () => {
    const by = github();
    const made = await by.deployments.create(wanted());
    await by.deployments.say(made.id, saying);

    const [read] = await deployments(github());
    expect(made.seal).toBe('signed');
    expect(read).toMatchObject({ seal: 'signed', statuses: [{ seal: 'signed', logUrl: runUrl }] });
    expect(read?.payload).toEqual({ ...wanted().payload, note: 'token is ***' });
    expect(await by.deployments.statuses(made.id)).toMatchObject([{ seal: 'signed', logUrl: runUrl }]);
    expect(JSON.stringify(ground.repo.deployments())).not.toContain(key);
    ground.fake.assertClean();
  });

  test('reads the same without a key: nothing is checked, nothing is lost', async () => {
    const made = await github().deployments.create(wanted());
    await github().deployments.say(made.id, saying);

    const [read] = await deployments(github([]));
    expect(read?.payload).toEqual({ ...wanted().payload, note: 'token is ***' });
    expect(read).not.toHaveProperty('seal');
    expect(read?.statuses[0]).toEqual(expect.not.objectContaining({ seal: expect.anything() }));
    expect(read?.statuses[0]?.logUrl).toBe(runUrl);
  });

  test('without a signature is unsigned, and so is one that only a checking run made', async () => {
    await github([]).deployments.create(wanted());
    await github([key], false).deployments.create({ ...wanted(), description: 'second' });

    expect((await deployments(github())).map(({ seal }) => seal)).toEqual(['unsigned', 'unsigned']);
  });

  test.each([
    ['another environment', 'production', 'deploy'],
    ['another task', 'staging', 'deploy:drill'],
  ])('that carries the payload of one in %s is wrong', async (_, environment, task) => {
    await github().deployments.create(wanted());
    const [genuine] = ground.repo.deployments();
    ground.repo.deployment({ environment, task, payload: genuine?.payload ?? {} });

    const told = await github().ask({ kind: 'deployments', environment });
    expect(told).toMatchObject({ value: expect.arrayContaining([expect.objectContaining({ seal: 'wrong' })]) });
  });

  test('believes neither a status somebody else wrote nor a second copy of a signed one', async () => {
    const by = github();
    const made = await by.deployments.create(wanted());
    await by.deployments.say(made.id, saying);
    await github([]).deployments.say(made.id, { ...saying, state: 'inactive' });
    const [genuine] = ground.repo.deployments()[0]?.statuses ?? [];
    await ground.github().deployments.say(made.id, { ...saying, logUrl: genuine?.logUrl ?? '' });

    const [read] = await deployments(github());
    expect(read?.statuses.map(({ seal }) => seal)).toEqual(['signed', 'unsigned', 'wrong']);
  });

  test('does not take a signed status from another Deployment', async () => {
    const by = github();
    const made = await by.deployments.create(wanted());
    await by.deployments.say(made.id, saying);
    const [genuine] = ground.repo.deployments()[0]?.statuses ?? [];
    const other = await by.deployments.create({ ...wanted(), description: 'second' });
    await ground.github().deployments.say(other.id, { ...saying, logUrl: genuine?.logUrl ?? '' });

    const told = (await deployments(github())).find(({ id }) => id === other.id);
    expect(told).toMatchObject({ seal: 'signed', statuses: [{ seal: 'wrong' }] });
  });
});

describe('a check run', () => {
  test('comes back signed under its own external id, and is kept once', async () => {
    await github().keepEvidence(record());
    await github().keepEvidence(record());

    expect(await records(github())).toMatchObject([
      { seal: 'signed', externalId: 'v1:deploy:7:1:j:d', text: '{"a":1}' },
    ]);
    expect(await records(github([]))).toMatchObject([{ externalId: 'v1:deploy:7:1:j:d' }]);
  });

  test('of a run without the key is unsigned; with the signature of another text it is wrong', async () => {
    await github().keepEvidence(record());
    const [genuine] = ground.repo.checkRunsOf(ground.repo.head());
    await github([]).keepEvidence({ ...record(), externalId: 'v1:deploy:8:1:j:d' });
    await ground.github().keepEvidence({ ...record(), text: '{"a":2}', externalId: `${genuine?.externalId}` });
    await ground.github().keepEvidence({
      ...record(),
      text: '{"a":2}',
      name: 'boring-deploys / smoke-test / qa',
      externalId: `${genuine?.externalId}`,
    });

    expect((await records(github())).map(({ seal }) => seal)).toEqual(['signed', 'unsigned', 'wrong']);
  });

  test('is signed as it leaves: without the secret that was in its text', async () => {
    await github().keepEvidence({ ...record(), text: JSON.stringify({ a: secret }) });

    expect(await records(github())).toMatchObject([{ seal: 'signed', text: '{"a":"***"}' }]);
  });
});
