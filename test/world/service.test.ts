// The toy service, its router and its traffic: what the demo and the adapters' tests lean on.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Balance } from './service/balance.ts';
import { startRouter } from './service/router.ts';
import { type Service, type Side, startService } from './service/service.ts';
import { startTraffic } from './service/traffic.ts';
import type { Router } from './service/types.ts';

const sha = 'b'.repeat(40);
let service: Service;
let router: Router;

beforeAll(async () => {
  service = await startService({ releases: { v3: { failEvery: 5 } } });
  router = await startRouter({ upstreams: { blue: service.blue.url, green: service.green.url } });
});

afterAll(async () => {
  await router.stop();
  await service.stop();
});

beforeEach(async () => {
  router.fault({});
  router.setWeights({ blue: 100, green: 0 });
  await service.blue.deploy({ version: 'v1', sha });
  await service.green.deploy({ version: 'v2', sha });
  router.resetCounts();
});

async function send(method: string, url: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() };
}

async function statuses(url: string, times: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    seen.push(answer.status);
  }
  return seen;
}

describe('a side', () => {
  test('tells its version in the body and in headers', async () => {
    const answer = await fetch(`${service.green.url}/version`);

    expect(await answer.json()).toEqual({ version: 'v2', sha, side: 'green' });
    expect(answer.headers.get('x-version')).toBe('v2');
    expect(answer.headers.get('x-side')).toBe('green');
  });

  test('fails every nth request of users and none of its probes', async () => {
    await service.green.deploy({ version: 'v3', sha });

    expect(await statuses(`${service.green.url}/`, 10)).toEqual([200, 200, 200, 200, 500, 200, 200, 200, 200, 500]);
    expect(new Set(await statuses(`${service.green.url}/health`, 6))).toEqual(new Set([200]));
    expect(service.green.stats()).toMatchObject({ version: 'v3', requests: 10, errors: 2 });
  });

  test('counts in Prometheus text what it answered, slow ones in higher buckets', async () => {
    service.green.behave({ slowMs: 60, failEvery: 2 });
    await statuses(`${service.green.url}/`, 2);

    const text = await (await fetch(`${service.green.url}/metrics`)).text();

    expect(text).toContain('http_requests_total{side="green",code="200"} 1\n');
    expect(text).toContain('http_requests_total{side="green",code="500"} 1\n');
    expect(text).toContain('http_request_duration_seconds_bucket{side="green",le="0.05"} 0\n');
    expect(text).toContain('http_request_duration_seconds_bucket{side="green",le="+Inf"} 2\n');
  });

  test('refuses connections while it is down and answers on the same port again', async () => {
    await service.green.down();
    await expect(fetch(`${service.green.url}/`)).rejects.toThrow();

    await service.green.up();
    expect(await statuses(`${service.green.url}/`, 1)).toEqual([200]);
  });

  test('refuses connections before the first deploy', async () => {
    const fresh = await startService();
    try {
      await expect(fetch(`${fresh.blue.url}/version`)).rejects.toThrow();
      expect(fresh.blue.running).toBeUndefined();
    } finally {
      await fresh.stop();
    }
  });
});

describe('the admin of the service', () => {
  test('deploys a version with the behaviour its release has', async () => {
    const answer = await send('POST', `${service.adminUrl}/sides/green/deploy`, { version: 'v3', sha });

    expect(answer).toMatchObject({ status: 200, body: { side: 'green', version: 'v3' } });
    expect(await statuses(`${service.green.url}/`, 5)).toContain(500);
    expect(await send('GET', `${service.adminUrl}/stats`)).toMatchObject({
      body: { green: { errors: 1 }, blue: { errors: 0 } },
    });
  });

  test.each([
    ['PUT', '/sides/green/behaviour', { failEvery: -1 }, 400],
    ['POST', '/sides/green/deploy', { version: 'v2' }, 400],
    ['POST', '/sides/red/deploy', { version: 'v2', sha }, 404],
    ['POST', '/sides/green/explode', {}, 400],
    ['PUT', '/sides/green/behaviour', { slowMs: 1 }, 200],
    ['POST', '/sides/green/down', {}, 200],
  ])('answers %s %s with %j: %i', async (method, path, body, status) => {
    expect((await send(method, service.adminUrl + path, body)).status).toBe(status);
  });
});

describe('the router', () => {
  test.each([
    [100, 0],
    [90, 10],
    [75, 25],
    [50, 50],
    [1, 99],
    [0, 100],
  ])('sends %i to blue and %i to green of a hundred requests', async (blue, green) => {
    router.setWeights({ blue, green });
    router.resetCounts();

    await statuses(`${router.url}/`, 100);

    expect(router.counts).toEqual({ blue, green });
  });

  test('spreads a small share evenly', () => {
    const balance = new Balance({ blue: 75, green: 25 });

    const picks = Array.from({ length: 8 }, () => balance.next());

    expect(picks.filter((side: Side) => side === 'green')).toHaveLength(2);
    expect(picks.slice(0, 4)).toContain('green');
  });

  test('takes weights over HTTP, the same ones twice without a trace', async () => {
    const before = router.log.length;

    await send('PUT', `${router.adminUrl}/weights`, { blue: 90, green: 10 });
    const again = await send('PUT', `${router.adminUrl}/weights`, { blue: 90, green: 10 });

    expect(again).toEqual({ status: 200, body: { blue: 90, green: 10 } });
    expect(await send('GET', `${router.adminUrl}/weights`)).toEqual(again);
    const log = (await send('GET', `${router.adminUrl}/admin/log`)).body as unknown[];
    expect(log.slice(before)).toEqual([
      { at: expect.any(String), from: { blue: 100, green: 0 }, to: { blue: 90, green: 10 } },
    ]);
  });

  test.each([
    [{ blue: 90, green: 11 }, 'add up to 100'],
    [{ blue: 101, green: -1 }, 'blue'],
    [{ blue: 100 }, 'green'],
  ])('refuses weights that are none: %j', async (weights, text) => {
    const answer = await send('PUT', `${router.adminUrl}/weights`, weights);

    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(text);
    expect(router.weights).toEqual({ blue: 100, green: 0 });
  });

  test('refuses, drops or delays as it is told', async () => {
    router.fault({ refuse: 'out of order' });
    expect(await send('PUT', `${router.adminUrl}/weights`, { blue: 0, green: 100 })).toEqual({
      status: 500,
      body: { error: 'out of order' },
    });

    router.fault({ unreachable: true });
    await expect(fetch(`${router.adminUrl}/weights`)).rejects.toThrow();

    router.fault({ lagMs: 60_000 });
    await send('PUT', `${router.adminUrl}/weights`, { blue: 0, green: 100 });
    await statuses(`${router.url}/`, 3);
    expect(router.weights).toEqual({ blue: 0, green: 100 });
    expect(router.counts).toEqual({ blue: 3, green: 0 });
  });

  test('answers 502 for a dead side and recovers when it is back', async () => {
    await statuses(`${router.url}/`, 1);
    await service.blue.down();
    expect(await statuses(`${router.url}/`, 2)).toEqual([502, 502]);

    await service.blue.up();
    expect(await statuses(`${router.url}/`, 2)).toEqual([200, 200]);
  });

  test('is read and set by two commands', async () => {
    const { get, set } = router.commands;

    const taken = await shell(set, { WEIGHT: '25' });
    const green = await shell(get, {});
    const blue = await shell(get, { CANARY: 'blue' });
    const bad = await shell(set, { WEIGHT: '130' });

    expect(taken).toMatchObject({ code: 0 });
    expect([green.out, blue.out]).toEqual(['25\n', '75\n']);
    expect(bad.code).toBe(1);
    expect(bad.err).toContain('400');
  });
});

function shell(
  command: string,
  env: Record<string, string>,
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], { env: { PATH: process.env.PATH, ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('traffic', () => {
  test('counts codes, versions and sides, and stops when told', async () => {
    router.setWeights({ blue: 50, green: 50 });
    await service.green.deploy({ version: 'v3', sha });
    const traffic = startTraffic({ url: router.url, rate: 400, paths: ['/'] });

    await traffic.answered(40);
    const counts = await traffic.stop();

    expect(counts.answered).toBe(counts.sent);
    expect(counts.broken).toBe(0);
    expect(counts.byCode['500']).toBe(Math.floor((counts.byVersion.v3 ?? 0) / 5));
    expect((counts.bySide.blue ?? 0) + (counts.bySide.green ?? 0)).toBe(counts.answered);
    expect(Math.abs((counts.bySide.blue ?? 0) - (counts.bySide.green ?? 0))).toBeLessThanOrEqual(1);
  });

  test('counts to the number it is asked for from a reset on, not what was under way before', async () => {
    await service.blue.deploy({ version: 'slow', sha }, { slowMs: 50 });
    router.setWeights({ blue: 100, green: 0 });
    const traffic = startTraffic({ url: router.url, rate: 400, paths: ['/'] });
    await traffic.answered(10);
    traffic.reset();

    const counts = await traffic.answered(20);

    expect(counts.answered).toBe(20);
    await traffic.stop();
  });

  test('asks again where a kept connection was closed meanwhile, as browsers do', async () => {
    const asked = new WeakMap<object, number>();
    const closing = createServer((request, response) => {
      const times = (asked.get(request.socket) ?? 0) + 1;
      asked.set(request.socket, times);
      if (times > 1) request.socket.destroy();
      else response.end('ok');
    });
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
    const { port } = closing.address() as AddressInfo;
    const traffic = startTraffic({ url: `http://127.0.0.1:${port}`, rate: 200, paths: ['/'] });

    await traffic.answered(40);
    const counts = await traffic.stop();
    await new Promise((resolve) => closing.close(resolve));

    expect(counts.broken).toBe(0);
    expect(counts.answered).toBe(counts.sent);
  });

  test('ends by itself at its bound', async () => {
    const traffic = startTraffic({ url: router.url, rate: 100, forSeconds: 0.1 });

    await expect(traffic.answered(1_000_000)).rejects.toThrow('stopped');
    const counts = await traffic.stop();

    expect(counts.answered).toBe(counts.sent);
  });

  test('counts connections without an answer as broken', async () => {
    await service.green.down();
    const traffic = startTraffic({ url: service.green.url, rate: 400, forSeconds: 0.2 });

    await expect(traffic.answered(1)).rejects.toThrow('stopped');
    const counts = await traffic.stop();

    expect(counts.broken).toBe(counts.sent);
    expect(counts.sent).toBeGreaterThan(0);
  });
});
