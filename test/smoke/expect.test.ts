// Expectations: what holds, what does not, and that missing things never hold.
import { describe, expect, test } from '@jest/globals';
import { failuresOf } from '../../src/smoke/expect.ts';
import { patternFault, search } from '../../src/smoke/pattern.ts';
import type { Reply } from '../../src/smoke/port.ts';
import { aReply, aSuite } from './town.ts';

const now = Date.UTC(2026, 10, 17);
const day = 86_400_000;

function told(expectation: string, reply: Partial<Reply>): readonly string[] {
  const check = aSuite(`checks:\n  - {id: a, http: {url: /}, expect: ${expectation}}`).checks[0];
  if (check === undefined) throw new Error('no check');
  return failuresOf(check.expect, aReply(reply), now).map(
    ({ about, expected, got }) => `${about}: ${expected}, got ${got}`,
  );
}

const json = {
  body: JSON.stringify({ status: 'UP', n: 5, none: null, list: ['a', 'b'], deep: { 'odd key': [{ x: 1 }] }, '': 0 }),
};

describe('it holds:', () => {
  test.each<[string, Partial<Reply>]>([
    ['{}', { status: 204 }],
    ['{status: 503}', { status: 503 }],
    ['{status: [401, 403]}', { status: 403 }],
    ['{status: 3xx}', { status: 302 }],
    ['{header: {X-Count: 3}}', { headers: { 'x-count': '3' } }],
    ['{header: {x-count: {gte: 3, lt: 4}}}', { headers: { 'x-count': '3' } }],
    ['{header: {x-a: {exists: false}}}', {}],
    ['{json: {$.status: UP, status: UP, /status: UP}}', json],
    ['{json: {$.none: null, $.none: {type: "null"}}}'.replace(', $.none: {type: "null"}', ''), json],
    ['{json: {"$.deep[\'odd key\'][0].x": 1, $.list: {contains: a, count: 2}, "$.list[1]": b}}', json],
    ['{json: {$.n: {gt: 4, lte: 5, not: 6}, $.missing: {exists: false}, $.list: {count: {gte: 1}}}}', json],
    ['{json: {/: {type: map}}}', json],
    ['{body: {contains: Shop, not: {contains: undefined}}}', { body: 'My Shop' }],
    ["{body: {matches: 'ORD-\\d{8}-[A-Z0-9]+'}}", { body: 'see ORD-20261117-A9' }],
    ['{below: 500ms}', { durationMs: 499 }],
    ['{certificate: {days_left: {gt: 14}}}', { certificate: { validTo: new Date(now + 15 * day).toISOString() } }],
  ])('%s', (expectation, reply) => {
    expect(told(expectation, reply)).toEqual([]);
  });
});

describe('it does not hold:', () => {
  test.each<[string, Partial<Reply>, string]>([
    ['{}', { status: 500, body: 'oh no' }, 'status: 2xx, got 500, oh no'],
    ['{}', { status: 302 }, 'status: 2xx, got 302'],
    ['{status: [401, 403]}', { status: 404 }, 'status: 401 or 403, got 404'],
    ['{header: {x-a: b}}', {}, 'header x-a: "b", got nothing there'],
    ['{json: {$.status: UP}}', { body: '{"status":"DOWN"}' }, '$.status: "UP", got "DOWN"'],
    ['{json: {$.status: UP}}', { body: '' }, 'body: JSON, got an empty body'],
    ['{json: {$.status: UP}}', { body: '<html>' }, 'body: JSON, got <html>'],
    ['{json: {$.n: 5}}', { body: '{"n":"5"}' }, '$.n: 5, got "5"'],
    ['{json: {$.constructor: {exists: true}}}', json, '$.constructor: a value, got nothing there'],
    ['{json: {$.n: {lt: 5}}}', json, '$.n: < 5, got 5'],
    ['{json: {$.list: {count: {gt: 2}}}}', json, '$.list: a count of > 2, got ["a","b"]'],
    ['{body: {contains: Shop}}', { body: 'Ship' }, 'body: contains "Shop", got "Ship"'],
    ['{below: 500ms}', { durationMs: 500 }, 'time: below 500 ms, got 500 ms'],
    ['{certificate: {days_left: {gt: 14}}}', {}, 'certificate: a certificate, got none: the address is http'],
  ])('%s of %j', (expectation, reply, failure) => {
    expect(told(expectation, reply)).toEqual([failure]);
  });

  test.each([
    ['14 days and a bit', 14.5, '14 days left'],
    ['an expired certificate, in days below zero', -40, '-40 days left'],
  ])('%s', (_name, days, got) => {
    const certificate = { validTo: new Date(now + days * day).toISOString() };

    expect(told('{certificate: {days_left: {gt: 14}}}', { certificate })[0]).toContain(`> 14, got ${got}`);
  });

  test.each([
    ['{json: {$.missing: {not: {contains: error}}}}', json],
    ['{json: {$.n: {not: {contains: error}}}}', json],
    ['{json: {$.status: {not: {lt: 5}}}}', json],
    ['{json: {$.missing: {not: x}}}', json],
  ])('a negation of what is not there or makes no sense: %s', (expectation, reply) => {
    expect(told(expectation, reply)).toHaveLength(1);
  });

  test('a body that was cut proves nothing, not even that a word is missing', () => {
    expect(told('{body: {not: {contains: error}}, json: {$.a: 1}}', { body: '{"a":1}', truncated: true })).toHaveLength(
      2,
    );
  });
});

describe('patterns', () => {
  test.each(['(a+)+$', '(a|a)*', '(?=a)b', '(a)\\1', '(', 'a'.repeat(201), '(a){2,5}'])('%s is refused', (pattern) => {
    expect(patternFault(pattern)).toMatch(/^must/);
  });

  test.each([
    'undefined|ECONNREFUSED| 5\\d\\d ',
    'ORD-\\d{8}-[A-Z0-9]+',
    '^v[0-9]+\\.[0-9]+$',
    '(?:http)?://x',
    '[(a)+]',
  ])('%s may be used', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  test('search fast or not at all, and then neither way', () => {
    const long = 'a'.repeat(1_000_000);

    expect(search('b|c', long).kind).toBe('not-found');
    expect(search('a+b', long)).toEqual({ kind: 'too-long', most: 7071 });
    expect(search('a*a*a*b', 'a'.repeat(85)).kind).toBe('too-long');
    expect(told("{body: {not: {matches: 'a+b'}}}", { body: long })).toHaveLength(1);
  });
});
