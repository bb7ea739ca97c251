// Suggestions are one review on lines of the diff, each made once, and whatever goes wrong is a warning.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NewSuggestion } from '../../../src/io/github/suggestion.ts';
import { suggestionPage } from '../../../src/report/suggestion.ts';
import type { Pull } from '../../world/github/fake.ts';
import { type Ground, openGround } from './ground.ts';

const path = 'db/migrations/V2__it.sql';
let ground: Ground;
let pull: Pull;
beforeEach(async () => {
  ground = await openGround();
  ground.repo.commit({ branch: 'topic', files: { [path]: 'select 1;\ncreate index a\n  on orders (note);\n' } });
  pull = ground.repo.openPull({ title: 'Index notes', branch: 'topic' });
});
afterEach(async () => {
  await ground.close();
});

const one: NewSuggestion = { path, line: 2, to: 3, key: 'k1', body: '```suggestion\nx\n```' };

function suggesting(...suggestions: readonly NewSuggestion[]) {
  return { pull: pull.number, sha: pull.headSha, opening: 'Safe ways.', suggestions };
}

describe('suggestions', () => {
  test('are one review with a comment on the lines of each', async () => {
    const told = await ground.github().suggest(suggesting(one, { ...one, line: 1, to: 1, key: 'k2' }));

    expect(told).toEqual({ posted: 2, warnings: [] });
    expect(pull.reviews.map(({ state, body }) => [state, body])).toEqual([['COMMENTED', 'Safe ways.']]);
    expect(pull.lineComments.map(({ startLine, line, body }) => [startLine, line, body])).toEqual([
      [2, 3, '<!-- boring-deploys suggestion v1 k1 -->\n```suggestion\nx\n```'],
      [null, 1, '<!-- boring-deploys suggestion v1 k2 -->\n```suggestion\nx\n```'],
    ]);
    ground.fake.assertClean();
  });

  test('that were made before are not made again, whatever the commit', async () => {
    await ground.github().suggest(suggesting(one));
    ground.repo.commit({ branch: 'topic', files: { 'src/a.ts': 'a' } });

    const again = await ground.github().suggest(suggesting(one, { ...one, line: 1, to: 1, key: 'k2' }));

    expect(again).toEqual({ posted: 1, warnings: [] });
    expect(pull.lineComments).toHaveLength(2);
    expect(await ground.github().suggest(suggesting(one))).toEqual({ posted: 0, warnings: [] });
    expect(pull.reviews).toHaveLength(2);
  });

  test('on a line outside the diff are refused by GitHub, which is a warning', async () => {
    const told = await ground.github().suggest(suggesting({ ...one, line: 40, to: 40 }));

    expect(told).toMatchObject({ posted: 0, warnings: [expect.stringContaining(`#${pull.number}`)] });
  });

  test('without the permission are a warning that names it', async () => {
    const github = ground.github({}, { permissions: { 'pull-requests': 'read' } });
    const { posted, warnings } = await github.suggest(suggesting(one));

    expect(posted).toBe(0);
    expect(warnings.join()).toContain('pull-requests: write');
  });

  test('that hold a secret are not made: somebody would take the asterisks for code', async () => {
    const github = ground.github({ secrets: () => ['hunter2hunter2'] });
    const told = await github.suggest(suggesting({ ...one, body: 'password hunter2hunter2' }));

    expect(told).toEqual({ posted: 0, warnings: [] });
    expect(pull.lineComments).toEqual([]);
  });
});

describe('the page of a suggestion', () => {
  const bare = { path, line: 2, to: 3, title: 'a-rule', message: 'why @octocat <b>' };

  test.each([
    ['plain lines', 'select 1;', '```'],
    ['three backticks in a text', "select '```';", '````'],
    ['a whole fence in a comment', '-- ```\n-- ````sql\nselect 1;', '`````'],
  ])('fences %s so that nothing in them ends it', (_, text, fence) => {
    const lines = suggestionPage({ ...bare, text }).split('\n');

    expect(lines.slice(2)).toEqual([`${fence}suggestion`, ...text.split('\n'), fence]);
  });

  test('says why without pinging anybody', () => {
    const [why] = suggestionPage({ ...bare, text: 'x' }).split('\n');

    expect(why).toContain('a-rule');
    expect(why).not.toMatch(/@octocat|<b>/);
  });
});
