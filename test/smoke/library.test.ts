// Libraries that only some suites need: brought by what the text mentions, and by what turns out to be needed.
import { expect, test } from '@jest/globals';
import { lazily, NotLoaded, withLibraries } from '../../src/smoke/library.ts';
import { loadedSuite } from '../../src/smoke/suite.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { MemoryClock } from '../world/memory/clock.ts';

test('one that the text mentions is there at once, one that it does not when it is needed, and none twice', async () => {
  const brought: string[] = [];
  const library = (name: string, mention: RegExp) =>
    lazily(async () => {
      brought.push(name);
      return name;
    }, mention);
  const [patterns, pages, never] = [
    library('patterns', /matches/),
    library('pages', /html/),
    library('never', /never/),
  ];
  let runs = 0;

  const run = () => {
    runs += 1;
    return `${patterns.now()} ${pages.now()}`;
  };

  expect(() => never.now()).toThrow(NotLoaded);
  expect(await withLibraries('body: {matches: x}', run)).toBe('patterns pages');
  expect([runs, brought]).toEqual([2, ['patterns', 'pages']]);
  expect(await withLibraries('html and matches', run)).toBe('patterns pages');
  expect([runs, brought]).toEqual([3, ['patterns', 'pages']]);
});

test('what else goes wrong is told as it is', async () => {
  const broken = () => {
    throw new Error('a fault');
  };

  await expect(withLibraries('', broken)).rejects.toThrow('a fault');
});

test('a query that fails is told where the suite has no pattern, so that their library was never loaded', async () => {
  const suite = await loadedSuite(
    'version: 1\nchecks:\n  - {id: rows, sql: {client: psql, url: "postgres://shop@127.0.0.1/shop", query: select 1}, retry: none}\n',
    'smoke.yml',
  );
  const never = () => Promise.reject(new Error('asked of nobody'));
  const port = {
    http: never,
    network: { handshake: never, names: never, open: never },
    command: async () => ({ code: 2, stdout: '', stderr: 'psql: error: connection to server failed', timedOut: false }),
    files: { read: never, bytes: never, changedAt: never, walk: never },
    clock: new MemoryClock(0),
    cancelled: new AbortController().signal,
  };

  const walked = await runSuite(port, suite, {
    address: { baseUrl: 'http://shop.example' },
    expected: { version: 'v1', sha: 'c'.repeat(40) },
    tags: [],
    budgetMs: 60_000,
    env: () => undefined,
    runId: '1-1',
    runBegan: 0,
    environment: 'production',
    review: false,
  });

  expect(walked.checks[0]).toMatchObject({ id: 'rows', outcome: 'fail', trouble: 'network' });
});
