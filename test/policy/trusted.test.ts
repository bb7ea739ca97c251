// Where the policy comes from, and what a rollback makes do with.
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../src/evidence/answer.ts';
import { emergencyPolicy } from '../../src/policy/emergency.ts';
import { routingOf } from '../../src/policy/routing.ts';
import { effectiveOf, trustedPolicy } from '../../src/policy/trusted.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { memoryWorld } from '../world/memory/world.ts';

const policy =
  'version: 1\nenvironments: {production: {}}\ntraffic: {router: command, sides: [blue, green], get: ./get.sh, set: "./set.sh ${HOST}"}\nenv: [HOST]\n';
const path = '.github/deploy-policy.yml';

describe('the trusted policy', () => {
  test('is read at the head of the default branch, with its digest', async () => {
    const world = memoryWorld({ policy });
    world.github.workspace.set(path, 'version: 99');

    const read = await trustedPolicy(world.ask, { path, source: 'trusted', run: world.run }, vocabulary);

    expect(read).toMatchObject({
      found: true,
      path,
      sha: world.github.defaultBranch.sha,
      digest: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  test('is preset starter when the repository has none', async () => {
    const world = memoryWorld();

    expect(await trustedPolicy(world.ask, { path, source: 'trusted', run: world.run }, vocabulary)).toMatchObject({
      found: false,
    });
  });

  test('is not the preset where somebody named a file that is not there', async () => {
    const world = memoryWorld({ policy });
    const place = { path: '.github/deploy-polcy.yml', source: 'trusted', run: world.run } as const;

    await expect(trustedPolicy(world.ask, place, vocabulary)).rejects.toMatchObject({
      parts: { reason: 'policy-missing', where: 'input policy' },
    });
  });

  test.each(['pull_request', 'pull_request_target', 'merge_group', 'issue_comment'])(
    'is never the workspace’s on %s',
    async (event) => {
      const world = memoryWorld({ policy, run: { event } });

      await expect(trustedPolicy(world.ask, { path, source: 'workspace', run: world.run }, vocabulary)).rejects.toThrow(
        /refused on .*may be the change's own/,
      );
    },
  );

  test('tells every fault with its place', async () => {
    const world = memoryWorld({ policy: 'version: 1\nchecklst: []\nin-flight: never\n' });

    const reading = trustedPolicy(world.ask, { path, source: 'trusted', run: world.run }, vocabulary);

    await expect(reading).rejects.toThrow(
      /2 faults[\s\S]*deploy-policy\.yml:2:1: [\s\S]*checklist[\s\S]*deploy-policy\.yml:3:/,
    );
  });

  test('names the declared environments when asked for another', async () => {
    const world = memoryWorld({ policy });
    const read = await trustedPolicy(world.ask, { path, source: 'trusted', run: world.run }, vocabulary);

    expect(() => effectiveOf(read, { environment: 'prodution', leg: '' })).toThrow(/prodution.*production/s);
  });

  test('says what cannot be read and why', async () => {
    const world = memoryWorld({ policy });
    world.github.silent.set('default-branch', unknown('the token lacks contents: read', 'add `contents: read`'));

    await expect(trustedPolicy(world.ask, { path, source: 'trusted', run: world.run }, vocabulary)).rejects.toThrow(
      /lacks contents: read.*add `contents: read`/,
    );
  });
});

describe('what a router is told', () => {
  test('are the options with variables filled in; one that is not set is named', async () => {
    const world = memoryWorld({ policy });
    const read = await trustedPolicy(world.ask, { path, source: 'trusted', run: world.run }, vocabulary);
    const production = effectiveOf(read, { environment: 'production', leg: '' });

    expect(routingOf(production, () => 'lb1')).toMatchObject({ router: 'command', options: { set: './set.sh lb1' } });
    expect(() => routingOf(production, () => undefined)).toThrow(/\$\{HOST\}, which is not set/);
  });
});

describe('the policy in an emergency', () => {
  const place = (world: ReturnType<typeof memoryWorld>, named: boolean) => ({
    path,
    source: 'trusted' as const,
    run: world.run,
    named,
  });
  const port = (sleep = () => new Promise<void>(() => undefined)) => ({ vocabulary, sleep });

  test('is the checked-out one, without a call, when a person named the target', async () => {
    const world = memoryWorld({ policy: 'version: 1', run: { event: 'workflow_dispatch' } });
    world.github.workspace.set(path, policy);

    await emergencyPolicy(world.ask, place(world, true), port());

    expect(world.github.asked.map(({ kind }) => kind)).toEqual(['workspace-file']);
  });

  test('is the checked-out one when GitHub takes longer than two seconds', async () => {
    const world = memoryWorld({ policy, run: { event: 'workflow_dispatch' } });
    world.github.workspace.set(path, policy);
    const slow: typeof world.ask = (question) =>
      question.kind === 'workspace-file' ? world.ask(question) : new Promise(() => undefined);

    const read = await emergencyPolicy(
      slow,
      place(world, false),
      port(async () => undefined),
    );

    expect(read.because.join()).toContain('checked-out file was used');
  });

  test('keeps what a rollback needs of a file with faults elsewhere, and stops for faults in traffic', async () => {
    const broken = memoryWorld({ policy: `${policy}checklist: [nonsense-criterion]\nplans: 7\n` });
    const worse = memoryWorld({ policy: policy.replace('router: command', 'router: 7') });

    const read = await emergencyPolicy(broken.ask, place(broken, false), port());

    expect(effectiveOf(read.trusted, { environment: 'production', leg: '' }).traffic?.router).toBe('command');
    expect(read.because.join()).toContain('faults outside');
    await expect(emergencyPolicy(worse.ask, place(worse, false), port())).rejects.toThrow(/router/);
  });
});
