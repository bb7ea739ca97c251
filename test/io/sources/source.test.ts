import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttp } from '../../../src/io/http.ts';
import { createSource } from '../../../src/io/sources/source.ts';
import type { MetricSource } from '../../../src/world.ts';
import { MemoryClock } from '../../world/memory/clock.ts';
import { type Door, handling, openDoor } from '../../world/service/http.ts';

const world = () => ({ http: createHttp(), clock: new MemoryClock(0) });
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

test('a source of a later release is refused by name, with what to use instead', () => {
  expect(() => createSource({ source: 'datadog', options: {} }, world())).toThrow('Use `prometheus`, or `json`');
});
