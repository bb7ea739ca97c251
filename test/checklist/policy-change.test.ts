// A pull request that edits the policy: judged by the old one, told what the new one would say, and sending the gate nowhere.
import { describe, expect, test } from '@jest/globals';
import { type Inputs, inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { keyOf, unknown } from '../../src/evidence/answer.ts';
import { plain } from '../../src/kit/phrase.ts';
import { aComparison, aReview, deployStory, files, policyText, reviewStory, type Story, sha } from './story.ts';

const path = '.github/deploy-policy.yml';

const headFile = { kind: 'file', path, sha: sha('a') } as const;

function given(): Inputs {
  return inputs.parse(Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, ''])));
}

/** The gate of a pull request whose head has `text` as its policy; undefined: the file is gone. */
async function gate(
  text: string | undefined,
  options: Story & { readonly change?: (world: ReturnType<typeof reviewStory>) => void } = {},
) {
  const world = reviewStory({ comparison: { files: files(path) }, ...options });
  if (text === undefined) {
    world.github.files.set(`${path}@${world.github.defaultBranch.sha}`, options.policy ?? policyText);
    world.github.files.delete(path);
  } else world.github.files.set(`${path}@${sha('a')}`, text);
  options.change?.(world);
  const outcome = await step(world, given());
  const row = outcome.evidence?.rows.find(({ id }) => id === 'policy-changed');
  const details = (outcome.evidence?.details ?? []).map(({ heading, lines, table }) => ({
    heading,
    lines: lines.map(plain),
    table: table.map((cells) => cells.map(plain)),
  }));
  return { world, outcome, row, said: row === undefined ? '' : plain(row.evidence), details };
}

describe('a pull request that edits the policy', () => {
  test('is judged by the old one, says so, and is told what the new one would say', async () => {
    const stricter = policyText.replace('count: 1', 'count: 2');

    const { outcome, row, said, details } = await gate(stricter);

    expect(outcome).toMatchObject({ verdict: 'open', exit: 0 });
    expect(row).toMatchObject({ outcome: 'pass', required: false });
    expect(said).toBe('judged by the old one; the new one would say waiting: a review is missing');
    expect(outcome.evidence?.facts.map(plain).join(' ')).toContain(
      '; this change edits it and is judged by the old one',
    );
    expect(details).toContainEqual({
      heading: 'What the new policy would say',
      lines: ['waiting: a review is missing'],
      table: [
        ['criterion', 'today’s policy', 'the new one'],
        ['Reviewed', 'pass', 'waiting'],
      ],
    });
  });

  test('cannot loosen what it is judged by', async () => {
    const open = 'version: 1\nextends: starter@1\nchecklist: []\nenforce: report\n';

    const { outcome, said } = await gate(open, { change: (world) => world.github.reviews.set(482, []) });

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'people' });
    expect(said).toMatch(/the new one would say waiting: .*, and stop nothing \(enforce: report\)$/);
  });

  test('with faults in the new one hears of each with its line, before it stops everybody', async () => {
    const { outcome, row, said, details } = await gate('version: 1\nchecklst: []\nalpha: 7\n');

    expect(outcome.exit).toBe(0);
    expect(row).toMatchObject({ outcome: 'warn', required: false });
    expect(said).toBe('judged by the old one; the new one has 2 faults');
    expect(details.find(({ heading }) => heading === 'Faults of the new policy')?.lines).toEqual([
      `${path}:2:1 unknown key “checklst”. Did you mean “checklist”?`,
      expect.stringContaining(`${path}:3:8 `),
    ]);
  });

  test('hears of an environment that the new one does not have', async () => {
    const { said, details } = await gate(`${policyText}environments: {prod: {}}\n`);

    expect(said).toContain('the new one has one fault');
    expect(JSON.stringify(details)).toContain('there is no environment “production”');
  });

  test('sees the warnings of the new one', async () => {
    const { details } = await gate(`${policyText}overrides: {allow: [deploy-windw], by: [maintainer]}\n`);

    expect(JSON.stringify(details)).toContain('Did you mean “deploy-window”?');
  });

  test('that removes it is told that the preset starter would judge', async () => {
    const { said } = await gate(undefined);

    expect(said).toMatch(/^judged by the old one; the file is removed; preset starter would say /);
  });

  test('whose text cannot be read is unknown, and closes nothing', async () => {
    const { outcome, row, said } = await gate(policyText, {
      change: ({ github }) => github.silent.set(keyOf(headFile), unknown('GitHub has trouble', 'wait')),
    });

    expect(outcome.exit).toBe(0);
    expect(row).toMatchObject({ outcome: 'unknown', required: false });
    expect(said).toContain('the new text cannot be read: GitHub has trouble');
  });

  test('says nothing when the policy is not among its files', async () => {
    const { row, world } = await gate(policyText, { comparison: { files: files('src/shop.ts') } });

    expect(row).toBeUndefined();
    expect(world.github.asked.filter((question) => question.kind === 'file' && question.sha === sha('a'))).toEqual([]);
  });

  test('is found by its text where GitHub lists only some of the files', async () => {
    const cut = { comparison: { files: files('src/shop.ts') } };
    const cutShort = (world: ReturnType<typeof reviewStory>) =>
      world.github.pullFiles.set(482, aComparison({ head: sha('a'), files: files('src/shop.ts'), complete: false }));

    const edited = await gate(policyText.replace('count: 1', 'count: 2'), { ...cut, change: cutShort });
    const same = await gate(policyText, { ...cut, change: cutShort });

    expect(edited.row).toBeDefined();
    expect(same.row).toBeUndefined();
  });

  test('in a merge group says the same', async () => {
    const world = deployStory({
      run: {
        event: 'merge_group',
        ref: 'refs/heads/gh-readonly-queue/main/pr-482-b',
        sha: sha('c'),
        mergeGroup: { headSha: sha('c'), baseSha: sha('b') },
      },
      comparison: { files: files(path) },
    });
    world.github.files.set(`${path}@${sha('c')}`, policyText.replace('count: 1', 'count: 2'));
    world.github.reviews.set(482, [aReview({ sha: sha('a') })]);

    const outcome = await step(world, given());

    expect(outcome.evidence?.rows.find(({ id }) => id === 'policy-changed')).toBeDefined();
  });
});

describe('a new policy on a base of another repository', () => {
  const base = (letter: string, file = 'base.yml') => `acme/platform//${file}@${sha(letter)}`;
  const on = (name: string) => `version: 1\nextends: ["${name}"]\nchecklist: [ci-all-green]\n`;
  const platform = 'version: 1\nextends: starter@1\n';

  test('that only moved to another commit is read and judged', async () => {
    const { said } = await gate(on(base('2')), {
      policy: on(base('1')),
      change: ({ github }) => {
        github.foreign.set(base('1'), platform);
        github.foreign.set(base('2'), `${platform}checklist: [{id: changelog-updated, level: required}]\n`);
      },
    });

    expect(said).toContain('the new one would say');
  });

  test.each([
    ['another file', base('1', 'secrets.yml')],
    ['another repository', `acme/finance//base.yml@${sha('1')}`],
  ])('that the author of the change chose (%s) is not read', async (_case, name) => {
    const { world, row, said } = await gate(on(name), {
      policy: on(base('1')),
      change: ({ github }) => github.foreign.set(base('1'), platform),
    });

    expect(row).toMatchObject({ outcome: 'unknown', required: false });
    expect(said).toContain('which is not read before the merge');
    const asked = world.github.asked.flatMap((question) =>
      question.kind === 'foreign-file' ? [`${question.repository}//${question.path}`] : [],
    );
    expect(asked).toEqual(['acme/platform//base.yml']);
  });
});

describe('the warnings of the policy', () => {
  test('are told in the log and in a folded section, with their lines', async () => {
    const policy = `${policyText}overrides: {allow: [deploy-windw], by: [maintainer]}\n`;
    const { world, details } = await gate(policy, { policy, comparison: { files: files('src/shop.ts') } });

    expect(details.find(({ heading }) => heading === 'Policy')?.lines).toEqual([
      `${path}:7:21 overrides.allow: nothing is called “deploy-windw”. Did you mean “deploy-window”?`,
    ]);
    expect(world.told.filter((line) => line.startsWith('warn: '))).toEqual([expect.stringContaining(`${path}:7:21: `)]);
  });
});
