// Captured values: each check gets those of what it needs, whoever else captures under the same name, however far above that is.
import { describe, expect, test } from '@jest/globals';
import { giversOf } from '../../src/smoke/capture.ts';
import type { Check } from '../../src/smoke/shape.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { counted } from './reads.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

/** Who gives `last` its token; the checks are those of the text, in which `T` captures one. */
function giverIn(checks: string): string | undefined {
  const suite = aSuite(`checks:\n${checks.replaceAll('T', 'capture: {token: {json: $.token}}')}`);
  return suite.givers.get('last')?.get('token');
}

describe('a value is that', () => {
  test.each([
    ['of a check that is needed itself', 'a', '  - {id: a, http: {url: /}, T}\n', 'a'],
    [
      'of one that is needed itself, before one above',
      'b, a',
      '  - {id: top, http: {url: /}, T}\n  - {id: b, needs: [top], http: {url: /}}\n  - {id: a, http: {url: /}, T}\n',
      'a',
    ],
    [
      'of the nearest above',
      'b',
      '  - {id: top, http: {url: /}, T}\n  - {id: a, needs: [top], http: {url: /}, T}\n  - {id: b, needs: [a], http: {url: /}}\n',
      'a',
    ],
    [
      'of one above another need than the first',
      'b, c',
      '  - {id: b, http: {url: /}}\n  - {id: a, http: {url: /}, T}\n  - {id: c, needs: [a], http: {url: /}}\n',
      'a',
    ],
    [
      'of a page that is needed for its assets',
      'styles',
      '  - {id: a, http: {url: /}, T}\n  - {id: styles, assets: {from: a}}\n',
      'a',
    ],
  ])('%s', (_name, needs, others, giver) => {
    expect(giverIn(`${others}  - {id: last, needs: [${needs}], http: {url: "/{{ token }}"}}`)).toBe(giver);
  });

  test('of the check itself in its clean-up alone', () => {
    const own = '  - {id: last, http: {url: /}, T, cleanup: {http: {url: "/{{ token }}"}}}';

    expect(giverIn(own)).toBeUndefined();
    expect(() => giverIn(own.replace('url: /}', 'url: "/{{ token }}"}'))).toThrow(/“last” captures it itself/);
  });

  test('of nobody who is not needed', () => {
    const others = '  - {id: a, http: {url: /}, T}\n  - {id: b, needs: [a], http: {url: /}}\n';

    expect(() => giverIn(`${others}  - {id: last, http: {url: "/{{ token }}"}}`)).toThrow(/add needs: \[a\]/);
  });
});

test('what is not there to capture is told by the place where it was looked for', async () => {
  const suite = aSuite(`defaults: {retry: none}
checks:
  - {id: page, http: {url: /}, capture: {a: {header: X-Order}, b: {json: $.id}, c: {html: h1}, d: {matches: 'no (\\d+)'}}}
  - {id: tool, command: {run: [tool]}, capture: {a: {json: $.id}, b: {matches: 'no (\\d+)'}}}
`);
  const service = aService(() => aReply({ body: '{}' }));
  const command = async () => ({ code: 0, stdout: '{}', stderr: '', timedOut: false });

  const { checks } = await runSuite({ ...service, command }, suite, aWalk());

  const places = checks.map(({ failures }) => failures.map(({ about, expected }) => `${about}: ${expected}`));
  expect(places).toEqual([
    [
      'header X-Order: a value to capture as a',
      '$.id: a value to capture as b',
      'html h1: a value to capture as c',
      'body /no (\\d+)/: a value to capture as d',
    ],
    ['$.id: a value to capture as a', 'stdout /no (\\d+)/: a value to capture as b'],
  ]);
});

test('two flows that capture under one name do not get each other’s values', async () => {
  const flow = (user: string) => `
  - {id: ${user}, http: {url: /login/${user}}, capture: {token: {json: $.token}}, cleanup: {http: {url: "/logout/{{ token }}"}}}
  - {id: ${user}-cart, needs: [${user}], http: {url: "/cart/{{ token }}"}, cleanup: {http: {url: "/empty/{{ token }}"}}}`;
  const service = aService((_sent, path) =>
    aReply({ body: JSON.stringify({ token: `of-${path.split('/').at(-1)}` }) }),
  );

  await runSuite(service, aSuite(`checks:${flow('ann')}${flow('bob')}`), aWalk());

  expect(service.sent.map(({ url }) => new URL(url).pathname)).toEqual([
    '/login/ann',
    '/login/bob',
    '/cart/of-ann',
    '/cart/of-bob',
    '/empty/of-bob',
    '/empty/of-ann',
    '/logout/of-bob',
    '/logout/of-ann',
  ]);
});

describe('of ten thousand checks in a chain each is looked at a few times', () => {
  const { checks } = aSuite('checks: [{id: model, http: {url: /}}]');
  const [model] = checks;
  if (model === undefined) throw new Error('no check');
  const link = (n: number, change: Partial<Check>): Check => ({
    ...model,
    id: `c${n}`,
    needs: n === 0 ? [] : [`c${n - 1}`],
    ...change,
  });
  const using = (name: string) => ({ http: { ...model.http, method: 'GET', url: `/{{ ${name} }}` } }) as Partial<Check>;
  const capturing = (name: string) => ({ capture: { [name]: { secret: false } } });

  test.each<[string, (n: number) => Partial<Check>, (n: number) => string]>([
    ['all use what the first captures', (n) => (n === 0 ? capturing('v') : using('v')), () => 'c0'],
    [
      'each uses what one far above captures',
      (n) => ({ ...capturing(`v${n}`), ...(n === 0 ? {} : using(`v${n >> 1}`)) }),
      (n) => `c${n >> 1}`,
    ],
    ['each takes over one name', (n) => ({ ...capturing('v'), ...(n === 0 ? {} : using('v')) }), (n) => `c${n - 1}`],
  ])('%s', (_name, make, giver) => {
    const { items, each } = counted(Array.from({ length: 10_000 }, (_, n) => link(n, make(n))));

    const givers = giversOf(items);

    expect(each()).toBeLessThan(40);
    expect([...(givers.get('c9999') ?? [])].map(([, id]) => id)).toEqual([giver(9_999)]);
  });
});
