// A suite against a real service on loopback: 200 checks at once, the old version first, and the example of the README.
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { clock } from '../../src/io/clock.ts';
import { sendHttp } from '../../src/io/http.ts';
import { readSuite } from '../../src/smoke/suite.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { freePort } from '../world/port.ts';
import { aSuite, aWalk, noNeighbours } from './town.ts';

const started: Server[] = [];
const port = { ...noNeighbours, http: sendHttp, clock, cancelled: new AbortController().signal };

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('200 checks with status and two body assertions pass in parallel, on no more connections than allowed', async () => {
  const checks = Array.from(
    { length: 200 },
    (_, n) => `  - {id: c${n}, http: {url: /${n}}, expect: {status: 200, json: {$.n: ${n}, $.ok: true}}}`,
  );
  const suite = aSuite(
    `defaults: {timeout: 1m}\nconcurrency: {total: 16, per_host: 16}\nchecks:\n${checks.join('\n')}`,
  );
  const sockets = new Set<number>();
  const baseUrl = await serve((request, response) => {
    sockets.add(request.socket.remotePort ?? 0);
    setTimeout(() => response.end(JSON.stringify({ n: Number(request.url?.slice(1)), ok: true })), 5);
  });

  const result = await runSuite(port, suite, aWalk({ address: { baseUrl } }));

  expect(result).toMatchObject({ verdict: 'pass', passed: 200, total: 200, flaky: [] });
  expect(sockets.size).toBeLessThanOrEqual(16);
});

test('the gate sees the new version through a fresh connection while a kept one still leads to the old', async () => {
  let connections = 0;
  const of = new WeakMap<object, number>();
  const baseUrl = await serve((request, response) => {
    // Like a balancer: the version belongs to the connection, not to the moment.
    if (!of.has(request.socket)) connections += 1;
    const number = of.get(request.socket) ?? connections;
    of.set(request.socket, number);
    response.end(JSON.stringify({ version: number < 3 ? 'v1.7.4' : 'v1.8.0' }));
  });
  const suite = aSuite(
    'ready: {every: 10ms, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}\nchecks: [{id: home, http: {url: /}}]',
  );

  const result = await runSuite(port, suite, aWalk({ address: { baseUrl } }));

  expect(result).toMatchObject({ verdict: 'pass', readiness: { kind: 'ready', asked: 3 } });
});

test('a service that resets every third connection is flaky, not failed', async () => {
  let asked = 0;
  const baseUrl = await serve((request, response) => {
    asked += 1;
    if (asked % 3 === 0) request.socket.resetAndDestroy();
    else response.writeHead(200, { connection: 'close' }).end('well');
  });
  const checks = Array.from({ length: 9 }, (_, n) => `  - {id: c${n}, http: {url: /}, expect: {body: well}}`);
  const suite = aSuite(`defaults: {retry: {backoff: 5ms, attempts: 10}}\nchecks:\n${checks.join('\n')}`);

  const result = await runSuite(port, suite, aWalk({ address: { baseUrl } }));

  expect(result).toMatchObject({ verdict: 'pass', passed: 9 });
  expect(result.flaky.length).toBeGreaterThan(0);
});

test('nobody listening is unreachable', async () => {
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const suite = aSuite('defaults: {retry: none}\nchecks: [{id: home, http: {url: /}}]');

  const result = await runSuite(port, suite, aWalk({ address: { baseUrl } }));

  expect(result).toMatchObject({
    verdict: 'unreachable',
    because: `nothing answered: connection refused by ${new URL(baseUrl).host}`,
  });
});

test('the suite in the README and the one of the demo shop are without fault', () => {
  const readme = readFileSync('actions/smoke-test/README.md', 'utf8');
  const example =
    readme
      .split('```yaml')
      .find((block) => block.includes('# .github/smoke.yml'))
      ?.split('```')[0] ?? '';

  expect(readSuite(example, 'README.md')).toMatchObject({ kind: 'suite' });
  expect(readSuite(readFileSync('test/world/town/shop/.github/smoke.yml', 'utf8'), 'smoke.yml')).toMatchObject({
    kind: 'suite',
  });
});
