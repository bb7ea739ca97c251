// The living comments of a range: the report on the newest pull request, one line on the others, and no more calls than that takes.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { reproject } from '../../src/shell/publish.ts';
import { type Ground, openGround } from '../io/github/ground.ts';
import { memoryWorld } from '../world/memory/world.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

describe('the comments of a range of three pull requests', () => {
  test('are the report on the newest and a link to it on the others, for which no record is read', async () => {
    const pulls = ['tea', 'coffee', 'cocoa'].map((branch) => {
      ground.repo.commit({ branch, files: { [`${branch}.ts`]: branch } });
      return ground.repo.openPull({ title: branch, branch, author: 'ada' });
    });
    const github = ground.github();
    const world = { ...memoryWorld(), ask: github.ask };
    const numbers = pulls.map(({ number }) => number);
    const subject = { environment: 'production', deploymentId: null, sha: ground.repo.head(), pulls: numbers, leg: '' };
    world.state.save('report-subject', JSON.stringify(subject));

    await reproject({ world, github, secrets: () => [] });

    const [first, second, newest] = pulls.map((pull) => ground.repo.commentsOf(pull).map(({ body }) => body));
    expect(newest).toEqual([expect.stringContaining('Nothing has been recorded')]);
    for (const other of [first, second])
      expect(other).toEqual([expect.stringContaining(`the report on pull request ${numbers[2]}`)]);
    // Once before the newest is written and once after, never for the others.
    expect(ground.fake.count('GET /repos/*/*/environments')).toBe(2);
    expect(ground.fake.count('GET /repos/*/*/commits/*/check-runs')).toBe(4);
    ground.fake.assertClean();
  });
});
