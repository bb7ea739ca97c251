// What every source makes of an answer that is no plain number: one table a source, each row a typed outcome. Nothing of it is ever a number by chance.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createSource } from '../../../src/io/sources/source.ts';
import type { Reading } from '../../../src/world.ts';
import { type Door, handling, openDoor } from '../../world/service/http.ts';

const http = createHttp();
const command = createCommand(process.cwd(), new AbortController().signal);
const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => {} };
let door: Door;
let home = '';
/** Undefined: no answer at all. */
let answer: { readonly status: number; readonly body: string } | undefined;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'boring-outcomes-'));
  door = await openDoor(
    handling(async (_request, response) => {
      if (answer !== undefined) response.writeHead(answer.status).end(answer.body);
    }),
  );
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await door.close();
});

const ok = (body: unknown) => ({ status: 200, body: typeof body === 'string' ? body : JSON.stringify(body) });
const passing = { kind: 'error', retryable: true } as const;
const lasting = { kind: 'error', retryable: false } as const;
const none = { kind: 'no-data' } as const;
const saying = (outcome: object, because: string) => ({ ...outcome, because: expect.stringContaining(because) });
const refusals = [
  ['401', { status: 401, body: '' }, saying(lasting, '401')],
  ['403', { status: 403, body: '' }, saying(lasting, '403')],
  ['404', { status: 404, body: 'gone' }, saying(lasting, '404: gone')],
  ['429', { status: 429, body: '' }, saying(passing, '429')],
  ['500', { status: 500, body: '' }, saying(passing, '500')],
  ['503', { status: 503, body: 'down' }, saying(passing, '503: down')],
  ['no answer in time', undefined, passing],
  ['an empty body', { status: 200, body: '' }, lasting],
  ['a page', { status: 200, body: '<html>Sign in</html>' }, lasting],
  ['half an answer', { status: 200, body: '{"data":' }, lasting],
  ['more than fits', { status: 200, body: `"${'x'.repeat(1_100_000)}"` }, saying(lasting, 'more than fits')],
] as const;

type Row = readonly [string, typeof answer, object];
type Options = Readonly<Record<string, unknown>>;

async function told(source: string, options: Options, query: string, said: typeof answer): Promise<Reading> {
  answer = said;
  // Short only where nothing is to come: what comes may come late on a busy machine.
  const timeout = said === undefined ? '300ms' : '30s';
  return createSource({ source, options: { timeout, ...options } }, { http, command, clock }).read(
    query,
    600_000,
    60_000,
  );
}

/** The same for a script. */
const timeoutOf = (script: string) => (script.includes('sleep') ? '300ms' : '30s');

describe('prometheus', () => {
  const vector = (values: readonly string[], more: object = {}) =>
    ok({
      status: 'success',
      data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [0, value] })) },
      ...more,
    });

  test.each<Row>([
    ...refusals,
    ['many series', vector(['1', '2']), saying(lasting, '2 series')],
    ['none', vector([]), none],
    ['NaN', vector(['NaN']), none],
    ['+Inf', vector(['+Inf']), { kind: 'value', value: Number.POSITIVE_INFINITY }],
    ['-Inf', vector(['-Inf']), { kind: 'value', value: Number.NEGATIVE_INFINITY }],
    ['text', vector(['well']), saying(lasting, 'no number')],
    ['a part of the stores', vector(['1'], { warnings: ['store eu is gone'] }), saying(passing, 'store eu is gone')],
    [
      'bad data',
      { status: 400, body: '{"status":"error","errorType":"bad_data","error":"parse error"}' },
      saying(lasting, 'parse error'),
    ],
    [
      'an overload',
      { status: 422, body: '{"status":"error","errorType":"execution","error":"too many samples"}' },
      passing,
    ],
  ])('%s', async (_name, said, expected) => {
    expect(await told('prometheus', { prometheus: door.url }, 'q', said)).toMatchObject(expected);
  });
});

describe('json', () => {
  test.each<Row>([
    ...refusals,
    ['a list', ok({ v: [1, 2] }), saying(lasting, 'a list')],
    ['nothing there', ok({}), saying(lasting, 'nothing at')],
    ['null', ok({ v: null }), none],
    ['text', ok({ v: '7' }), saying(lasting, 'a string')],
    ['a number without bound', ok('{"v": 1e999}'), saying(lasting, 'a number without bound')],
    ['NaN, which is no JSON', ok('{"v": NaN}'), saying(lasting, 'no JSON')],
  ])('%s', async (_name, said, expected) => {
    expect(await told('json', { json: door.url }, '/v', said)).toMatchObject(expected);
  });
});

describe('datadog', () => {
  const scalar = (values: readonly unknown[], more: object = {}) =>
    ok({ data: { attributes: { columns: [{ name: 'a', type: 'number', values }] } }, ...more });

  test.each<Row>([
    ...refusals,
    ['many series', scalar([1, 2]), saying(lasting, '2 series')],
    ['none', scalar([]), none],
    ['null', scalar([null]), none],
    ['text', scalar(['7']), lasting],
    ['a part', scalar([1], { errors: 'one shard timed out' }), saying(passing, 'one shard timed out')],
    ['no errors told', scalar([1], { errors: '' }), { kind: 'value', value: 1 }],
  ])('%s', async (_name, said, expected) => {
    expect(await told('datadog', { datadog: door.url, 'api-key': 'k', 'app-key': 'a' }, 'q', said)).toMatchObject(
      expected,
    );
  });
});

describe('cloudwatch', () => {
  const query = '{"Metric":{"MetricName":"Errors"},"Stat":"Sum"}';
  const data = (results: readonly object[]) => JSON.stringify({ MetricDataResults: results });
  const complete = (Values: readonly number[]) => ({ StatusCode: 'Complete', Values });

  test.each<readonly [string, string, object]>([
    ['many series', `echo '${data([complete([1]), complete([2])])}'`, saying(lasting, '2 series')],
    ['no such metric', `echo '${data([])}'`, none],
    ['no values', `echo '${data([complete([])])}'`, none],
    ['a part', `echo '${data([{ StatusCode: 'PartialData', Values: [1] }])}'`, saying(passing, 'PartialData')],
    ['text', 'echo well', lasting],
    ['nothing', 'true', lasting],
    ['a refusal', 'echo "An error occurred (AccessDenied)" >&2; exit 254', saying(lasting, 'AccessDenied')],
    ['a throttle', 'echo "An error occurred (Throttling)" >&2; exit 254', saying(passing, 'Throttling')],
    ['a server in trouble', 'echo "An error occurred (ServiceUnavailable)" >&2; exit 254', passing],
    ['no answer in time', 'exec sleep 60', passing],
  ])('%s', async (_name, script, expected) => {
    const aws = join(home, 'aws');
    writeFileSync(aws, `#!/bin/sh\n${script}\n`, { mode: 0o755 });

    const options = { cloudwatch: 'eu-central-1', aws, timeout: timeoutOf(script) };
    expect(await told('cloudwatch', options, query, undefined)).toMatchObject(expected);
  });
});

describe('command', () => {
  test.each<readonly [string, string, object]>([
    ['many numbers', 'echo 1 2', saying(lasting, 'no number')],
    ['nothing', 'true', none],
    ['null', 'echo null', none],
    ['NaN', 'echo NaN', none],
    ['infinite', 'echo Infinity', saying(lasting, 'no number')],
    ['text', 'echo well', saying(lasting, 'no number')],
    ['a failure', 'echo broken >&2; exit 3', saying(passing, 'exit code 3: broken')],
    ['no answer in time', 'exec sleep 60', saying(passing, 'longer than')],
  ])('%s', async (_name, line, expected) => {
    const options = { command: line, timeout: timeoutOf(line) };
    expect(await told('command', options, 'q', undefined)).toMatchObject(expected);
  });
});

describe('probe', () => {
  const probed = (query: string, said: typeof answer) =>
    told('probe', { probe: { green: door.url }, requests: 4 }, query, said);

  test.each<readonly [string, string, typeof answer, object]>([
    ['a side that answers', 'errors green', { status: 200, body: '' }, { kind: 'value', value: 0 }],
    ['4xx is an answer', 'errors green', { status: 404, body: '' }, { kind: 'value', value: 0 }],
    ['5xx is a failure', 'errors green', { status: 500, body: '' }, { kind: 'value', value: 4 }],
    ['no answer in time is a failure', 'errors green', undefined, { kind: 'value', value: 4 }],
    ['a percentile of too few', 'p99 green', { status: 200, body: '' }, none],
    ['another side', 'errors grene', { status: 200, body: '' }, lasting],
    ['another word', 'failures green', { status: 200, body: '' }, lasting],
  ])('%s', async (_name, query, said, expected) => {
    expect(await probed(query, said)).toMatchObject(expected);
  });
});
