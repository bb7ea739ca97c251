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

describe('a branch that the default branch trusts', () => {
  const listed = `${policy}trusted-refs: [release/*]\n`;
  const head = 'e'.repeat(40);
  const own = 'version: 1\nenvironments: {production: {}}\ntrusted-refs: ["**"]\n';
  const push = (branch: string) => ({ event: 'push', ref: `refs/heads/${branch}` });
  const pull = (baseRef: string) => ({
    event: 'pull_request',
    ref: 'refs/pull/7/merge',
    pull: { number: 7, headSha: 'a'.repeat(40), baseSha: head, baseRef, fork: false, labels: [] },
  });
  const group = (baseRef: string) => ({
    event: 'merge_group',
    ref: 'refs/heads/gh-readonly-queue/release/1.2/pr-7',
    mergeGroup: { headSha: 'a'.repeat(40), baseSha: head, baseRef },
  });
  const world = (text: string, run: object) => {
    const made = memoryWorld({ policy: text, run });
    for (const branch of ['release/1.2', 'release/a/b', 'feature/lax']) made.github.branches.set(branch, head);
    made.github.files.set(`${path}@${head}`, own);
    return made;
  };
  const readIn = (made: ReturnType<typeof world>) =>
    trustedPolicy(made.ask, { path, source: 'trusted', run: made.run }, vocabulary);

  test.each([
    ['a push to it', push('release/1.2')],
    ['a pull request into it', pull('release/1.2')],
    ['a merge group of it', group('release/1.2')],
  ])('is where the policy is read on %s, at its head', async (_, run) => {
    const read = await readIn(world(listed, run));

    expect(read).toMatchObject({ ref: 'release/1.2', sha: head, found: true });
    expect(read.policy.shape.traffic?.router).toBeUndefined();
  });

  test.each([
    ['a branch that is not listed', listed, push('feature/lax')],
    ['a pull request whose author chose such a base', listed, pull('feature/lax')],
    ['a name that only begins like it', listed, push('release/a/b')],
    ['any branch, as long as nothing is listed', policy, push('release/1.2')],
    ['a tag of that name', listed, { event: 'push', ref: 'refs/tags/release/1.2' }],
  ])('is not %s', async (_, text, run) => {
    const made = world(text, run);

    expect(await readIn(made)).toMatchObject({ ref: 'main', sha: made.github.defaultBranch.sha });
  });

  test('does not widen the list: its own `trusted-refs` count for nothing', async () => {
    expect(await readIn(world(listed, push('release/1.2')))).toMatchObject({ trustedRefs: ['release/*'] });
  });

  test('without a policy of its own is judged by the default branch’s', async () => {
    const made = world(listed, push('release/1.2'));
    made.github.files.delete(`${path}@${head}`);
    made.github.files.delete(path);
    made.github.files.set(`${path}@${made.github.defaultBranch.sha}`, listed);

    expect(await readIn(made)).toMatchObject({ ref: 'main', found: true });
  });

  test('whose head cannot be read stops the run instead of falling back', async () => {
    const made = world(listed, push('release/1.2'));
    made.github.silent.set('branch', unknown('the token lacks contents: read', 'add `contents: read`'));

    await expect(readIn(made)).rejects.toThrow(/on release\/1\.2: .*lacks contents: read/);
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
