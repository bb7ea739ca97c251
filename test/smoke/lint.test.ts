// What a suite could ask better, each hint by a suite that deserves it and one that does not.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lintSuite } from '../../src/smoke/lint.ts';
import { suiteOrProblem } from '../../src/smoke/suite.ts';
import { aSuite } from './town.ts';

const good = `
secrets: [TOKEN]
ready: {http: {url: /version}, expect: {json: {$.version: "{{ deployment.version }}"}}}
checks:
  - {id: home, http: {url: /}, expect: {body: {contains: Shop}}}
  - {id: refused, http: {url: /api}, expect: {status: [401, 403]}}
  - {id: health, http: {url: /health}, expect: {json: {$.status: ok}}}
  - {id: order, http: {method: POST, url: /orders, headers: {authorization: "Bearer {{ secrets.TOKEN }}"}}, expect: {status: 201}, cleanup: {http: {method: DELETE, url: /orders/1}}}
  - {id: slow, probe: {http: {url: /}, repeat: 100}, expect: {latency: {p99: {lt: 1s}}}}
`;

function hints(suite: string): readonly string[] {
  return lintSuite(aSuite(suite)).map(({ text, line, serious }) => `${serious ? '!' : ''}${line}: ${text}`);
}

test('a good suite has none', () => {
  expect(hints(good)).toEqual([]);
  expect(hints(`budget: 121s\n${good}`)).toEqual([]);
});

describe('a hint for', () => {
  test.each([
    [
      'a suite that asks only health',
      'ready: {http: {url: /version}, expect: {body: "{{ deployment.sha }}"}}\nchecks: [{id: a, http: {url: /health}, expect: {json: {$.a: 1}}}, {id: b, http: {url: /ready}, expect: {status: 403, json: {$.a: 1}}}]',
      /^!0: It asks only health endpoints/,
    ],
    [
      'a suite that never asks /',
      good
        .replace('url: /}, expect: {body', 'url: /shop}, expect: {body')
        .replace('{http: {url: /}, repeat', '{http: {url: /x}, repeat'),
      /^0: Nothing asks \//,
    ],
    ['no negative check', good.replace('[401, 403]', '[200]'), /^0: No negative check/],
    ['no gate', good.replace(/ready: .*/, ''), /^0: No `ready`/],
    [
      'a gate that may wait as long as all of it',
      `budget: 2m\n${good}`,
      /^!0: `ready` may wait 2 min of a budget of 2 min/,
    ],
    [
      'a health check that asks for a status alone',
      good.replace('expect: {json: {$.status: ok}}', 'expect: {status: 200}'),
      /^8: health asks for a status alone/,
    ],
    [
      'a write that stays',
      good.replace(', cleanup: {http: {method: DELETE, url: /orders/1}}', ''),
      /^9: order writes and has no cleanup/,
    ],
    [
      'a percentile of too few samples',
      good.replace('repeat: 100', 'repeat: 99'),
      /^10: slow asks for p99 of 99 samples: it needs at least 100/,
    ],
    [
      'a secret in a path',
      good.replace('url: /}, expect: {body', 'url: "/?t={{ secrets.TOKEN }}"}, expect: {body'),
      /^!6: home sends a secret in its URL/,
    ],
    [
      'a secret in a query',
      good.replace('url: /}, expect: {body', 'url: /, query: {t: "{{ secrets.TOKEN }}"}}, expect: {body'),
      /^!6: home sends a secret in its URL/,
    ],
    [
      'a gate on any version',
      good.replace(/"{{ deployment.version }}"/, '{exists: true}'),
      /^0: `ready` waits for any version/,
    ],
    [
      'a body that may be anything',
      good.replace('contains: Shop', 'matches: ".*"'),
      /^6: home expects nothing by `body`/,
    ],
    [
      'any status',
      good.replace('{body: {contains: Shop}}', '{status: [2xx, 3xx, 4xx, 5xx], body: {contains: Shop}}'),
      /^6: home expects nothing by `status`/,
    ],
    [
      'a time that is never over',
      good.replace('{contains: Shop}', '{contains: Shop}, below: 5s'),
      /^6: home expects nothing by `below`/,
    ],
    [
      'a probe that may fail as often as it likes',
      good.replace('{lt: 1s}}', '{lt: 1s}}, errors: 100'),
      /^10: slow expects nothing by `errors`/,
    ],
    [
      'a short time beside other checks',
      good.replace('{contains: Shop}', '{contains: Shop}, below: 300ms'),
      /^6: home is timed while other checks run beside it: measure 300 ms/,
    ],
    [
      'a body sent by GET',
      `${good}  - {id: list, http: {url: /list, json: {page: 1}}}\n`,
      /list sends a body by GET, which most services do not read: add method: POST/,
    ],
    [
      'a write that a retry may do twice',
      good.replace('cleanup:', 'retry: {for: [timeout]}, cleanup:'),
      /^9: order may be written twice/,
    ],
    [
      'a capture that seems a secret and may be shown',
      good.replace('cleanup:', 'capture: {session_token: {json: $.t}}, cleanup:'),
      /^!9: order captures session_token, which seems a secret/,
    ],
    [
      'a secret among the variables',
      good.replace('secrets:', 'vars: {api_key: abc123}\nsecrets:'),
      /^!0: vars.api_key seems to be a secret/,
    ],
    [
      'a password of the database that stands in the file',
      good.replace('checks:', 'checks:\n  - {id: q, sql: {url: "postgres://me:pw@db/shop", query: select 1}}'),
      /^!6: q sends credentials/,
    ],
    [
      'credentials that stand in the file',
      good.replace('Bearer {{ secrets.TOKEN }}', 'Bearer abc'),
      /^!9: order sends credentials/,
    ],
  ])('%s', (_name, suite, hint) => {
    expect(hints(suite)).toEqual([expect.stringMatching(hint)]);
  });

  test.each([
    [
      'a gate pinned by a variable',
      good.replace('secrets:', 'vars: {v: "{{ deployment.sha }}"}\nsecrets:').replace('deployment.version', 'v'),
    ],
    [
      'a retry with a key',
      good
        .replace('cleanup:', 'retry: {for: [timeout]}, cleanup:')
        .replace('headers: {', 'headers: {Idempotency-Key: a, '),
    ],
    ['a retry that is none', good.replace('cleanup:', 'retry: none, cleanup:')],
    ['a stranger with a wrong key', good.replace('url: /api}', 'url: /api, headers: {authorization: Bearer wrong}}')],
    [
      'a secret that comes from the environment',
      good.replace('secrets:', 'vars: {token: "{{ secrets.TOKEN }}"}\nsecrets:'),
    ],
    [
      'an empty output',
      good.replace('checks:', 'checks:\n  - {id: c, command: {run: a}, expect: {stderr: {matches: "^$"}}}'),
    ],
    ['a body of which something is wanted beside', good.replace('contains: Shop', 'matches: ".*", contains: Shop')],
    [
      'no rows',
      good.replace(
        'checks:',
        'checks:\n  - {id: q, sql: {url: "{{ secrets.TOKEN }}", query: select 1}, expect: {rows: {lt: 1}}}',
      ),
    ],
  ])('nothing in %s', (_name, suite) => {
    expect(hints(suite)).toEqual([]);
  });

  test.each([
    [['staging', 'production'], [/^!0: The policy has no environment prodution, .*did you mean production\?$/]],
    [['live'], [/no environment staging, .*it has live$/, /no environment prodution/]],
    [['staging', 'prodution'], []],
    [[], []],
  ])('an environment that the policy does not have: %j', (places, wanted) => {
    const suite = aSuite(`environments: {staging: {}, prodution: {protected: true}}${good}`);
    const told = lintSuite(suite, places).map(({ text, line, serious }) => `${serious ? '!' : ''}${line}: ${text}`);

    expect(told).toEqual(wanted.map((words) => expect.stringMatching(words)));
  });

  test('none in the suites that the guide shows', () => {
    const guide = readFileSync('docs/smoke.md', 'utf8');
    const shown = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    const whole = shown.filter((text) => /^version: 1/m.test(text) && /^checks:/m.test(text));

    expect(whole.length).toBeGreaterThan(2);
    expect(whole.flatMap((text) => lintSuite(suiteOrProblem(text, 'smoke.md')).map((hint) => hint.text))).toEqual([]);
  });

  test.each([
    ['http: {method: POST, url: /simulate}', true],
    ['probe: {http: {method: POST, url: /simulate}}', true],
    ['http: {method: POST, url: /login, form: {password: "{{ secrets.PASSWORD }}"}}', true],
    ['writes: none, http: {method: POST, url: /search}', false],
    ['writes: allowed, http: {method: POST, url: /simulate}', false],
    ['http: {method: POST, url: /orders}, expect: {status: [401, 403]}', false],
    ['http: {url: /graphql, graphql: {query: "{ a }"}}', false],
    [
      'http: {method: POST, url: /login, form: {p: "{{ secrets.PASSWORD }}"}}, capture: {t: {json: $.t, secret: true}}',
      false,
    ],
    [
      'http: {method: POST, url: /login, json: {p: "{{ secrets.PASSWORD }}"}}, expect: {cookie: {s: {exists: true}}}',
      false,
    ],
  ])('where writes are protected %s is asked whether it writes: %s', (check, asked) => {
    const text = (place: string) =>
      `secrets: [PASSWORD]\nenvironments: {production: {protected: ${place}}}\nchecks: [{id: one, ${check}}]`;
    const said = (place: string) => hints(text(place)).filter((hint) => hint.includes('one posts, and nothing says'));

    expect(said('true')).toHaveLength(asked ? 1 : 0);
    expect(said('false')).toEqual([]);
  });

  test('none in the suites of the presets that are ready to use', () => {
    const folder = 'docs/examples/smoke';
    const found = readdirSync(folder).flatMap((file) =>
      lintSuite(suiteOrProblem(readFileSync(`${folder}/${file}`, 'utf8'), file)).map(({ text }) => `${file}: ${text}`),
    );

    expect(found).toEqual([]);
  });

  test('a captured secret in the URL of a clean-up', () => {
    const suite = good.replace(
      'url: /orders/1}}}',
      'url: "/orders/{{ t }}"}}, capture: {t: {json: $.t, secret: true}}}',
    );

    expect(hints(suite)).toEqual([expect.stringMatching(/^!9: order sends a secret/)]);
  });
});
