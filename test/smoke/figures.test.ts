// Figures: percentiles by nearest rank, latencies against the last run, and two texts beside each other.
import { describe, expect, test } from '@jest/globals';
import type { Evidence } from '../../src/record/evidence.ts';
import { besideEachOther } from '../../src/smoke/difference.ts';
import { latenciesIn, slowerThan } from '../../src/smoke/latency.ts';
import { fewest, latenciesOf } from '../../src/smoke/percentile.ts';
import type { CheckResult, SuiteResult } from '../../src/smoke/result.ts';
import { aCheckResult, aSuiteResult } from './results.ts';

describe('percentiles', () => {
  const twenty = Array.from({ length: 20 }, (_, n) => (n + 1) * 10);

  test('are samples that were measured, whatever their order', () => {
    expect(latenciesOf([...twenty].reverse())).toEqual({
      n: 20,
      min: 10,
      avg: 105,
      p50: 100,
      p90: 180,
      p95: 190,
      p99: 200,
      max: 200,
    });
    expect(latenciesOf([7])).toEqual({ n: 1, min: 7, avg: 7, p50: 7, p90: 7, p95: 7, p99: 7, max: 7 });
  });

  test('need as many samples as make them differ from the largest one', () => {
    for (const [name, n] of [
      ['p90', 10],
      ['p95', 20],
      ['p99', 100],
    ] as const) {
      const samples = Array.from({ length: n }, (_, at) => at);
      expect([name, fewest[name], latenciesOf(samples)[name] < n - 1]).toEqual([name, n, true]);
      expect(latenciesOf(samples.slice(0, n - 1))[name]).toBe(n - 2);
    }
  });
});

describe('latencies of the last run', () => {
  const check = (id: string, latencyMs: number, more: Partial<CheckResult> = {}) =>
    aCheckResult({ id, latencyMs, ...more });
  const run = (...checks: readonly CheckResult[]) => aSuiteResult(checks);
  const kept = (result: SuiteResult) => ({ found: latenciesIn(result) }) as Evidence;

  test.each([
    [100, 199, []],
    [100, 200, ['home']],
    [30, 79, []],
    [30, 80, ['home']],
    [1_000, 900, []],
  ])('%d ms then and %d ms now: %j', (before, now, slower) => {
    expect(slowerThan(kept(run(check('home', before))), run(check('home', now))).map(({ id }) => id)).toEqual(slower);
  });

  test('of a probe its median counts, of what failed nothing, and what is new has nothing to compare with', () => {
    const latency = { n: 20, min: 1, avg: 5, p50: 4, p90: 9, p95: 9, p99: 9, max: 9 };
    const before = run(
      check('p', 999, { kind: 'probe', figures: { latency, errors: 0, wanted: 20, warmup: [] } }),
      check('ill', 5, { outcome: 'fail' }),
    );
    const now = run(
      check('p', 1, {
        kind: 'probe',
        figures: { latency: { ...latency, p50: 400 }, errors: 0, wanted: 20, warmup: [] },
      }),
      check('ill', 5_000),
      check('new', 9_000),
    );

    expect(slowerThan(kept(before), now)).toEqual([{ id: 'p', before: 4, now: 400 }]);
  });
});

describe('two texts beside each other', () => {
  test('short ones stay as they are', () => {
    expect(besideEachOther('"a"', '"b"')).toEqual({ expected: '"a"', got: '"b"' });
  });

  test('of long ones the place where they differ can be seen', () => {
    const common = 'x'.repeat(1_000);
    const beside = besideEachOther(`${common}expected`, `${common}something else ${'y'.repeat(500)}`);

    expect(beside.expected).toBe(`…${'x'.repeat(24)}expected`);
    expect(beside.got).toMatch(/^…x{24}something else y+…$/);
    expect(beside.got.length).toBe(160);
    expect(besideEachOther(common, `${common}y`, 300).got).toBe(`…${'x'.repeat(24)}y`);
  });
});
