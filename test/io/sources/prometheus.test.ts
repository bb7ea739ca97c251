import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createSource } from '../../../src/io/sources/source.ts';
import type { MetricSource } from '../../../src/world.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Prometheus, prometheusAvailable, startPrometheus } from '../../world/prometheus.ts';
import { type Service, startService } from '../../world/service/service.ts';

neighbour('prometheus', prometheusAvailable())('the source prometheus, against the real one', () => {
  let service: Service;
  let prometheus: Prometheus;
  let source: MetricSource;

  beforeAll(async () => {
    service = await startService();
    await service.blue.deploy({ version: 'v1', sha: 'b'.repeat(40) }, { failEvery: 5 });
    prometheus = await startPrometheus({ targets: [`127.0.0.1:${service.blue.port}`] });
    source = createSource(
      { source: 'prometheus', options: { prometheus: prometheus.url } },
      {
        http: createHttp(),
        command: createCommand(process.cwd(), new AbortController().signal),
        clock: { now: () => Date.now(), steady: () => performance.now(), sleep: async () => {} },
      },
    );
    await prometheus.scraped();
    for (let sent = 0; sent < 50; sent += 1) await fetch(`${service.blue.url}/`);
    await prometheus.scraped();
  });

  afterAll(async () => {
    await prometheus?.stop();
    await service?.stop();
  });

  const read = (query: string) => source.read(query, Date.now(), 30_000);

  test('counts what the service served and failed', async () => {
    expect(await read('sum(http_requests_total{side="blue"})')).toMatchObject({ kind: 'value', value: 50 });
    expect(await read('sum(http_requests_total{side="blue",code=~"5.."})')).toMatchObject({ kind: 'value', value: 10 });
  });

  test('parts a query by a label, and says how to write it when it is not grouped', async () => {
    const parts = (query: string) => source.parts?.(query, 'code', Date.now());

    expect(await parts('sum by (code) (http_requests_total{side="blue"})')).toMatchObject({
      kind: 'parts',
      parts: { 200: 40, 500: 10 },
    });
    expect(await parts('sum(http_requests_total)')).toMatchObject({
      kind: 'error',
      remedy: expect.stringContaining('sum by (code)'),
    });
    expect(await parts('sum by (code) (nothing_total)')).toMatchObject({ kind: 'no-data' });
    expect(await parts('sum(')).toMatchObject({ kind: 'error', because: expect.stringContaining('bad_data') });
  });

  test('parts a histogram by its buckets, and finds one of them by its edge as measures ask for it', async () => {
    const buckets = 'http_request_duration_seconds_bucket{side="blue"';
    const told = await source.parts?.(`sum by (le) (${buckets}})`, 'le', Date.now());

    expect(told).toMatchObject({ kind: 'parts', parts: { '+Inf': 50 } });
    const whole = Object.keys(told?.kind === 'parts' ? told.parts : {}).find((edge) => Number.isInteger(Number(edge)));
    const edge = Number(whole);
    expect(await read(`sum(${buckets},le=~"${edge}|${edge}.0"})`)).toMatchObject({ kind: 'value' });
  });

  test('tells a past, one value a step, all series together', async () => {
    const span = { from: Date.now() - 3000, to: Date.now(), stepMs: 1000 };
    const told = await source.range?.('http_requests_total{side="blue"}', span);

    expect(told).toMatchObject({ kind: 'values' });
    expect(told?.kind === 'values' ? told.values.at(-1)?.value : undefined).toBe(50);
    expect(await source.range?.('nothing_total', span)).toMatchObject({ kind: 'no-data' });
    expect(await source.range?.('sum(', span)).toMatchObject({ kind: 'error' });
  });

  test.each([
    ['a series nobody has', 'sum(nothing_total)', { kind: 'no-data' }],
    ['0 divided by 0', 'vector(0) / vector(0)', { kind: 'no-data', because: expect.stringContaining('NaN') }],
    ['1 divided by 0', 'vector(1) / vector(0)', { kind: 'value', value: Number.POSITIVE_INFINITY }],
    ['a window shorter than the scrape', 'sum(increase(http_requests_total[1ms]))', { kind: 'no-data' }],
    ['several series', 'http_requests_total', { kind: 'error', retryable: false }],
    ['a text', '"text"', { kind: 'error', retryable: false }],
    ['a range', 'http_requests_total[1m]', { kind: 'error', retryable: false }],
    ['nonsense', 'sum(', { kind: 'error', retryable: false, because: expect.stringContaining('bad_data') }],
    ['a scalar', 'scalar(vector(3))', { kind: 'value', value: 3 }],
  ])('tells %s apart', async (_name, query, expected) => {
    expect(await read(query)).toMatchObject(expected);
  });
});
