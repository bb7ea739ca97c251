// What a placeholder brings beside what came: the same id, whether it is written as a number or as a text.
import { describe, expect, test } from '@jest/globals';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

const json = (body: string) => aReply({ body });

/** The verdict on an answer to a check that uses what the check before it captured. */
async function verdictOn(made: string, expectation: string, read: string): Promise<string> {
  const suite = aSuite(`checks:
  - {id: order, http: {method: POST, url: /orders}, capture: {order: {json: $.id}}}
  - {id: read, needs: [order], http: {url: /read}, expect: {json: ${expectation}}}`);
  const service = aService((_sent, path) => json(path === '/read' ? read : made));
  return (await runSuite(service, suite, aWalk())).verdict;
}

describe('what was captured', () => {
  test.each([
    ['{$.id: "{{ order }}"}', '{"id":42}', '{"id":43}'],
    ['{$.id: "{{ order }}"}', '{"id":"42"}', '{"id":"043"}'],
    ['{$.id: {not: "{{ order }}"}}', '{"id":43}', '{"id":42}'],
    ['{$.id: {not: {equals: "{{ order }}"}}}', '{"id":"43"}', '{"id":"42"}'],
    ['{$.id: {one_of: ["{{ order }}", 7]}}', '{"id":42}', '{"id":8}'],
    ['{"$[*].id": {contains: "{{ order }}"}}', '[{"id":41},{"id":42}]', '[{"id":41}]'],
    ['{"$[*].id": {not: {contains: "{{ order }}"}}}', '[{"id":"41"}]', '[{"id":"42"}]'],
    ['{$.order: {equals: {id: "{{ order }}", n: [1]}}}', '{"order":{"id":42,"n":[1]}}', '{"order":{"id":4,"n":[1]}}'],
  ])('%s holds for %s and not for %s', async (expectation, same, another) => {
    for (const made of ['{"id":42}', '{"id":"42"}']) {
      expect(await verdictOn(made, expectation, same)).toBe('pass');
      expect(await verdictOn(made, expectation, another)).toBe('fail');
    }
  });

  test('counts as yes or no where yes or no came', async () => {
    expect(await verdictOn('{"id":true}', '{$.id: "{{ order }}"}', '{"id":true}')).toBe('pass');
    expect(await verdictOn('{"id":"true"}', '{$.id: "{{ order }}"}', '{"id":true}')).toBe('pass');
    expect(await verdictOn('{"id":true}', '{$.id: "{{ order }}"}', '{"id":"true"}')).toBe('pass');
    expect(await verdictOn('{"id":true}', '{$.id: "{{ order }}"}', '{"id":false}')).toBe('fail');
  });

  test('is no number where it is only a part of the text, nor what the suite itself writes', async () => {
    expect(await verdictOn('{"id":4}', '{$.id: "{{ order }}2"}', '{"id":42}')).toBe('fail');
    expect(await verdictOn('{"id":4}', '{$.id: "42"}', '{"id":42}')).toBe('fail');
  });

  test('keeps the digits of a long number: what is read and removed is what was made', async () => {
    const suite = aSuite(`checks:
  - id: order
    http: {method: POST, url: /orders}
    capture: {order: {json: "$.items[0].id"}, note: {json: $.note}, price: {json: $.price}}
    cleanup: {http: {method: DELETE, url: "/orders/{{ order }}"}}
  - {id: read, needs: [order], http: {url: "/orders/{{ order }}", query: {note: "{{ note }}", price: "{{ price }}"}}, expect: {json: {"$.items[0].id": "{{ order }}"}}}`);
    const body = '{"note":"\\"1234567890123456789\\\\","items":[{"id":-1234567890123456789,"n":12}],"price":1.5e3}';
    const service = aService(() => json(body));

    const { verdict } = await runSuite(service, suite, aWalk());

    expect(verdict).toBe('pass');
    expect(
      service.sent.slice(1).map(({ method, url }) => `${method} ${decodeURIComponent(new URL(url).pathname)}`),
    ).toEqual(['GET /orders/-1234567890123456789', 'DELETE /orders/-1234567890123456789']);
    expect([...new URL(service.sent[1]?.url ?? '').searchParams.values()]).toEqual(['"1234567890123456789\\', '1500']);
  });
});

describe('what was captured, in an address,', () => {
  /** The addresses that are asked with it, and that of the clean-up. */
  async function askedWith(value: string, url: string): Promise<readonly string[]> {
    const suite = aSuite(`secrets: [TOKEN]
vars: {start: "/?a=1#b"}
checks:
  - id: make
    http: {method: POST, url: /make}
    capture: {v: {json: $.id}}
    cleanup: {http: {method: DELETE, url: "${url}"}}
  - {id: read, needs: [make], http: {url: "${url}"}}
  - {id: slow, needs: [make], probe: {http: {url: "${url}"}, repeat: 1, warmup: 0}}
  - {id: other, http: {url: "{{ start }}"}}`);
    const service = aService(() => json(JSON.stringify({ id: value })));
    await runSuite(service, suite, aWalk({ env: () => 'to-ken-1' }));
    expect(service.sent.some((one) => one.url.endsWith('/?a=1#b'))).toBe(true);
    return service.sent
      .filter((one) => !/\/make$|#b$/.test(one.url))
      .map((one) => `${one.method} ${one.url.replace(/^https?:..[^/]*/, '')}`);
  }

  test.each([
    ['is a part of the path', 'INV#12?3', '/orders/{{ v }}', '/orders/INV%2312%3F3'],
    ['is a part of the query', 'INV#12?3', '/orders?id={{ v }}', '/orders?id=INV%2312?3'],
    ['is the address that it is', '/orders/1?x=2', '{{ v }}', '/orders/1?x=2'],
    ['is a whole one', 'https://shop.example/o?x=2', '{{ v }}', '/o?x=2'],
    ['goes on with one', '/orders/1?x=2', '/api{{ v }}', '/api/orders/1?x=2'],
    ['names no placeholder', '{{ secrets.TOKEN }}', '/orders/{{ v }}', '/orders/%7B%7B%20secrets.TOKEN%20%7D%7D'],
  ])('%s: %s in %s', async (_name, value, url, asked) => {
    expect(await askedWith(value, url)).toEqual([`GET ${asked}`, `GET ${asked}`, `DELETE ${asked}`]);
  });

  test('is encoded as a whole where the suite says so', async () => {
    expect(await askedWith('a#b', '/{{ base64(v) }}')).toEqual(['GET /YSNi', 'GET /YSNi', 'DELETE /YSNi']);
  });
});

test('a version that is a number is taken for the one that was deployed', async () => {
  const suite = aSuite(
    'ready: {within: 1s, http: {url: /version}, expect: {json: {$.build: "{{ deployment.version }}"}}}\nchecks: [{id: home, http: {url: /}}]',
  );
  const walk = aWalk({ expected: { version: '418', sha: 'c'.repeat(40) } });

  expect(
    await runSuite(
      aService(() => json('{"build":418}')),
      suite,
      walk,
    ),
  ).toMatchObject({ verdict: 'pass' });
  expect(
    await runSuite(
      aService(() => json('{"build":417}')),
      suite,
      walk,
    ),
  ).toMatchObject({ reason: 'another-version' });
});
