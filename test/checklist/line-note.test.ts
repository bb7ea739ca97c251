// Line notes: an open finding speaks at the lines that the change adds, and nowhere else.
import { describe, expect, test } from '@jest/globals';
import { type Inputs, inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import type { Finding, Place } from '../../src/checklist/finding.ts';
import { lineNotes } from '../../src/checklist/line-note.ts';
import type { ChangedFile } from '../../src/evidence/fact.ts';
import { deployStory, files, policyText, reviewStory, sha } from './story.ts';

const given: Inputs = inputs.parse(Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, ''])));

function aFinding(places: readonly Place[], some: Partial<Finding> = {}): Finding {
  const rest = { level: 'required', evidence: '', who: '', todo: '', required: true } as const;
  return { id: 'x', title: 'Coverage', outcome: 'fail', ...rest, places, ...some };
}

const changed: readonly ChangedFile[] = [
  {
    path: 'src/a.ts',
    status: 'modified',
    added: [
      [10, 12],
      [20, 20],
    ],
  },
  { path: 'src/large.ts', status: 'modified' },
];

const at = (line: number, to = line, path = 'src/a.ts'): Place => ({ path, line, to, message: 'not reached' });

describe('a note', () => {
  test.each([
    ['above an added run', at(9), false],
    ['on its first line', at(10), true],
    ['on its last line', at(12), true],
    ['below it', at(13), false],
    ['across it', at(5, 30), true],
    ['on the second run', at(20), true],
    ['in a file whose lines GitHub does not show', at(1, 1, 'src/large.ts'), false],
    ['in a file that the change leaves alone', at(10, 10, 'src/b.ts'), false],
  ])('%s: %#', (_where, place, shown) => {
    expect(lineNotes([aFinding([place])], { files: changed })).toHaveLength(shown ? 1 : 0);
  });

  test('is a failure where the gate closes over it, else a warning, and failures come first', () => {
    const notes = lineNotes([aFinding([at(11)], { required: false }), aFinding([at(10)])], { files: changed });

    expect(notes).toEqual([
      { path: 'src/a.ts', line: 10, to: 10, title: 'Coverage', message: 'not reached', level: 'failure' },
      { path: 'src/a.ts', line: 11, to: 11, title: 'Coverage', message: 'not reached', level: 'warning' },
    ]);
  });

  test('of what is settled is none, and there are never more than GitHub takes', () => {
    const many = Array.from({ length: 51 }, () => at(10));

    expect(lineNotes([aFinding([at(10)], { outcome: 'waived' })], { files: changed })).toEqual([]);
    expect(lineNotes([aFinding(many)], { files: changed })).toHaveLength(50);
  });
});

describe('the gate', () => {
  const policy = `${policyText.replace('level: info', 'level: required, with: {at-least: 80 %}')}`;

  test('marks the lines of the change that no test reaches', async () => {
    const world = reviewStory({
      policy,
      comparison: {
        files: [
          {
            path: 'src/pay.ts',
            status: 'modified',
            added: [
              [2, 3],
              [9, 9],
            ],
          },
        ],
      },
    });
    const lines = 'DA:1,1\nDA:2,0\nDA:3,0\nDA:4,0\nDA:8,0\nDA:9,1';
    world.github.workspace.set('coverage/lcov.info', `SF:/home/runner/work/shop/src/pay.ts\n${lines}\nend_of_record\n`);

    const { lineNotes: notes } = await step(world, given);

    expect(notes).toEqual([
      { path: 'src/pay.ts', line: 2, to: 4, title: 'Coverage', message: 'No test reaches this.', level: 'failure' },
    ]);
  });

  test('marks the faults of a policy that the change edits', async () => {
    const path = '.github/deploy-policy.yml';
    const world = reviewStory({ policy, comparison: { files: [{ path, status: 'modified', added: [[2, 2]] }] } });
    world.github.files.set(`${path}@${sha('a')}`, 'version: 1\nenforced: full\nalpha: 3\n');

    const { lineNotes: notes } = await step(world, given);

    expect(notes).toMatchObject([{ path, line: 2, title: 'Policy edited', level: 'warning' }]);
    expect(notes?.[0]?.message).toContain('enforced');
  });

  test('marks what a scanner found above what is let through, on the lines of the change alone', async () => {
    const at = (startLine: number, uri = './src/pay.ts') => ({
      physicalLocation: { artifactLocation: { uri }, region: { startLine } },
    });
    const results = [
      {
        ruleId: 'sql-injection',
        level: 'error',
        message: { text: 'A query is built from input.' },
        locations: [at(2)],
      },
      { ruleId: 'style', level: 'note', locations: [at(2)] },
      { ruleId: 'old', level: 'error', locations: [at(40)] },
      { ruleId: 'elsewhere', level: 'error', locations: [at(2, 'src/other.ts')] },
      { ruleId: 'quiet', level: 'error', locations: [at(3)], suppressions: [{}] },
      { ruleId: 'strange', level: 'error', locations: [{ physicalLocation: 7 }, 'x'] },
    ];
    const world = reviewStory({
      policy: `${policyText}  - {id: security-scan-clean, level: required, with: {max: medium, reports: [x.sarif]}}\n`,
      comparison: {
        files: [
          {
            path: 'src/pay.ts',
            status: 'modified',
            added: [[2, 3]],
          },
        ],
      },
    });
    const run = { tool: { driver: { name: 'Scan' } }, results };
    world.github.workspace.set('x.sarif', JSON.stringify({ version: '2.1.0', runs: [run] }));

    const outcome = await step(world, given);

    expect(outcome.evidence?.rows.find(({ id }) => id === 'security-scan-clean')?.outcome).toBe('fail');
    expect(outcome.lineNotes).toMatchObject([
      { path: 'src/pay.ts', line: 2, to: 2, message: 'sql-injection: A query is built from input.', level: 'failure' },
    ]);
  });

  test('marks nothing where nothing is open', async () => {
    const { lineNotes: notes } = await step(deployStory({ comparison: { files: files('src/a.ts') } }), given);

    expect(notes).toEqual([]);
  });
});
