// The trace of a check: whose address was asked and which phase took the time, of what failed and of what was slowest.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { linesOf } from '../../src/smoke/account.ts';
import { slowestOf, traceCells, traceText } from '../../src/smoke/trace.ts';
import { freePort } from '../world/port.ts';
import { checkOf, Neighbours } from './neighbours.ts';

let here: Neighbours;

beforeEach(() => {
  here = new Neighbours();
});
afterEach(() => here.stop());

test('a check that fails tells who answered and where the time went; the slowest that passed too', async () => {
  const url = await here.serve((request, response) => {
    const wait = request.url === '/slow' ? 400 : 0;
    setTimeout(() => response.writeHead(request.url === '/broken' ? 500 : 200).end(), wait);
  });
  const suite =
    'checks: [{id: quick, http: {url: /}}, {id: slow, http: {url: /slow}}, {id: broken, http: {url: /broken}, retry: none}]';

  const result = await here.run(suite, url);

  expect(checkOf(result, 'broken').trace).toMatchObject({
    peer: '127.0.0.1',
    phases: { connectMs: expect.any(Number), firstByteMs: expect.any(Number) },
    totalMs: expect.any(Number),
  });
  expect(slowestOf(result.checks)?.id).toBe('slow');
  expect(checkOf(result, 'slow').trace?.phases?.firstByteMs).toBeGreaterThanOrEqual(390);
  const lines = linesOf(result).join('\n');
  expect(lines).toMatch(
    /fail broken.*\n.*status\n.*\n.*\n {4}asked GET http:\/\/127\.0\.0\.1:\d+\/broken at 127\.0\.0\.1, connect .*, total /,
  );
  expect(lines).toMatch(/slowest that passed: slow, asked 127\.0\.0\.1, connect .*first byte /);
});

test('a service that accepts and never answers was connected to, and sent no byte', async () => {
  const port = await here.tcp(() => {});

  const result = await here.run(
    'defaults: {timeout: 1s, retry: none}\nchecks: [{id: home, http: {url: /}}]',
    `http://127.0.0.1:${port}`,
  );

  const { trace } = checkOf(result, 'home');
  expect(trace).toMatchObject({ peer: '127.0.0.1', phases: { connectMs: expect.any(Number) } });
  expect(trace?.phases).not.toHaveProperty('firstByteMs');
  expect(trace?.totalMs).toBeGreaterThanOrEqual(990);
});

test('nobody there has no peer', async () => {
  const result = await here.run(
    'checks: [{id: home, retry: none, http: {url: /}}]',
    `http://127.0.0.1:${await freePort()}`,
  );

  expect(result.verdict).toBe('unreachable');
  expect(checkOf(result, 'home').trace).not.toHaveProperty('peer');
});

test('a probe tells its slowest sample, and the gate who answered last', async () => {
  let asked = 0;
  const url = await here.serve((_request, response) => {
    asked += 1;
    setTimeout(() => response.end('{"v": 1}'), asked === 3 ? 120 : 0);
  });
  const probed = await here.run('checks: [{id: p, probe: {http: {url: /}, repeat: 5, warmup: 0}}]', url);
  const gated = await here.run(
    'ready: {within: 1s, every: 50ms, http: {url: /}, expect: {json: {v: 2}}}\nchecks: [{id: home, http: {url: /}}]',
    url,
  );

  expect(checkOf(probed, 'p').trace?.totalMs).toBeGreaterThanOrEqual(110);
  expect(gated.readiness?.trace).toMatchObject({ peer: '127.0.0.1' });
  expect(linesOf(gated)[0]).toMatch(/^not ready, asked GET http:\/\/127\.0\.0\.1:\d+\/ at 127\.0\.0\.1, /);
});

test('in words and as cells, a phase that did not come to its end is left open', () => {
  const trace = { peer: '203.0.113.7', phases: { dnsMs: 2.3, connectMs: 11, tlsMs: 25 }, totalMs: 5_004 };

  expect(traceText(trace)).toBe('203.0.113.7, DNS 2 ms, connect 11 ms, TLS 25 ms, total 5 s');
  expect(traceCells(trace)).toEqual(['203.0.113.7', '2 ms', '11 ms', '25 ms', '–', '5 s']);
  expect(traceText({ peer: '203.0.113.7', phases: { firstByteMs: 20 }, totalMs: 21 })).toBe(
    '203.0.113.7, connection kept from before, first byte 20 ms, total 21 ms',
  );
});
