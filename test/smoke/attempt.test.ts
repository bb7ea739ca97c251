// Whether a failed attempt is made again, and when.
import { describe, expect, test } from '@jest/globals';
import { type Attempted, lastWait, mayRepeat, waitBefore } from '../../src/smoke/attempt.ts';
import type { Check, Retry } from '../../src/smoke/shape.ts';
import { aSuite } from './town.ts';

function check(text: string): Check {
  const [first] = aSuite(`secrets: [DATABASE_URL]\nchecks: [{id: a, ${text}}]`).checks;
  if (first === undefined) throw new Error('no check');
  return first;
}

const usual: Retry = { attempts: 3, backoff: 500, for: ['network', 502, 503, 504] };
const get = check('http: {url: /}');

function failed(change: Partial<Attempted>): Attempted {
  return { failures: [{ about: 'a', expected: 'b', got: 'c' }], trouble: 'network', unreachable: false, ...change };
}

describe('by its class', () => {
  test.each<[Retry['for'], Partial<Attempted>, boolean]>([
    [['network'], { trouble: 'network' }, true],
    [['network'], { trouble: 'dns' }, true],
    [['network'], { trouble: 'tls' }, true],
    [['network'], { trouble: 'timeout' }, true],
    [['network'], { trouble: 'assertion' }, false],
    [['network'], { trouble: 'assertion', status: 503 }, false],
    [['dns'], { trouble: 'dns' }, true],
    [['dns'], { trouble: 'network' }, false],
    [['tls'], { trouble: 'tls' }, true],
    [['tls'], { trouble: 'timeout' }, false],
    [['timeout'], { trouble: 'timeout' }, true],
    [['timeout'], { trouble: 'network' }, false],
    [['assertion'], { trouble: 'assertion', status: 200 }, true],
    [['assertion'], { trouble: 'network' }, false],
    [['5xx'], { trouble: 'assertion', status: 500 }, true],
    [['5xx'], { trouble: 'assertion', status: 499 }, false],
    [['5xx'], { trouble: 'network' }, false],
    [[503], { trouble: 'assertion', status: 503 }, true],
    [[503], { trouble: 'assertion', status: 502 }, false],
    [['network', 'assertion', '5xx'], { trouble: 'setup' }, false],
    [['network', 'assertion', '5xx'], { trouble: 'samples' }, false],
    [[], { trouble: 'network' }, false],
  ])('for %j, %j: %s', (classes, change, again) => {
    expect(mayRepeat(get, { ...usual, for: classes }, failed(change))).toBe(again);
  });
});

describe('what may have written', () => {
  test.each([
    ['http: {url: /, method: GET}', true],
    ['http: {url: /, method: HEAD}', true],
    ['http: {url: /, method: PUT, json: {}}', true],
    ['http: {url: /, method: DELETE}', true],
    ['http: {url: /, method: POST, json: {}}', false],
    ['http: {url: /, method: PATCH, json: {}}', false],
    ['http: {url: /, method: POST, json: {}, headers: {idempotency-key: "1"}}', true],
    ['http: {url: /, method: POST, json: {}}, retry: {for: [network]}', true],
    ['http: {url: /, graphql: {query: "mutation { buy }"}}', false],
    ['probe: {http: {url: /, method: POST}}', false],
    ['probe: {http: {url: /}}', true],
    ['command: {run: "true"}', false],
    ['command: {run: "true"}, retry: {for: [timeout]}', true],
    ['sql: {url: "{{ secrets.DATABASE_URL }}", query: select 1}', true],
    ['sql: {url: "{{ secrets.DATABASE_URL }}", query: insert into t values (1)}, writes: allowed', false],
    ['tcp: {port: 25}', true],
  ])('%s: sent again after it was sent? %s', (text, again) => {
    expect(mayRepeat(check(text), { ...usual, for: ['network', 'timeout'] }, failed({ trouble: 'timeout' }))).toBe(
      again,
    );
  });

  test('is sent again where nothing was reached', () => {
    const post = check('http: {url: /, method: POST}');

    expect(mayRepeat(post, usual, failed({ unreachable: true }))).toBe(true);
  });
});

describe('the wait before the next attempt', () => {
  test('doubles each time', () => {
    const waits = [1, 2, 3, 4].map((made) => waitBefore(usual, made, 0, failed({})));

    expect(waits).toEqual([250, 500, 1_000, 2_000]);
  });

  test('is spread between half and one and a half, so that checks do not come back together', () => {
    const waits = Array.from({ length: 100 }, (_, number) => waitBefore(usual, 1, number, failed({})));

    expect(Math.min(...waits)).toBeGreaterThanOrEqual(250);
    expect(Math.max(...waits)).toBeLessThanOrEqual(750);
    expect(new Set(waits).size).toBeGreaterThan(90);
  });

  test.each([
    ['the server asks for more', 7_000, 7_000],
    ['the server asks for less', 100, 250],
    ['the server asks for an hour', 3_600_000, 30_000],
  ])('where %s', (_name, retryAfterMs, wait) => {
    expect(waitBefore(usual, 1, 0, failed({ retryAfterMs }))).toBe(wait);
  });

  test('is never longer than 30 s', () => {
    expect(waitBefore(usual, 20, 0, failed({}))).toBe(30_000);
  });

  test.each([
    ['there is room for', 10_000, 2_000, 8_000],
    ['takes half of what is left', 3_000, 2_000, 1_500],
    ['takes more than what is left', 1_001, 5_000, 500],
  ])('leaves the last attempt its timeout, or half of what is left, where that %s', (_name, room, timeout, wait) => {
    expect(lastWait(room, timeout)).toBe(wait);
  });
});
