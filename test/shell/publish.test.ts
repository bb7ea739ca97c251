// The living comments of a range: the report on the newest pull request, one line on the others, and no more calls than that takes.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readRecord } from '../../src/record/keep.ts';
import { publish, reproject } from '../../src/shell/publish.ts';
import { type Ground, openGround } from '../io/github/ground.ts';
import { anEvidence } from '../record/evidences.ts';
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
    const looks = ground.fake.log.filter(({ body }) => JSON.stringify(body)?.includes('environments(first'));
    expect(looks).toHaveLength(2);
    expect(ground.fake.count('GET /repos/*/*/commits/*/check-runs')).toBe(4);
    ground.fake.assertClean();
  });
});

test('a secret in evidence is taken out before the record is digested, so that the record can still be read', async () => {
  const github = ground.github();
  const world = { ...memoryWorld(), ask: github.ask };
  const sha = ground.repo.head();
  const evidence = anEvidence({ sha, sentence: 'The answer was hunter2-hunter2.', pulls: [] });
  const outcome: any = {
    verdict: 'pass',
    reason: 'pass',
    sha,
    version: '',
    rollback: false,
    outputs: {},
    warnings: [],
    silent: false,
    evidence,
  };
  const action: any = { name: 'smoke-test', outputs: [] };

  await publish({
    action,
    inputs: { comment: 'false' } as any,
    shell: { world, github, secrets: () => ['hunter2-hunter2'] },
    outcome,
  });

  const records = await github.ask({ kind: 'records', sha });
  const [fact] = records.kind === 'known' ? records.value : [];
  expect(fact?.text).not.toContain('hunter2');
  expect(fact && readRecord(fact)?.sentence).toBe('The answer was ***.');
});
