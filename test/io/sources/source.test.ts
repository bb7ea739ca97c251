import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { Probes } from '../../../src/io/sources/probe.ts';
import { createSource } from '../../../src/io/sources/source.ts';
import type { MetricSource } from '../../../src/world.ts';
import { MemoryClock } from '../../world/memory/clock.ts';
import { type Door, handling, openDoor } from '../../world/service/http.ts';

const command = createCommand(process.cwd(), new AbortController().signal);
const world = () => ({ http: createHttp(), command, clock: new MemoryClock(0) });
let door: Door;
let answer: { status: number; body: string };
let calls: { url: string; body: string; headers: Readonly<Record<string, unknown>> }[] = [];

beforeAll(async () => {
  door = await openDoor(
    handling(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      calls.push({ url: `${request.method} ${request.url}`, body, headers: request.headers });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    }),
  );
});
beforeEach(() => {
  calls = [];
  answer = { status: 200, body: '{}' };
});
afterAll(() => door.close());

const json = (own: Readonly<Record<string, unknown>> = {}): MetricSource =>
  createSource({ source: 'json', options: { json: `${door.url}/stats`, ...own } }, world());
const prometheus = (own: Readonly<Record<string, unknown>> = {}): MetricSource =>
  createSource({ source: 'prometheus', options: { prometheus: `${door.url}/prom/`, ...own } }, world());

describe('the source json', () => {
  test.each([
    ['a JSON pointer', '/green/requests', 41],
    ['a dotted path', 'green.requests', 41],
    ['an element of a list', '/list/1', 7],
    ['a name with a slash and a tilde', '/a~1b~0c', 3],
    ['zero', '/zero', 0],
  ])('reads a number by %s', async (_name, query, value) => {
    answer.body = JSON.stringify({ green: { requests: 41 }, list: [5, 7], 'a/b~c': 3, zero: 0 });

    expect(await json().read(query, 1000, 60_000)).toEqual({ kind: 'value', value, at: 1000 });
  });

  test.each([
    ['a place that is not there', '{"green": {}}', '/green/requests', 'error', 'there is no “requests”'],
    ['a text', '{"green": "41"}', '/green', 'error', 'a string at /green'],
    ['a list', '{"green": []}', '/green', 'error', 'a list at /green'],
    ['no JSON', '<html>', '/green', 'error', 'answered no JSON'],
    ['null', '{"green": null}', '/green', 'no-data', 'null at /green'],
  ])('does not take %s for a number', async (_name, body, query, kind, because) => {
    answer.body = body;

    expect(await json().read(query, 1000, 60_000)).toMatchObject({ kind, because: expect.stringContaining(because) });
  });

  test('asks once for all numbers of an instant, and again for the next', async () => {
    answer.body = '{"bad": 1, "total": 2}';
    const source = json();

    await Promise.all([source.read('/bad', 1000, 1), source.read('/total', 1000, 1)]);
    await source.read('/total', 2000, 1);

    expect(calls).toHaveLength(2);
  });
});

describe('the source prometheus', () => {
  const vector = (...values: string[]) =>
    JSON.stringify({
      status: 'success',
      data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1763380000.1, value] })) },
    });

  test('posts the query as a form, at the poll’s instant', async () => {
    answer.body = vector('0.25');

    const reading = await prometheus({ headers: { 'x-scope-orgid': 'shop' } }).read(
      'sum(x) + 1',
      1_763_380_000_123,
      60_000,
    );

    expect(reading).toEqual({ kind: 'value', value: 0.25, at: 1_763_380_000_123 });
    expect(calls[0]?.url).toBe('POST /prom/api/v1/query');
    expect(calls[0]?.body).toBe('query=sum%28x%29+%2B+1&time=1763380000.123');
    expect(calls[0]?.headers['x-scope-orgid']).toBe('shop');
  });

  test.each([
    ['a scalar', '{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}', { kind: 'value', value: 3 }],
    ['infinity', vector('+Inf'), { kind: 'value', value: Number.POSITIVE_INFINITY }],
    ['no series', vector(), { kind: 'no-data', because: expect.stringContaining('last 60 s') }],
    ['NaN', vector('NaN'), { kind: 'no-data', because: expect.stringContaining('NaN') }],
    ['several series', vector('1', '2'), { kind: 'error', retryable: false, remedy: expect.stringContaining('sum(') }],
    [
      'a string',
      '{"status":"success","data":{"resultType":"string","result":[1,"x"]}}',
      { kind: 'error', retryable: false },
    ],
    [
      'a matrix',
      '{"status":"success","data":{"resultType":"matrix","result":[]}}',
      { kind: 'error', retryable: false },
    ],
    [
      'a partial answer',
      vector('1').replace('"status"', '"warnings":["store eu gone"],"status"'),
      { kind: 'error', retryable: true, because: expect.stringContaining('store eu gone') },
    ],
    [
      'a remark on the expression',
      vector('1').replace('"status"', '"warnings":["PromQL warning: odd"],"status"'),
      { kind: 'value', value: 1 },
    ],
    ['another program', '{"hello": 1}', { kind: 'error', retryable: false }],
  ])('tells %s apart', async (_name, body, expected) => {
    answer.body = body;

    expect(await prometheus().read('x', 1000, 60_000)).toMatchObject(expected);
  });

  test.each([
    [400, '{"status":"error","errorType":"bad_data","error":"parse error at char 3"}', false, 'parse error'],
    [422, '{"status":"error","errorType":"execution","error":"too many samples"}', true, 'too many samples'],
    [503, '{"status":"error","errorType":"timeout","error":"query timed out"}', true, 'timed out'],
    [401, 'nope', false, '401'],
    [403, 'nope', false, '403'],
    [404, '404 page not found', false, '404'],
    [502, 'bad gateway', true, '502'],
    [429, 'slow down', true, '429'],
  ])('an answer of %d is an error that %j', async (status, body, retryable, because) => {
    answer = { status, body };

    expect(await prometheus().read('x', 1000, 60_000)).toMatchObject({
      kind: 'error',
      retryable,
      because: expect.stringContaining(because),
    });
  });

  test('nobody there is an error that may pass', async () => {
    const source = createSource({ source: 'prometheus', options: { prometheus: 'http://127.0.0.1:9' } }, world());

    expect(await source.read('x', 1000, 60_000)).toMatchObject({ kind: 'error', retryable: true });
  });

  test('never shows headers or credentials', async () => {
    answer = { status: 500, body: 'oops' };
    const url = `http://scraper:hunter2-secret@127.0.0.1:${door.port}`;

    const reading = await prometheus({ prometheus: url, headers: { authorization: 'Bearer hidden-token' } }).read(
      'x',
      1,
      1,
    );

    expect(JSON.stringify(reading)).toContain('500');
    expect(JSON.stringify(reading)).not.toMatch(/hunter2-secret|hidden-token/);
  });
});

test('a source that nobody knows is refused by name', () => {
  expect(() => createSource({ source: 'graphite', options: {} }, world())).toThrow('no metric source graphite');
});

describe('the source datadog', () => {
  const datadog = () =>
    createSource({ source: 'datadog', options: { datadog: `${door.url}/`, 'api-key': 'k', 'app-key': 'a' } }, world());
  const scalar = (values: readonly unknown[]) =>
    JSON.stringify({
      data: { type: 'scalar_response', attributes: { columns: [{ name: 'a', type: 'number', values }] } },
    });

  test.each([
    [[3], { kind: 'value', value: 3, at: 120_000 }],
    [[null], { kind: 'no-data' }],
    [[], { kind: 'no-data' }],
    [[1, 2], { kind: 'error', because: 'the query gives 2 series', retryable: false }],
    [['x'], { kind: 'error', retryable: false }],
  ])('%j is %j', async (values, reading) => {
    answer = { status: 200, body: scalar(values) };

    expect(await datadog().read('sum:shop.errors{side:green}.as_count()', 120_000, 60_000)).toMatchObject(reading);
  });

  test('sums counts over exactly the window and averages the rest, with its keys in headers', async () => {
    answer = { status: 200, body: scalar([1]) };
    await datadog().read('sum:shop.errors{*}.as_count()', 120_000, 60_000);
    await datadog().read('avg:shop.cpu{*}', 120_000, 60_000);

    const asked = calls.map(({ body }) => JSON.parse(body).data.attributes);
    expect(asked.map(({ from, to, queries }) => [from, to, queries[0].aggregator])).toEqual([
      [60_000, 120_000, 'sum'],
      [60_000, 120_000, 'avg'],
    ]);
    expect(calls[0]).toMatchObject({ url: 'POST /api/v2/query/scalar', headers: { 'dd-api-key': 'k' } });
  });

  test.each([
    [403, false],
    [429, true],
    [503, true],
  ])('after %d another try helps: %s', async (status, retryable) => {
    answer = { status, body: '{"errors":["no"]}' };

    expect(await datadog().read('q', 0, 60_000)).toMatchObject({ kind: 'error', retryable });
  });
});

describe('the source command', () => {
  const read = (line: string | readonly string[]) =>
    createSource({ source: 'command', options: { command: line, timeout: '2s' } }, world()).read(
      'errors of green',
      5_000,
      60_000,
    );

  test.each([
    ['echo 1; echo 0.25', { kind: 'value', value: 0.25 }],
    ['test "$QUERY $AT $WINDOW" = "errors of green 5 60" && echo 7', { kind: 'value', value: 7 }],
    ['true', { kind: 'no-data' }],
    ['echo NaN', { kind: 'no-data' }],
    ['echo twelve', { kind: 'error', retryable: false }],
    ['echo away >&2; exit 3', { kind: 'error', because: expect.stringContaining('exit code 3: away') }],
    ['sleep 5', { kind: 'error', because: expect.stringContaining('longer than 2 s') }],
  ])('%s', async (line, reading) => {
    expect(await read(line)).toMatchObject(reading);
  });
});

describe('the source cloudwatch', () => {
  const home = mkdtempSync(join(tmpdir(), 'boring-aws-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const printing = (text: string, code = 0) => {
    const file = join(home, 'aws');
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" >"${file}.words"\ncat <<'END'\n${text}\nEND\nexit ${code}\n`, {
      mode: 0o755,
    });
    const source = createSource({ source: 'cloudwatch', options: { cloudwatch: 'eu-central-1', aws: file } }, world());
    return { source, words: () => readFileSync(`${file}.words`, 'utf8').split('\n') };
  };
  const results = (more: object) =>
    JSON.stringify({ MetricDataResults: [{ Id: 'a', StatusCode: 'Complete', Values: [], ...more }] });
  const stat = (name: string) => JSON.stringify({ Metric: { Namespace: 'Shop', MetricName: 'Errors' }, Stat: name });

  test.each([
    [stat('Sum'), results({ Values: [2, 3] }), { kind: 'value', value: 5 }],
    [stat('p95'), results({ Values: [220, 180] }), { kind: 'value', value: 220 }],
    ['SELECT MAX(CPU) FROM Shop', results({ Values: [40] }), { kind: 'value', value: 40 }],
    [stat('Sum'), results({}), { kind: 'no-data' }],
    [stat('Sum'), '{"MetricDataResults": []}', { kind: 'no-data' }],
    [stat('Sum'), results({ StatusCode: 'PartialData', Values: [1] }), { kind: 'error', retryable: true }],
    ['{"Stat": "Sum"}', results({ Values: [1] }), { kind: 'error', because: 'the query is no MetricStat' }],
    [stat('Sum'), 'no json', { kind: 'error', retryable: false }],
  ])('%s with %s', async (query, text, reading) => {
    expect(await printing(text).source.read(query, 600_000, 60_000)).toMatchObject(reading);
  });

  test('asks for minutes that are over', async () => {
    const { source, words } = printing(results({ Values: [1] }));
    await source.read(stat('Sum'), 659_000, 90_000);

    const at = (name: string) => words()[words().indexOf(name) + 1];
    expect([at('--start-time'), at('--end-time'), at('--region')]).toEqual([
      '1970-01-01T00:08:00.000Z',
      '1970-01-01T00:10:00.000Z',
      'eu-central-1',
    ]);
  });
});

describe('the source probe', () => {
  test('asks both sides at every poll; its counters grow, its latencies are of the newest look', async () => {
    answer = { status: 200, body: '{}' };
    const options = { probe: { blue: `${door.url}/blue`, green: `${door.url}/green` }, requests: 10 };
    const probes = new Probes();
    const read = (query: string, at: number) =>
      createSource(
        { source: 'probe', options },
        {
          ...world(),
          clock: { now: () => Date.now(), steady: () => performance.now(), sleep: async () => {} },
          probes,
        },
      ).read(query, at, 0);

    await Promise.all([read('requests blue', 1), read('errors blue', 1), read('requests green', 1)]);
    expect(calls.map(({ url }) => url).sort()).toEqual([
      ...Array(10).fill('GET /blue'),
      ...Array(10).fill('GET /green'),
    ]);
    answer = { status: 503, body: '' };
    expect(await Promise.all([read('requests blue', 2), read('errors blue', 2)])).toMatchObject([
      { kind: 'value', value: 20 },
      { kind: 'value', value: 10 },
    ]);
    const p95 = await read('p95 green', 2);
    expect(p95.kind === 'value' && p95.value > 0 && p95.value < 5).toBe(true);
    expect(await read('p99 green', 2)).toMatchObject({ kind: 'no-data', because: expect.stringContaining('100') });
    expect(await read('errors grene', 2)).toMatchObject({ kind: 'error' });
  });
});
