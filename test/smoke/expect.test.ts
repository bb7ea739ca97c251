// Expectations: what holds, what does not, and that missing things never hold.
import { describe, expect, test } from '@jest/globals';
import { failuresOf } from '../../src/smoke/expect.ts';
import { firstIn, patternFault } from '../../src/smoke/pattern.ts';
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
    [
      '{header: {x-count: {one_of: [2, 3]}, x-on: {equals: true, not: {one_of: [1]}}}}',
      { headers: { 'x-count': '3', 'x-on': 'true' } },
    ],
    ['{header: {x-a: {exists: false}}}', {}],
    ['{redirect_to: /login}', { status: 302, headers: { location: '/login' } }],
    ['{json: {$.status: UP, status: UP, /status: UP}}', json],
    ['{json: {$.none: null, $.none: {type: "null"}}}'.replace(', $.none: {type: "null"}', ''), json],
    ['{json: {"$.deep[\'odd key\'][0].x": 1, $.list: {contains: a, count: 2}, "$.list[1]": b}}', json],
    ['{json: {$.n: {gt: 4, lte: 5, not: 6}, $.missing: {exists: false}, $.list: {count: {gte: 1}}}}', json],
    ['{json: {/: {type: map}}}', json],
    ['{json: {"$.list[?@ == \'a\']": {exists: true}, "$.list[?@ == \'z\']": {exists: false, count: 0}}}', json],
    ['{json: {$.list: {exists: true}}}', { body: '{"list":[]}' }],
    ['{body: {contains: Shop, not: {contains: undefined}}}', { body: 'My Shop' }],
    ["{body: {matches: 'ORD-\\d{8}-[A-Z0-9]+'}}", { body: 'see ORD-20261117-A9' }],
    ['{html: {h1: {count: 1, equals: 5}}}', { body: '<h1>5</h1>' }],
    ['{below: 500ms}', { durationMs: 499 }],
    ['{certificate: {days_left: {gt: 14}}}', { certificate: { validTo: new Date(now + 15 * day).toISOString() } }],
  ])('%s', (expectation, reply) => {
    expect(told(expectation, reply)).toEqual([]);
  });
});

describe('a whole number that is too long for a number', () => {
  const long = { body: '{"id":9007199254740993,"n":5,"list":[{"id":9007199254740993}],"text":"9007199254740993"}' };

  test.each([
    '{json: {$.id: "9007199254740993", /id: "9007199254740993", $.text: "9007199254740993"}}',
    '{json: {$.id: {type: number, gt: 0, one_of: ["9007199254740993"], not: {equals: "9007199254740992", type: string}}}}',
    '{json: {$.list: {equals: [{id: "9007199254740993"}]}, "$.list[*].id": {contains: "9007199254740993"}}}',
    '{json: {"$.list[?@.id > 5]": {count: 1}, $.n: 5}, schema: {properties: {id: {type: integer}}}}',
  ])('is compared by its digits: %s', (expectation) => {
    expect(told(expectation, long)).toEqual([]);
  });

  test.each([
    ['{json: {$.id: "9007199254740992"}}', '$.id: "9007199254740992", got "9007199254740993"'],
    ['{json: {$.id: {type: string}}}', '$.id: a string, got "9007199254740993"'],
    ['{json: {$.text: {type: number}}}', '$.text: a number, got "9007199254740993"'],
    [
      '{json: {"$.list[*].id": {contains: "9007199254740992"}}}',
      '$.list[*].id: contains "9007199254740992", got ["9007199254740993"]',
    ],
  ])('and no other is taken for it: %s', (expectation, failure) => {
    expect(told(expectation, long)).toEqual([failure]);
  });
});

describe('it does not hold:', () => {
  test.each<[string, Partial<Reply>, string]>([
    ['{}', { status: 500, body: 'oh no' }, 'status: 2xx, got 500, oh no'],
    ['{}', { status: 302 }, 'status: 2xx, got 302'],
    ['{status: [401, 403]}', { status: 404 }, 'status: 401 or 403, got 404'],
    ['{header: {x-a: b}}', {}, 'header x-a: "b", got nothing there'],
    ['{header: {x-count: {not: 3}}}', { headers: { 'x-count': '3' } }, 'header x-count: not "3", got "3"'],
    ['{redirect_to: /login}', { status: 200, headers: { location: '/login' } }, 'status: 3xx, got 200, to /login'],
    ['{json: {$.status: UP}}', { body: '{"status":"DOWN"}' }, '$.status: "UP", got "DOWN"'],
    ['{json: {status: UP}}', { body: '{"status":"DOWN"}' }, '$.status: "UP", got "DOWN"'],
    ['{json: {$.status: UP}}', { body: '' }, 'body: JSON, got an empty body'],
    ['{json: {"$.list[?@ == \'z\']": {exists: true}}}', json, "$.list[?@ == 'z']: a value, got []"],
    ['{json: {"$..x": {exists: false}}}', json, '$..x: no value, got [1]'],
    ['{json: {$.status: UP}}', { body: '<html>' }, 'body: JSON, got <html>'],
    ['{json: {$.n: 5}}', { body: '{"n":"5"}' }, '$.n: 5, got "5"'],
    [
      '{json: {$.constructor: {exists: true}}}',
      json,
      '$.constructor: a value, got nothing there: body has status, n, none, list, deep, ',
    ],
    [
      '{json: {$.list.length: 2}}',
      json,
      '$.list.length: 2, got nothing there: $.list is a list of 2, whose length is its `count`',
    ],
    ['{json: {"$.list[7]": a}}', json, '$.list[7]: "a", got nothing there: $.list is a list of 2'],
    [
      '{json: {"$.deep[\'odd key\'][0].y.z": 1}}',
      json,
      "$.deep['odd key'][0].y.z: 1, got nothing there: $.deep['odd key'][0] has x",
    ],
    ['{json: {$.status.text: UP}}', json, '$.status.text: "UP", got nothing there: $.status is a string'],
    ['{json: {deep.other.x: 1}}', json, 'deep.other.x: 1, got nothing there: deep has odd key'],
    ['{json: {/deep/other: 1}}', json, '/deep/other: 1, got nothing there: body has status, n, none, list, deep, '],
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

  test('a map of hundreds of lines is told by the places where it differs', () => {
    const order = (milk: number) => ({ lines: [{ item: 'tea' }, { milk, 'odd key': 1 }], state: 'open' });
    const orders = Array.from({ length: 60 }, () => order(3));
    const wanted = JSON.stringify({
      orders: orders.map((one, at) => (at === 37 ? { ...order(4), extra: true } : one)),
    });

    expect(
      told(`{json: {$.data: {equals: ${wanted}, not: {exists: true}}}}`, {
        body: JSON.stringify({ data: { orders } }),
      }),
    ).toEqual([
      '$.data.orders[37].lines[1].milk: 4, got 3',
      '$.data.orders[37].extra: true, got nothing there',
      expect.stringMatching(/^\$\.data: not a value, got /),
    ]);
    expect(told('{json: {$.list: {equals: [a, b, c]}}}', json)).toEqual(['$.list[2]: "c", got nothing there']);
    expect(told('{json: {$.list: {equals: {a: 1}}}}', json)).toEqual(['$.list: {"a":1}, got ["a","b"]']);
    expect(told('{json: {$.deep: {equals: {}}}}', json)).toEqual(['$.deep["odd key"]: nothing, got [{"x":1}]']);
    expect(told('{json: {$.list: {equals: [1, 2, 3, 4, 5, 6, 7]}}}', json)).toHaveLength(5);
  });

  test.each(['{contains: undefined}', '{matches: "unde.ined"}'])(
    'of a long text that must not have %s the place is shown where it stands',
    (word) => {
      const body = `${'x'.repeat(2_000)} hello undefined, ${'y'.repeat(2_000)}`;

      expect(told(`{body: {not: ${word}}}`, { body })[0]).toMatch(/got "…x+ hello undefined, y/);
    },
  );

  test.each([
    ['{json: {$.missing: {not: {contains: error}}}}', json],
    ['{json: {$.n: {not: {contains: error}}}}', json],
    ['{json: {$.status: {not: {lt: 5}}}}', json],
    ['{json: {$.missing: {not: x}}}', json],
  ])('a negation of what is not there or makes no sense: %s', (expectation, reply) => {
    expect(told(expectation, reply)).toHaveLength(1);
  });

  test.each([
    '{html: {.error: {exists: false}}}',
    '{html: {li: {count: 0}}}',
    '{schema: {type: object}}',
    '{json: {$.error: {exists: false}}}',
  ])('a page or document that was cut proves nothing: %s', (expectation) => {
    expect(told(expectation, { body: '{}', truncated: true })).toEqual([
      expect.stringMatching(/more than 2 characters, cut there/),
    ]);
  });

  test('a body that was cut proves nothing, not even that a word is missing', () => {
    expect(told('{body: {not: {contains: error}}, json: {$.a: 1}}', { body: '{"a":1}', truncated: true })).toHaveLength(
      2,
    );
  });
});

describe('patterns', () => {
  test.each(['(?=a)b', '(a)\\1', '(', 'a'.repeat(501), '((a{100}){100}){100}'])('%s is refused', (pattern) => {
    expect(patternFault(pattern)).toMatch(/^must/);
  });

  test.each([
    'undefined|ECONNREFUSED| 5\\d\\d ',
    'ORD-\\d{8}-[A-Z0-9]+',
    '^v[0-9]+\\.[0-9]+$',
    '(?:http)?://x',
    '(a+)+$',
  ])('%s may be used', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  test('need time in proportion to the text, where a backtracking search would take years', () => {
    const long = 'a'.repeat(200_000);

    expect(told("{body: {matches: '^(a+)+$'}}", { body: `${long}!` })).toHaveLength(1);
    expect(told("{body: {not: {matches: '^(a|aa)+$'}}}", { body: `${long}!` })).toEqual([]);
  });

  test('give their first group to a capture', () => {
    expect(firstIn('order-(\\d+)', 'your order-4711 is here')).toBe('4711');
    expect(firstIn('order-\\d+', 'your order-4711 is here')).toBe('order-4711');
    expect(firstIn('refund', 'your order-4711 is here')).toBeUndefined();
  });
});

const page =
  '<html><head><meta name="version" content="v1.8.0"></head><body><h1>The  shop</h1><li>a</li><li>b</li></body></html>';

describe('a page', () => {
  test.each([
    '{html: {h1: {exists: true}}}',
    '{html: {h1: The shop}}',
    '{html: {h1: {contains: shop, not: {contains: error}}}}',
    '{html: {"meta[name=version]@content": v1.8.0}}',
    '{html: {li: {count: 2}}}',
    '{html: {li: {count: {gte: 1}, equals: a}}}',
    '{html: {.error: {exists: false}}}',
  ])('%s holds', (expectation) => {
    expect(told(expectation, { body: page })).toEqual([]);
  });

  test.each([
    ['{html: {h2: {exists: true}}}', 'html h2: a value, got nothing there'],
    ['{html: {h2: {not: {contains: error}}}}', 'html h2: not contains "error", got nothing there'],
    ['{html: {h1: The store}}', 'html h1: "The store", got "The shop"'],
    ['{html: {li: {count: {gte: 1}, contains: tea}}}', 'html li: contains "tea", got "a"'],
    ['{html: {li: {count: 3}}}', 'html li: a count of 3, got 2 of them'],
    ['{html: {"h1@id": {exists: true}}}', 'html h1@id: a value, got nothing there'],
    ['{html: {"[[": {exists: false}}}', 'html [[: a page to look into, got “[[” is no CSS selector that is known here'],
  ])('%s does not hold', (expectation, failure) => {
    expect(told(expectation, { body: page })).toEqual([failure]);
  });
});

describe('JSON', () => {
  const body = JSON.stringify({
    items: [
      { name: 'tea', price: 3 },
      { name: 'pot', price: 30 },
    ],
    total: 33,
  });

  test.each([
    '{json: {"$.items[?@.price > 10].name": {contains: pot}}}',
    '{json: {"$.items[*]": {count: 2}}}',
    '{json: {"$..price": {equals: [3, 30]}}}',
    '{json: {$.items: {equals: [{price: 3, name: tea}, {name: pot, price: 30}]}}}',
    '{json: {$.total: {one_of: [32, 33]}}}',
    '{json: {"$.items[0].name": {starts_with: t, ends_with: a}}}',
    '{schema: {type: object, required: [items], properties: {total: {type: number}}}}',
  ])('%s holds', (expectation) => {
    expect(told(expectation, { body })).toEqual([]);
  });

  test.each([
    ['{json: {"$.items[?@.price > 99]": {count: {gte: 1}}}}', /a count of >= 1, got \[\]/],
    ['{json: {$.total: {one_of: [1, 2]}}}', /one of 1, 2, got 33/],
    ['{json: {$.total: {starts_with: "3"}}}', /starts with "3", got 33/],
    ['{schema: {required: [missing]}}', /schema of the whole: required \["missing"\], got a map of items, total/],
    ['{schema: {properties: {total: {type: string}}}}', /schema \/total: type "string", got 33/],
  ])('%s does not hold', (expectation, failure) => {
    expect(told(expectation, { body })).toEqual([expect.stringMatching(failure)]);
  });

  test('is judged by a schema that refers to parts of itself', () => {
    const schema =
      '{schema: {$ref: "#/$defs/list", $defs: {list: {type: object, properties: {items: {type: array, items: {$ref: "#/$defs/item"}}}}, item: {type: object, required: [name], properties: {price: {type: number, maximum: 10}}}}}}';

    expect(told(schema, { body: '{"items": [{"name": "tea", "price": 3}]}' })).toEqual([]);
    expect(told(schema, { body: '{"items": [{"name": "tea", "price": 30}, {"price": 1}]}' })).toEqual([
      expect.stringMatching(/^schema \/items\/0\/price: maximum.*, got 30/),
      expect.stringMatching(/^schema \/items\/1: required.*, got a map of price/),
    ]);
  });

  test('that nests a hundred thousand deep is a failure, not a crash', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect(told('{json: {"$..x": {count: 0}}}', { body: deep })).toHaveLength(1);
    expect(told('{json: {"$[0][0]": {exists: false}}}', { body: deep })).toHaveLength(1);
    expect(told('{schema: {items: {items: {type: string}}}}', { body: deep })).toHaveLength(1);
  });

  test('with a __proto__ of its own says nothing about what every object has', () => {
    const body = '{"__proto__": {"admin": true}, "a": 1}';

    expect(told('{json: {$.admin: {exists: false}, $.toString: {exists: false}, $.a: 1}}', { body })).toEqual([]);
  });
});

test('a redirect is an answer: where it leads can be asked', () => {
  const reply = { status: 302, headers: { location: '/login' } };

  expect(told('{status: 302, redirect_to: /login}', reply)).toEqual([]);
  expect(told('{status: 302, redirect_to: /home}', reply)).toEqual(['redirect to: "/home", got "/login"']);
  expect(told('{}', reply)).toEqual(['status: 2xx, got 302, to /login']);
});
