// Reading benchmarks, load tests, bundle sizes, licences, linters, and which manifests lack their lock file.
import { describe, expect, test } from '@jest/globals';
import { readBenchmarks, readLoadTest } from '../../../src/checklist/report/benchmark.ts';
import { readBundle } from '../../../src/checklist/report/bundle.ts';
import { isNamed, lets, readLicences } from '../../../src/checklist/report/licences.ts';
import { readLint } from '../../../src/checklist/report/lint.ts';
import { manifestsWithoutLock, sameDependencies } from '../../../src/checklist/report/lock-file.ts';
import type { ChangedFile } from '../../../src/evidence/fact.ts';

describe('benchmarks', () => {
  test('come alone or under their name, and say what is better', () => {
    const list = [
      { name: 'a', value: 3, unit: 'ms' },
      { name: 'b', value: 9, unit: 'ops/s' },
      { name: 'c', value: 1, better: 'bigger' },
    ];

    expect(readBenchmarks(JSON.stringify({ benchmarks: list }))).toEqual(readBenchmarks(JSON.stringify(list)));
    expect(readBenchmarks(JSON.stringify(list))).toMatchObject({
      report: [{ better: 'smaller' }, { better: 'bigger' }, { better: 'bigger' }],
    });
  });

  test.each([
    [
      'with one name twice',
      [
        { name: 'a', value: 1 },
        { name: 'a', value: 2 },
      ],
    ],
    ['with a value in words', [{ name: 'a', value: 'fast' }]],
    ['below zero', [{ name: 'a', value: -1 }]],
  ])('%s are unreadable', (_what, list) => {
    expect(readBenchmarks(JSON.stringify(list)).kind).toBe('unreadable');
  });
});

describe('a k6 summary', () => {
  test('is understood in both of its forms', () => {
    const exported = { metrics: { http_req_duration: { avg: 1, thresholds: { 'p(95)<500': false } }, checks: {} } };
    const handled = { metrics: { http_req_duration: { values: {}, thresholds: { 'p(95)<500': { ok: false } } } } };

    expect(readLoadTest(JSON.stringify(exported))).toMatchObject({
      report: { kept: ['http_req_duration p(95)<500'], broken: [] },
    });
    expect(readLoadTest(JSON.stringify(handled))).toMatchObject({
      report: { kept: [], broken: ['http_req_duration p(95)<500'] },
    });
  });

  test('without a threshold is unreadable', () => {
    expect(readLoadTest(JSON.stringify({ metrics: { vus: {} } })).kind).toBe('unreadable');
  });
});

describe('bundle sizes', () => {
  test('are read with what size-limit says itself', () => {
    expect(
      readBundle(
        JSON.stringify([
          { name: 'app', size: 10, passed: true },
          { name: 'lib', size: 5 },
        ]),
      ),
    ).toEqual({
      kind: 'report',
      report: [
        { name: 'app', bytes: 10, passed: true },
        { name: 'lib', bytes: 5 },
      ],
    });
  });

  test('below zero are unreadable', () => {
    expect(readBundle(JSON.stringify([{ name: 'app', size: -1 }])).kind).toBe('unreadable');
  });
});

describe('licences', () => {
  const denied = (id: string) => !isNamed(id, ['GPL-*', 'AGPL-*']);

  test.each([
    ['MIT', true],
    ['GPL-3.0-only', false],
    ['gpl-2.0', false],
    ['GPL', false],
    ['LGPL-3.0', true],
    ['(MIT OR GPL-3.0)', true],
    ['(MIT AND GPL-3.0)', false],
    ['GPL-2.0 WITH Classpath-exception-2.0', false],
    ['MIT*', true],
    ['AGPL-3.0-or-later', false],
  ])('%s where the GPL is denied: %s', (expression, allowed) => {
    expect(lets(expression, denied)).toBe(allowed);
  });

  test('an expression that cannot be taken apart must be allowed as a whole', () => {
    expect(lets('(MIT OR (GPL-3.0 AND ISC))', (id) => id === 'MIT')).toBe(false);
  });

  test('are read whether one or several', () => {
    expect(
      readLicences(JSON.stringify({ 'a@1': { licenses: 'MIT' }, 'b@2': { licenses: ['MIT', 'ISC'] } })),
    ).toMatchObject({
      report: [
        { name: 'a@1', licences: ['MIT'] },
        { name: 'b@2', licences: ['MIT', 'ISC'] },
      ],
    });
    expect(readLicences(JSON.stringify({ 'a@1': {} })).kind).toBe('unreadable');
  });
});

describe('a linter', () => {
  test('is read from ESLint and from SARIF', () => {
    const eslint = [
      { filePath: 'a', errorCount: 1, warningCount: 2 },
      { filePath: 'b', errorCount: 0, warningCount: 3 },
    ];
    const sarif = {
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'x' } }, results: [{ level: 'warning' }, { level: 'error' }] }],
    };

    expect(readLint(JSON.stringify(eslint))).toEqual({ kind: 'report', report: { errors: 1, warnings: 5 } });
    expect(readLint(JSON.stringify(sarif))).toEqual({ kind: 'report', report: { errors: 1, warnings: 1 } });
  });
});

describe('a manifest', () => {
  const changed = (...paths: readonly string[]): readonly ChangedFile[] =>
    paths.map((path) => ({ path, status: 'modified' }));

  test.each([
    ['alone', ['package.json'], ['package.json']],
    ['with its lock file', ['package.json', 'package-lock.json'], []],
    ['with the lock file of its workspace', ['packages/a/package.json', 'pnpm-lock.yaml'], []],
    [
      'with the lock file of a neighbour',
      ['packages/a/package.json', 'packages/b/yarn.lock'],
      ['packages/a/package.json'],
    ],
    ['with the lock file of another tool', ['Cargo.toml', 'package-lock.json'], ['Cargo.toml']],
    ['inside an installed package', ['node_modules/a/package.json'], []],
    ['that only sounds like one', ['docs/package.json.md', 'constructor'], []],
  ])('that changed %s', (_what, paths, alone) => {
    expect(manifestsWithoutLock(changed(...paths)).map(({ path }) => path)).toEqual(alone);
  });

  test('names the same dependencies when only its scripts changed, or their order', () => {
    const manifest = { path: 'package.json', name: 'package.json' };
    const before = '{"scripts": {"a": "1"}, "dependencies": {"x": "1", "y": "2"}}';

    expect(sameDependencies(manifest, before, '{"dependencies": {"y": "2", "x": "1"}}')).toBe(true);
    expect(sameDependencies(manifest, before, '{"dependencies": {"x": "1", "y": "3"}}')).toBe(false);
    expect(sameDependencies(manifest, before, 'not JSON')).toBeUndefined();
    const deep = `{"overrides": {"x": ${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
    expect(sameDependencies(manifest, deep, deep)).toBeUndefined();
    expect(sameDependencies({ path: 'go.mod', name: 'go.mod' }, 'a', 'a')).toBeUndefined();
  });
});
