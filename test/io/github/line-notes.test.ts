// Notes at lines leave as annotations of the check run that keeps the evidence; the lines a patch adds are told with the file.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LineNote, NewRecord } from '../../../src/io/github/records.ts';
import { begin, type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const note: LineNote = {
  path: 'src/a.ts',
  line: 3,
  to: 5,
  title: 'Coverage',
  message: 'not reached',
  level: 'failure',
};

function record(notes: readonly LineNote[]): NewRecord {
  return {
    ...{ name: 'boring-deploys / pre-deploy-gate / production', sha: ground.repo.head(), conclusion: 'failure' },
    ...{ title: 'closed', summary: '| a |', text: '{}', externalId: 'v1:7:1:gate:abc', notes },
    detailsUrl: 'https://github.com/octo-org/shop/actions/runs/7',
    completedAt: Date.parse(begin),
  };
}

describe('notes at lines', () => {
  test('are annotations of the check run', async () => {
    await ground.github().keepEvidence(record([note, { ...note, line: 9, to: 9, level: 'warning' }]));

    const [made] = ground.repo.checkRunsOf(ground.repo.head());
    expect(made?.output.annotations).toMatchObject([
      {
        path: 'src/a.ts',
        start_line: 3,
        end_line: 5,
        annotation_level: 'failure',
        title: 'Coverage',
        message: 'not reached',
      },
      { start_line: 9, end_line: 9, annotation_level: 'warning' },
    ]);
    ground.fake.assertClean();
  });

  test('fifty of any length are taken', async () => {
    const long = { ...note, title: 'x'.repeat(300), message: 'y'.repeat(70_000) };
    const kept = await ground.github().keepEvidence(record(Array.from({ length: 50 }, () => long)));

    expect(kept).toMatchObject({ kept: true });
    expect(ground.repo.checkRunsOf(ground.repo.head())[0]?.output.annotations).toHaveLength(50);
    ground.fake.assertClean();
  });
});

test('the lines that a patch adds are told by their numbers in the new file', async () => {
  const numbered = (changes: Readonly<Record<number, string>>, extra: readonly string[] = []) =>
    [...Array.from({ length: 30 }, (_, index) => changes[index + 1] ?? `line ${index + 1}`), ...extra, ''].join('\n');
  ground.repo.commit({ files: { 'a.ts': numbered({}) } });
  const base = ground.repo.head();
  const { sha } = ground.repo.commit({
    files: { 'a.ts': numbered({ 3: 'three', 4: 'four', 20: 'twenty' }, ['end']), 'b.ts': 'one\ntwo\n' },
  });

  const told = await ground.github().ask({ kind: 'comparison', base, head: sha });

  const files = told.kind === 'known' ? told.value.files : [];
  const added = (path: string) => files.find((file) => file.path === path)?.added;
  expect(added('a.ts')).toEqual([
    [3, 4],
    [20, 20],
    [31, 31],
  ]);
  expect(added('b.ts')).toEqual([[1, 2]]);
});
