// The Prometheus of the tests: the real program, scraping the toy service.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { neighbour } from './neighbour.ts';
import { type Prometheus, prometheusAvailable, startPrometheus } from './prometheus.ts';
import { type Service, startService } from './service/service.ts';

neighbour('Prometheus', prometheusAvailable())('Prometheus', () => {
  let service: Service;
  let prometheus: Prometheus;

  beforeAll(async () => {
    service = await startService();
    await service.green.deploy({ version: 'v1', sha: 'd'.repeat(40) }, { failEvery: 2 });
    prometheus = await startPrometheus({ targets: [`127.0.0.1:${service.green.port}`], labels: { leg: 'eu' } });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await service.stop();
  });

  test('scrapes what the toy service counts and answers queries about it', async () => {
    for (let i = 0; i < 4; i += 1) await (await fetch(`${service.green.url}/`)).arrayBuffer();

    await prometheus.scraped();

    expect(await prometheus.value('http_requests_total{side="green",code="500",leg="eu"}')).toBe(2);
    expect(await prometheus.value('http_request_duration_seconds_count{side="green"}')).toBe(4);
    expect(await prometheus.value('nothing_of_that_name')).toBeUndefined();
    await expect(prometheus.value('sum(')).rejects.toThrow('refused');
  });
});
