// Files that a line is judged by, in the artifact of a run instead of the workspace; and where that cannot be, the linter says so.
import { describe, expect, test } from '@jest/globals';
import { plain } from '../../../src/kit/phrase.ts';
import { readPolicy } from '../../../src/policy/policy.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import type { MemoryWorld } from '../../world/memory/world.ts';
import { deployStory, findingOf, reviewStory, sha } from '../story.ts';

const from = 'from: {artifact: out, workflow: ci.yml}';
const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n';
const workload =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {terminationGracePeriodSeconds: 60, containers: [{name: web, lifecycle: {preStop: {sleep: {seconds: 5}}}}]}}}\n';
const tests =
  '<testsuite><testcase name="pay with new-checkout on"/><testcase name="pay with new-checkout off"/></testsuite>';

function there(text: string) {
  return { found: true, text, entry: 'x', run: { id: 1, event: 'push', url: '' } } as const;
}

/** Line, file, a text with which it passes, and one with which it does not. */
const lines: readonly (readonly [line: string, path: string, good: string, bad: string])[] = [
  [`{id: health-probes-defined, with: {rendered: all.yml, ${from}}}`, 'all.yml', '', service],
  [`{id: no-console-errors-in-build, with: {report: build.log, ${from}}}`, 'build.log', 'built\n', 'ERROR: no\n'],
  [
    `{id: infrastructure-as-code, with: {drift: plan.json, ${from}}}`,
    'plan.json',
    '{"format_version": "1.2"}',
    '{"format_version": "1.2", "resource_changes": [{"address": "a.b", "change": {"actions": ["update"]}}]}',
  ],
  [
    `{id: memory-leak-load-tested, with: {report: memory.json, ${from}}}`,
    'memory.json',
    '[9, 9, 9, 9, 9, 9, 9, 9]',
    '[1, 1, 2, 2, 8, 8, 9, 9]',
  ],
  [
    `{id: code-review-score, with: {report: score.json, ${from}}}`,
    'score.json',
    '{"score": 95, "of": 100}',
    '{"score": 20, "of": 100}',
  ],
  [
    `{id: checkout-flag, title: Tested, flag: {name: new-checkout, tested: junit.xml, ${from}}}`,
    'junit.xml',
    tests,
    '<testsuite><testcase name="pay"/></testsuite>',
  ],
];

function judged(line: string, path: string, text: string | undefined) {
  const change = ({ github }: MemoryWorld) => {
    github.files.set('main.tf', 'x');
    github.files.set('flags.yml', 'new-checkout: {enabled: true, default: false}');
    github.workspace.set(path, 'what lies in the workspace is not asked');
    if (text !== undefined) github.artifacts.set(`out/${path}@${sha('c')}`, there(text));
  };
  return findingOf(deployStory, line, { change, policy: 'flags: {provider: file, path: flags.yml}\n' });
}

describe.each(lines)('%s', (line, path, good, bad) => {
  test('is judged by the file in the artifact alone', async () => {
    const found = await judged(line, path, good === '' ? workload : good);
    const wrong = await judged(line, path, bad);

    if (good !== '') expect(found.outcome).toBe('pass');
    expect(plain(wrong.evidence)).not.toBe(plain(found.evidence));
    expect(wrong.outcome).not.toBe('pass');
  });

  test('is unknown without it', async () => {
    const found = await judged(line, path, undefined);

    expect(found.outcome).toBe('unknown');
    expect(plain(found.evidence)).toContain('no artifact out');
  });
});

describe('the linter', () => {
  const faults = (line: string) => {
    const read = readPolicy(`version: 1\nextends: starter@1\nchecklist:\n  - ${line}\n`, vocabulary, { path: 'p.yml' });
    return read.kind === 'faults' ? read.faults.map(({ line: at, what, fix }) => `${at}: ${what}. ${fix}`) : [];
  };

  test.each(lines.map(([line]) => line))('takes %s', (line) => {
    expect(faults(line)).toEqual([]);
  });

  test.each([
    ['source-maps-excluded', 'folder: dist'],
    ['assets-fingerprinted', 'folder: dist'],
    ['no-dev-dependencies-in-build', 'folder: dist'],
    ['api-endpoints-production', 'folder: dist'],
  ])('refuses it beside the folder of %s, with the way to go about it', (id, given) => {
    expect(faults(`{id: ${id}, with: {${given}, ${from}}}`)).toEqual([
      '4: from: brings one file of an artifact, and here a folder is looked at in the workspace. Download the artifact in a step before the gate (actions/download-artifact), and take from: out',
    ]);
  });

  test.each([
    ['health-probes-defined', 'rendered'],
    ['no-console-errors-in-build', 'report'],
    ['infrastructure-as-code', 'drift'],
    ['memory-leak-load-tested', 'report'],
    ['code-review-score', 'report'],
  ])('refuses it on %s without the file that lies there', (id, key) => {
    expect(faults(`{id: ${id}, with: {${from}}}`)).toEqual([
      `4: from: says where the file under ${key}: lies, and there is none. Name the file of the artifact under ${key}:, or take from: out`,
    ]);
  });

  test('refuses it on a flag that names no report', () => {
    expect(faults(`{id: a, title: A, flag: {name: b, ${from}}}`)).toEqual([
      '4: from: says where the report under tested: lies, and there is none. Name the report of the artifact under tested:, or take from: out',
    ]);
  });
});

test('on a pull request it is the artifact of the head', async () => {
  const found = await findingOf(reviewStory, lines[1]?.[0] ?? '', {
    change: ({ github }) => void github.artifacts.set(`out/build.log@${sha('a')}`, there('built\n')),
  });

  expect(found.outcome).toBe('pass');
});
