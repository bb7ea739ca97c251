// No false alarm: many runs against a healthy service that answers slowly at random, within its budget, never fail.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clock } from '../../src/io/clock.ts';
import { createHttp } from '../../src/io/http.ts';
import { suiteOrProblem } from '../../src/smoke/suite.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { Flows } from '../world/flows.ts';
import { aWalk, noNeighbours } from './town.ts';

const runs = process.env.BORING_LONG === '1' ? 10_000 : 500;

let shop: Flows;
let seed = 20_261_117;
/** A small generator with a seed (Lehmer, 2^31 - 1), so that a run can be repeated. */
function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

beforeEach(async () => {
  // Mostly at once, now and then up to 40 ms: well within the time of an attempt.
  shop = await Flows.start({
    version: 'v1.8.0',
    sha: 'c'.repeat(40),
    delay: () => (random() < 0.02 ? 40 * random() : 0),
  });
});
afterEach(() => shop.stop());

describe('a healthy service', () => {
  test(`passes ${runs} times out of ${runs}`, async () => {
    // With time for a machine that stops for seconds: that is no fault of the suite, nor of the service.
    const text = readFileSync('docs/examples/smoke/standard-sop.yml', 'utf8')
      .replace('version: 1\n', 'version: 1\ndefaults: {timeout: 1m}\n')
      .replace('below: 2s', 'below: 1m');
    const suite = suiteOrProblem(text, 'smoke.yml');
    const port = { ...noNeighbours, http: createHttp(), clock, cancelled: new AbortController().signal };
    const env = (name: string) => (name === 'SMOKE_MAIL' ? 'smoke@test.example' : 'pass-word-1');
    const other: string[] = [];
    const one = async (runId: string) => {
      const { verdict, because, flaky } = await runSuite(
        port,
        suite,
        aWalk({ address: { baseUrl: shop.url }, env, runId }),
      );
      if (verdict !== 'pass' || flaky.length > 0) other.push(`${verdict} ${because} ${flaky.join()}`);
    };
    // A few at once, as jobs of a matrix.
    for (let from = 0; from < runs; from += 10)
      await Promise.all(Array.from({ length: 10 }, (_, n) => one(`${from + n}-1`)));

    expect(other).toEqual([]);
    expect(shop.made.size).toBe(0);
  });
});
