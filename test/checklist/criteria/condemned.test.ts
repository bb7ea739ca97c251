// What was turned back: closed until it succeeds again, or until an incident that names the commit says the root cause.
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../../src/evidence/answer.ts';
import type { IssueFact } from '../../../src/evidence/fact.ts';
import { plain } from '../../../src/kit/phrase.ts';
import type { MemoryWorld } from '../../world/memory/world.ts';
import { aDeployment, aStatus, deployStory, findingOf, minute, noon, sha } from '../story.ts';

const line = 'rollback-root-cause-before-redeploy';

/** Commit c went out as deployment 8002 and ended so. */
function after(...statuses: readonly [state: 'failure' | 'success' | 'inactive', words: string][]) {
  return ({ github }: MemoryWorld) => {
    github.deployments = [
      ...github.deployments,
      aDeployment({
        id: 8002,
        sha: sha('c'),
        createdAt: noon - 80 * minute,
        statuses: statuses.map(([state, words], index) => aStatus(state, words, noon - (70 - index) * minute)),
      }),
    ];
  };
}

const turned = after(['failure', 'canary ten 10 %: rollback, limit:error-rate']);

function incident(some: Partial<IssueFact>): (world: MemoryWorld) => void {
  return (world) => {
    turned(world);
    const author = { login: 'carol', bot: false };
    const url = 'https://github.example/octo-org/shop/issues/91';
    const rest = { author, open: true, createdAt: noon, url, labels: ['incident'], title: 'Errors' };
    world.github.issues = [{ number: 91, body: '', ...rest, ...some }];
  };
}

const named = `Commit ${sha('c').slice(0, 7)}.`;

describe('a commit', () => {
  test.each<[string, (world: MemoryWorld) => void, string]>([
    ['that never went out', () => {}, 'pass'],
    ['that its own canary turned back', turned, 'fail'],
    ['that was cancelled', after(['failure', 'cancelled: by hand']), 'pass'],
    [
      'whose incident names it and says the root cause',
      incident({ body: `${named}\n\n## Root cause\n\nA null.` }),
      'pass',
    ],
    ['whose incident says nothing yet', incident({ body: `${named}\n\n## Root cause\n\n` }), 'fail'],
    ['that the incident does not name', incident({ body: '## Root cause\n\nA null.' }), 'fail'],
    [
      'whose incident bears another label',
      incident({ body: `${named}\n\n## Root cause\n\nx`, labels: ['bug'] }),
      'fail',
    ],
  ])('%s', async (_what, change, outcome) => {
    expect((await findingOf(deployStory, line, { change })).outcome).toBe(outcome);
  });

  test('whose incidents cannot be read is unknown', async () => {
    const finding = await findingOf(deployStory, line, {
      change: (world) => {
        turned(world);
        world.github.silent.set('issues', unknown('403', 'ask'));
      },
    });

    expect(finding.outcome).toBe('unknown');
  });

  test('says who turned it back and what lifts it', async () => {
    const finding = await findingOf(deployStory, line, { change: turned });

    expect(plain(finding.evidence)).toBe('deployment 8002 took this very commit back');
    expect(plain(finding.todo)).toContain('write the section ## Root cause in the issue with the label incident');
  });
});

describe('block-redeploy', () => {
  const policy = 'rollback: {follow-up: {block-redeploy: until-root-cause}}';

  test('is asked by the gate itself where the policy says so', async () => {
    const blocked = await findingOf(deployStory, 'ci-all-green', { policy, change: turned, id: 'block-redeploy' });

    expect(blocked).toMatchObject({ outcome: 'fail', required: true });
  });

  test('is not asked where it does not, nor twice', async () => {
    await expect(findingOf(deployStory, 'ci-all-green', { id: 'block-redeploy' })).rejects.toThrow('No finding');
    await expect(findingOf(deployStory, line, { policy, id: 'block-redeploy' })).rejects.toThrow('No finding');
  });
});
