// Deployments and their statuses: made of exactly one commit, read by GraphQL or REST, never lost to a list that lags.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NewDeployment } from '../../../src/record/store.ts';
import { begin, type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const shop = '/repos/octo-org/shop';

function wanted(parts: Partial<NewDeployment> = {}): NewDeployment {
  const payload = { marker: 'boring-deploys', schema: 1, run: { id: 7, attempt: 1 }, legs: ['eu', 'us'] };
  const sha = ground.repo.head();
  return { sha, environment: 'production', task: 'deploy', description: 'v1.8.0 by gate', payload, ...parts };
}

describe('creating a Deployment', () => {
  test('deploys exactly the commit asked for, behind the default branch and with red checks', async () => {
    const sha = ground.repo.head();
    ground.repo.checkRun({ sha, name: 'test', conclusion: 'failure' });
    ground.repo.commit({ files: { 'later.ts': 'later' } });
    const { deployments } = ground.github();

    const made = await deployments.create(wanted({ sha }));

    expect(made).toMatchObject({ sha, ref: sha, environment: 'production', task: 'deploy', statuses: [] });
    expect(made.payload).toEqual(wanted().payload);
    expect(made.createdAt).toBe(Date.parse(begin));
    expect(ground.repo.deployments()).toEqual([expect.objectContaining({ sha, transient: false, production: true })]);
    ground.fake.assertClean();
  });

  test.each([{ reset: true }, { status: 502 }])('makes one, though the answer got lost (%j)', async (fault) => {
    ground.fake.faults.add({ match: `POST ${shop}/deployments`, applied: true, ...fault });
    const { deployments } = ground.github();

    const made = await deployments.create(wanted());

    expect(ground.repo.deployments().map((each) => each.id)).toEqual([made.id]);
    ground.fake.assertClean();
  });

  test('makes one when the call never arrived, and leaves an older one of the same commit alone', async () => {
    const older = ground.repo.deployment({ payload: { marker: 'boring-deploys', run: { id: 6 } } });
    ground.fake.faults.add({ match: `POST ${shop}/deployments`, reset: true });
    const { deployments } = ground.github();

    const made = await deployments.create(wanted());

    expect(made.id).not.toBe(older.id);
    expect(ground.repo.deployments()).toHaveLength(2);
  });

  test.each([
    [202, { message: 'Auto-merged main into topic on deployment.' }, 'GitHub merged branches instead (202)'],
    [409, { message: 'Conflict merging main into topic.' }, '409: Conflict merging main into topic.'],
  ])('answers %i with a problem for the user', async (status, body, words) => {
    ground.fake.faults.add({ match: `POST ${shop}/deployments`, status, body });
    const { deployments } = ground.github();

    await expect(deployments.create(wanted())).rejects.toMatchObject({
      name: 'Problem',
      message: expect.stringContaining(words),
    });
  });

  test('refuses a Deployment that GitHub made of another commit', async () => {
    const other = ground.repo.commit({ files: { 'b.ts': 'b' } }).sha;
    const made = {
      id: 1,
      sha: other,
      ref: other,
      task: 'deploy',
      environment: 'production',
      payload: {},
      created_at: begin,
    };
    ground.fake.faults.add({ match: `POST ${shop}/deployments`, status: 201, body: made });
    const { deployments } = ground.github();
    const sha = 'a'.repeat(40);

    await expect(deployments.create(wanted({ sha }))).rejects.toThrow(`GitHub made Deployment 1 of ${other}`);
  });

  test('without the permission names it', async () => {
    const { deployments } = ground.github({}, { permissions: { deployments: 'read' } });

    await expect(deployments.create(wanted())).rejects.toMatchObject({
      name: 'Problem',
      parts: {
        reason: 'github-permission',
        where: `POST ${shop}/deployments`,
        fix: expect.stringContaining('`deployments: write`'),
      },
    });
    ground.fake.assertClean();
  });

  test('on a pull request from a fork says that no permission would help', async () => {
    const pull = { number: 1, headSha: 'a', baseSha: 'b', fork: true, labels: [] };
    const run = { event: 'pull_request', id: 7, pull };
    const { deployments } = ground.github({ run }, { permissions: 'write-all', fork: true });

    await expect(deployments.create(wanted())).rejects.toMatchObject({
      parts: { reason: 'github-fork', what: expect.stringContaining('whatever `permissions:` says') },
    });
  });

  test('takes secrets out of payload and description', async () => {
    const { deployments } = ground.github({ secrets: () => ['s3cr3t-canary'] });

    await deployments.create(wanted({ description: 's3cr3t-canary', payload: { why: 'it is s3cr3t-canary' } }));

    expect(JSON.stringify(ground.fake.log.map((line) => line.body))).not.toContain('s3cr3t-canary');
    expect(ground.repo.deployments()[0]).toMatchObject({ description: '***', payload: { why: 'it is ***' } });
  });
});

describe('saying a status', () => {
  const status = { state: 'in_progress', description: 'canary ten 10 %: baking', logUrl: 'https://l' } as const;

  test('adds it and makes no other Deployment inactive', async () => {
    const before = ground.repo.deployment({ environment: 'staging', statuses: [{ state: 'success' }] });
    const made = ground.repo.deployment({ environment: 'staging' });
    const { deployments } = ground.github();

    await deployments.say(made.id, { ...status, state: 'success', environmentUrl: 'https://shop.example' });

    expect(made.statuses).toEqual([
      expect.objectContaining({ state: 'success', logUrl: 'https://l', environmentUrl: 'https://shop.example' }),
    ]);
    expect(before.statuses.map((each) => each.state)).toEqual(['success']);
    ground.fake.assertClean();
  });

  test('says it once, though the answer got lost', async () => {
    const made = ground.repo.deployment();
    ground.fake.faults.add({ match: `POST ${shop}/deployments/*/statuses`, reset: true, applied: true });
    const { deployments } = ground.github();

    await deployments.say(made.id, status);

    expect(made.statuses).toHaveLength(1);
    ground.fake.assertClean();
  });

  test('says it again when it never arrived', async () => {
    const made = ground.repo.deployment({ statuses: [{ state: 'in_progress', description: 'begun' }] });
    ground.fake.faults.add({ match: `POST ${shop}/deployments/*/statuses`, reset: true });
    const { deployments } = ground.github();

    await deployments.say(made.id, status);

    expect(made.statuses.map((each) => each.description)).toEqual(['begun', status.description]);
  });

  test.each([
    { length: 139, ok: true },
    { length: 140, ok: true },
    { length: 141, ok: false },
  ])('of $length characters: allowed is $ok', async ({ length, ok }) => {
    const made = ground.repo.deployment();
    const { deployments } = ground.github();

    const said = deployments.say(made.id, { ...status, description: 'ü'.repeat(length) });

    if (ok) await said;
    else await expect(said).rejects.toThrow('A status description of 141 characters, 140 are allowed');
    expect(made.statuses).toHaveLength(ok ? 1 : 0);
    ground.fake.assertClean();
  });

  test('of a Deployment that is not there is a problem', async () => {
    const { deployments } = ground.github();

    await expect(deployments.say(404, status)).rejects.toMatchObject({ parts: { reason: 'github-missing' } });
  });
});

describe('reading the Deployments of an environment', () => {
  test('takes one call for a hundred, and follows the pages', async () => {
    for (let number = 1; number <= 130; number += 1) ground.repo.deployment({ statuses: [{ state: 'success' }] });
    ground.repo.deployment({ environment: 'staging' });
    const { deployments, calls } = ground.github();

    const listed = await deployments.list('production');

    expect(listed).toHaveLength(130);
    expect(listed.map((each) => each.id)).toEqual([...listed.map((each) => each.id)].sort((a, b) => b - a));
    expect(calls()).toBe(2);
    ground.fake.assertClean();
  });

  test.each(['by GraphQL', 'by REST'])('keeps the order of statuses said within one second, %s', async (how) => {
    const made = ground.repo.deployment({ sha: ground.repo.head(), payload: { run: { id: 7 } }, description: 'v1' });
    const words = Array.from({ length: 5 }, (_, index) => `step ${index + 1}`);
    for (const description of words) ground.repo.deploymentStatus(made, { state: 'in_progress', description });
    if (how === 'by REST')
      ground.fake.faults.add({ match: 'POST /graphql', status: 404, body: { message: 'Not Found' } });

    const [told] = await ground.github().deployments.list('production');

    expect(told?.statuses.map((status) => status.description)).toEqual(words);
    expect(told).toMatchObject({ creator: 'github-actions[bot]', payload: { run: { id: 7 } }, description: 'v1' });
    expect(ground.fake.count(`GET ${shop}/deployments`)).toBe(how === 'by REST' ? 1 : 0);
    ground.fake.assertClean();
  });

  test('both ways tell the same', async () => {
    ground.repo.deployment({
      task: 'deploy:rollback',
      payload: { a: [1] },
      statuses: [{ state: 'success', logUrl: 'https://l' }],
    });
    ground.repo.deployment({
      sha: ground.repo.head(),
      payload: 'words',
      statuses: [{ state: 'failure', creator: 'alice' }],
    });
    const { deployments } = ground.github();
    const byQuery = await deployments.list('production');
    ground.fake.faults.add({ match: 'POST /graphql', status: 404, body: { message: 'Not Found' } });

    const byRest = await deployments.list('production');

    expect(byQuery).toEqual(byRest);
    expect(byRest).toHaveLength(2);
  });

  test('has all statuses of a Deployment with more than a hundred', async () => {
    const made = ground.repo.deployment();
    const words = Array.from({ length: 130 }, (_, index) => `look ${index + 1}`);
    for (const description of words) ground.repo.deploymentStatus(made, { state: 'in_progress', description });

    const [told] = await ground.github().deployments.list('production');

    expect(told?.statuses.map((status) => status.description)).toEqual(words);
    ground.fake.assertClean();
  });

  test('does not try REST with a token that is no good', async () => {
    const { deployments, calls } = ground.github({ token: 'ghs_expired' });

    await expect(deployments.list('production')).rejects.toMatchObject({ parts: { reason: 'github-token' } });
    expect(calls()).toBe(1);
  });

  test('shows what we made and said at once, though lists lag', async () => {
    ground.fake.faults.lagLists({ reads: 9 });
    const { deployments, ask } = ground.github();
    const made = await deployments.create(wanted());
    await deployments.say(made.id, { state: 'in_progress', description: 'begun', logUrl: '' });

    const listed = await deployments.list('production');
    const asked = await ask({ kind: 'deployments', environment: 'production' });

    expect(listed).toEqual([{ ...made, statuses: [expect.objectContaining({ description: 'begun' })] }]);
    expect(asked).toEqual({ kind: 'known', value: listed });
    expect(await deployments.list('staging')).toEqual([]);
  });

  test('shows it once when the list has caught up', async () => {
    const { deployments } = ground.github();
    const made = await deployments.create(wanted());
    for (const description of ['one', 'one', 'two']) {
      await deployments.say(made.id, { state: 'in_progress', description, logUrl: '' });
    }

    const [told, ...others] = await deployments.list('production');

    expect(others).toEqual([]);
    expect(told?.statuses.map((status) => status.description)).toEqual(['one', 'one', 'two']);
  });
});

describe('watching the statuses of one Deployment', () => {
  test('costs nothing of the rate limit while nothing changes', async () => {
    const made = ground.repo.deployment({ statuses: [{ state: 'in_progress', description: 'one' }] });
    const { deployments } = ground.github();

    const first = await deployments.statuses(made.id);
    const second = await deployments.statuses(made.id);
    ground.repo.deploymentStatus(made, { state: 'inactive', description: 'superseded by 9002' });
    const third = await deployments.statuses(made.id);

    expect(second).toEqual(first);
    expect(third.map((status) => status.description)).toEqual(['one', 'superseded by 9002']);
    const answers = ground.fake.log.map((line) => line.status);
    expect(answers).toEqual([200, 304, 200]);
    ground.fake.assertClean();
  });

  test('follows the pages when there are more than a hundred', async () => {
    const made = ground.repo.deployment();
    for (let number = 1; number <= 101; number += 1) ground.repo.deploymentStatus(made, { state: 'in_progress' });

    expect(await ground.github().deployments.statuses(made.id)).toHaveLength(101);
    ground.fake.assertClean();
  });
});
