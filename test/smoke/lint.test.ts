// What a suite could ask better, each hint by a suite that deserves it and one that does not.
import { describe, expect, test } from '@jest/globals';
import { lintSuite } from '../../src/smoke/lint.ts';
import { aSuite } from './town.ts';

const good = `
secrets: [TOKEN]
ready: {http: {url: /version}}
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
});

describe('a hint for', () => {
  test.each([
    [
      'a suite that asks only health',
      'ready: {http: {url: /version}}\nchecks: [{id: a, http: {url: /health}, expect: {json: {$.a: 1}}}, {id: b, http: {url: /ready}, expect: {status: 403, json: {$.a: 1}}}]',
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
    ['no gate', good.replace('ready: {http: {url: /version}}', ''), /^0: No `ready`/],
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
  ])('%s', (_name, suite, hint) => {
    expect(hints(suite)).toEqual([expect.stringMatching(hint)]);
  });

  test('a captured secret in the URL of a clean-up', () => {
    const suite = good.replace(
      'url: /orders/1}}}',
      'url: "/orders/{{ t }}"}}, capture: {t: {json: $.t, secret: true}}}',
    );

    expect(hints(suite)).toEqual([expect.stringMatching(/^!9: order sends a secret/)]);
  });
});
