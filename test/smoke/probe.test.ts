// Samples of a probe against a service that is a function of time: which count, which are thrown away, and when nobody can tell.
import { describe, expect, test } from '@jest/globals';
import type { NoReply, Reply } from '../../src/smoke/port.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk, noReply } from './town.ts';

/** The result of a probe whose nth request is answered so; from 0, the warm-up among them. */
async function probed(how: string, answer: (n: number) => Reply | NoReply) {
  let asked = 0;
  const service = aService(async (sent) => {
    const reply = answer(asked);
    asked += 1;
    await service.clock.sleep(Math.min(reply.durationMs, sent.timeoutMs));
    if (reply.durationMs < sent.timeoutMs) return reply;
    return noReply({ unreachable: false, trouble: 'timeout', because: 'no answer in time' });
  });
  const result = await runSuite(service, aSuite(`checks: [{id: p, retry: none, ${how}}]`), aWalk());
  const [check] = result.checks;
  const told = check?.failures.map(({ about, expected, got }) => `${about}: ${expected}, got ${got}`) ?? [];
  return { asked, verdict: result.verdict, told, because: check?.because, figures: check?.figures };
}

const took = (durationMs: number) => aReply({ durationMs });

describe('a probe', () => {
  test('throws the warm-up away, slow or broken as it may be', async () => {
    const broken = await probed('probe: {http: {url: /}, repeat: 3, warmup: 2}', (n) => (n < 2 ? noReply() : took(7)));
    const slow = await probed('probe: {http: {url: /}, repeat: 3, warmup: 2}', (n) => took(n < 2 ? 900 : 7));

    expect(broken).toMatchObject({ asked: 5, verdict: 'pass', figures: { latency: { n: 3, max: 7 }, errors: 0 } });
    expect(slow).toMatchObject({ asked: 5, verdict: 'pass', figures: { latency: { n: 3, max: 7 } } });
    expect([broken.figures?.warmup, slow.figures?.warmup]).toEqual([
      [undefined, undefined],
      [900, 900],
    ]);
  });

  test('gives no sample the time of all', async () => {
    const { verdict, figures, told } = await probed(
      'timeout: 10s, probe: {http: {url: /}, repeat: 10, warmup: 0}',
      (n) => took(n === 3 ? 60_000 : 5),
    );

    expect(verdict).toBe('fail');
    expect(figures).toMatchObject({ latency: { n: 9, max: 5 }, errors: 1, wanted: 10 });
    expect(told).toEqual(['errors: none, got 1 of 10 samples', expect.stringContaining('no answer in time')]);
  });

  test.each([
    [0, 1, 'fail'],
    [1, 1, 'pass'],
    [1, 2, 'fail'],
    [10, 10, 'inconclusive'],
  ])('that may fail %i times and fails %i times ends in %s', async (most, bad, verdict) => {
    const answer = (n: number) => (n < bad ? aReply({ status: 500 }) : took(5));

    expect(
      (await probed(`probe: {http: {url: /}, repeat: 10, warmup: 0}, expect: {errors: ${most}}`, answer)).verdict,
    ).toBe(verdict);
  });

  test.each([
    ['p50', 1, 'inconclusive'],
    ['p50', 2, 'pass'],
    ['p90', 9, 'inconclusive'],
    ['p90', 10, 'pass'],
    ['p95', 19, 'inconclusive'],
    ['p95', 20, 'pass'],
    ['p99', 99, 'inconclusive'],
    ['p99', 100, 'pass'],
    ['max', 1, 'pass'],
    ['avg', 1, 'pass'],
  ])('%s of %i samples is %s', async (figure, repeat, verdict) => {
    const { verdict: got, because } = await probed(
      `probe: {http: {url: /}, repeat: ${repeat}, warmup: 0}, expect: {latency: {${figure}: {lt: 1s}}}`,
      () => took(5),
    );

    expect(got).toBe(verdict);
    if (verdict === 'inconclusive')
      expect(because).toMatch(new RegExp(`${figure} needs at least \\d+ samples, there are ${repeat}`));
  });

  test('fails by what it can tell, although another figure needs more samples', async () => {
    const { verdict, told } = await probed(
      'probe: {http: {url: /}, repeat: 20, warmup: 0}, expect: {latency: {avg: {lt: 5ms}, p99: {lt: 1s}}}',
      () => took(9),
    );

    expect([verdict, told]).toEqual(['fail', ['latency avg: < 5 ms, got 9 ms (n = 20)']]);
  });

  test('says by what method a percentile that failed was found', async () => {
    const { told } = await probed(
      'probe: {http: {url: /}, repeat: 20, warmup: 0}, expect: {latency: {p95: {lt: 5ms}}}',
      () => took(9),
    );

    expect(told).toEqual(['latency p95: < 5 ms, got 9 ms (n = 20, nearest rank)']);
  });

  test('to which nothing answers is unreachable', async () => {
    expect((await probed('probe: {http: {url: /}, repeat: 3}', () => noReply())).verdict).toBe('unreachable');
  });
});

test('probes, and what needs them, run alone and one after another, after all others', async () => {
  const told: string[] = [];
  let busy = 0;
  const service = aService(async (_sent, path) => {
    busy += 1;
    told.push(`${path} ${busy}`);
    await new Promise((resolve) => setImmediate(resolve));
    busy -= 1;
    return aReply();
  });
  const suite = aSuite(`checks:
  - {id: p, probe: {http: {url: /p}, repeat: 2, warmup: 0}}
  - {id: q, probe: {http: {url: /q}, repeat: 2, warmup: 0}}
  - {id: after, needs: [p], http: {url: /after}}
  - {id: a, http: {url: /a}}
  - {id: b, http: {url: /b}}
  - {id: beside, probe: {http: {url: /beside}, repeat: 1, warmup: 0, exclusive: false}}
`);

  await runSuite(service, suite, aWalk());

  expect(new Set(told.slice(0, 3).map((one) => one.split(' ')[0]))).toEqual(new Set(['/a', '/b', '/beside']));
  expect(told.slice(3)).toEqual(expect.arrayContaining(['/p 1', '/q 1', '/after 1']));
  expect(told.slice(3).every((one) => one.endsWith(' 1'))).toBe(true);
  expect(told).toHaveLength(8);
});
