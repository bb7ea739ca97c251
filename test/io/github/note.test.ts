// A note calls the author once an event.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Pull } from '../../world/github/fake.ts';
import { type Ground, openGround } from './ground.ts';

let ground: Ground;
let pull: Pull;
beforeEach(async () => {
  ground = await openGround();
  ground.repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
  pull = ground.repo.openPull({ title: 'Add a', branch: 'topic' });
});
afterEach(async () => {
  await ground.close();
});

const body = '@octocat Production: rolled back to v1.7.4';
const marker = '<!-- boring-deploys note v1 rolled-back 9001 -->';

describe('a note', () => {
  test('is one new comment, and the same event is not told again', async () => {
    const note = { pull: pull.number, key: 'rolled-back 9001', body };

    const first = await ground.github().note(note);
    const again = await ground.github().note(note);

    expect(ground.repo.commentsOf(pull).map((comment) => comment.body)).toEqual([`${marker}\n${body}`]);
    expect(first).toEqual({ posted: true, url: expect.stringContaining('#issuecomment-'), warnings: [] });
    expect(again).toEqual({ posted: false, url: first.url, warnings: [] });
    ground.fake.assertClean();
  });

  test('of another event is another comment', async () => {
    const github = ground.github();

    await github.note({ pull: pull.number, key: 'rolled-back 9001', body });
    await github.note({ pull: pull.number, key: 'rolled-back 9002', body });

    expect(ground.repo.commentsOf(pull)).toHaveLength(2);
  });

  test('told by two legs at once stays one', async () => {
    const note = { pull: pull.number, key: 'rolled-back 9001', body };

    const told = await Promise.all([ground.github().note(note), ground.github().note(note)]);

    expect(ground.repo.commentsOf(pull)).toHaveLength(1);
    expect(new Set(told.map((each) => each.url)).size).toBe(1);
    ground.fake.assertClean();
  });

  test('is not silenced by a comment of somebody else with its marker', async () => {
    ground.repo.comment(pull, 'mallory', marker);

    const noted = await ground.github().note({ pull: pull.number, key: 'rolled-back 9001', body });

    expect(noted.posted).toBe(true);
  });

  test('with a key that would end the marker keeps its marker whole', async () => {
    await ground.github().note({ pull: pull.number, key: 'a --> b', body });

    expect(ground.repo.commentsOf(pull)[0]?.body).toBe(`<!-- boring-deploys note v1 a - - b -->\n${body}`);
  });

  test('takes secrets out', async () => {
    await ground
      .github({ secrets: () => ['s3cr3t-canary'] })
      .note({ pull: pull.number, key: 'k', body: 's3cr3t-canary' });

    expect(ground.repo.commentsOf(pull)[0]?.body).toContain('***');
    expect(ground.repo.commentsOf(pull)[0]?.body).not.toContain('canary');
  });

  test('that can not be posted is a warning', async () => {
    const noted = await ground.github({}, { permissions: {} }).note({ pull: pull.number, key: 'k', body });

    expect(noted).toEqual({ posted: false, url: '', warnings: [expect.stringContaining('pull-requests: read')] });
  });
});
