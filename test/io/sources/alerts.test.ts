import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createSource } from '../../../src/io/sources/source.ts';
import type { AlertsReading } from '../../../src/world.ts';
import { neighbour } from '../../world/neighbour.ts';
import { type Prometheus, prometheusAvailable, startPrometheus } from '../../world/prometheus.ts';

async function alertsOf(options: Readonly<Record<string, unknown>>): Promise<AlertsReading | undefined> {
  const source = createSource(
    { source: 'prometheus', options: { timeout: '30s', ...options } },
    {
      http: createHttp(),
      command: createCommand(process.cwd(), new AbortController().signal),
      clock: { now: () => Date.now(), steady: () => performance.now(), sleep: async () => {} },
    },
  );
  return source.alerts?.(Date.now());
}

const aRule = (alert: string, expr: string, labels: object) => ({ alert, expr, labels });

neighbour('prometheus', prometheusAvailable())('the alerts of a service, by the rules of a real Prometheus', () => {
  let prometheus: Prometheus;

  beforeAll(async () => {
    const rules = [
      aRule('CheckoutFails', 'vector(1) > 0', { service: 'shop', severity: 'critical' }),
      aRule('CheckoutSlow', 'vector(0) > 0', { service: 'shop', severity: 'page' }),
      aRule('Quiet', 'vector(0) > 0', { service: 'search', severity: 'critical' }),
      aRule('BySeries', 'label_replace(vector(1), "service", "mail", "", "") > 0', { severity: 'warning' }),
      aRule('Patient', 'vector(1) > 0', { service: 'later', severity: 'critical' }),
      aRule(
        'Ill',
        'vector(1) * on () (label_replace(vector(1), "a", "1", "", "") or label_replace(vector(1), "a", "2", "", ""))',
        {
          service: 'ill',
          severity: 'warning',
        },
      ),
    ].map((rule) => (rule.alert === 'Patient' ? { ...rule, for: '1h' } : rule));
    prometheus = await startPrometheus({ targets: [], rules: [{ name: 'shop', rules }] });
    await evaluated(prometheus.url);
  });

  afterAll(() => prometheus?.stop());

  test.each<readonly [string, Readonly<Record<string, string | readonly string[]>>, object]>([
    ['those that fire', { service: 'shop' }, { kind: 'alerts', firing: ['CheckoutFails'] }],
    [
      'of several values',
      { service: ['shop', 'search'], severity: ['critical', 'page'] },
      { firing: ['CheckoutFails'] },
    ],
    ['none where all rules are silent', { service: 'search' }, { kind: 'alerts', firing: [] }],
    ['none that still waits for its time', { service: 'later' }, { kind: 'alerts', firing: [] }],
    ['those whose label comes with the series', { service: 'mail' }, { firing: ['BySeries'] }],
    [
      'nothing where no rule has such a severity',
      { severity: 'sev1' },
      { kind: 'no-data', because: 'no alert rule can raise an alert with severity="sev1"' },
    ],
    [
      'nothing where a rule cannot be evaluated',
      { service: 'ill' },
      { kind: 'error', because: expect.stringContaining('the alert rule Ill cannot be evaluated') },
    ],
  ])('are %s', async (_name, alerts, expected) => {
    expect(await alertsOf({ prometheus: prometheus.url, alerts })).toMatchObject(expected);
  });

  test('are not told without a word about which are the service’s', async () => {
    expect(await alertsOf({ prometheus: prometheus.url })).toBeUndefined();
  });

  test('are those that an Alertmanager has active, where one is named', async () => {
    const alert = (name: string, state: string, service = 'shop') => ({
      labels: { alertname: name, service },
      status: { state },
    });
    const list = [
      alert('CheckoutFails', 'active'),
      alert('Silenced', 'suppressed'),
      alert('Other', 'active', 'search'),
    ];
    const manager = await answering(200, JSON.stringify(list));
    const at = { prometheus: prometheus.url, alerts: { service: 'shop' } };

    expect(await alertsOf({ ...at, alertmanager: manager.url })).toMatchObject({ firing: ['CheckoutFails'] });
    expect(manager.asked).toEqual(['/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=false']);
    manager.stop();
    expect(await alertsOf({ ...at, alertmanager: manager.url })).toMatchObject({ kind: 'error', retryable: true });
  });
});

describe('alerts that nobody can tell', () => {
  test.each<readonly [string, number, string, object]>([
    [
      'a server in trouble',
      503,
      'down',
      { kind: 'error', retryable: true, because: expect.stringContaining('answered 503: down') },
    ],
    ['a lost password', 401, '', { kind: 'error', retryable: false, remedy: expect.stringContaining('credentials') }],
    [
      'another page',
      200,
      '<html>',
      { kind: 'error', retryable: false, because: expect.stringContaining('no alert rules') },
    ],
    ['an empty page', 200, '', { kind: 'error', retryable: false }],
    ['no rule at all', 200, '{"data":{"groups":[]}}', { kind: 'no-data' }],
    [
      'a rule that was never evaluated',
      200,
      '{"data":{"groups":[{"rules":[{"name":"New","labels":{"service":"shop"},"health":"unknown"}]}]}}',
      { kind: 'no-data', because: 'the alert rule New was not evaluated yet' },
    ],
  ])('for %s', async (_name, status, body, expected) => {
    const server = await answering(status, body);

    expect(await alertsOf({ prometheus: server.url, alerts: { service: 'shop' } })).toMatchObject(expected);
    server.stop();
  });

  test('for a server that hangs', async () => {
    const server = await answering(0, '');

    expect(await alertsOf({ prometheus: server.url, alerts: { service: 'shop' }, timeout: '200ms' })).toMatchObject({
      kind: 'error',
      retryable: true,
    });
    server.stop();
  });
});

/** A server that answers everything the same; with status 0 not at all. */
async function answering(status: number, body: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (status !== 0) response.writeHead(status).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, asked, stop };
}

/** Waits until every rule was evaluated and what fires fires. */
async function evaluated(url: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const text = await (await fetch(`${url}/api/v1/rules?type=alert`)).text();
    if (!text.includes('"health":"unknown"') && text.includes('"state":"firing"')) return;
    if (Date.now() > until) throw new Error(`the rules were not evaluated: ${text}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
