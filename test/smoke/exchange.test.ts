// Redirects, hosts and cookies of one exchange, against a service that is a function: what leaves, to whom, and what stays behind.
import { describe, expect, test } from '@jest/globals';
import type { Address } from '../../src/smoke/outgoing.ts';
import type { HttpRequest, Reply } from '../../src/smoke/port.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk, noReply } from './town.ts';

/** Redirects from the first address to the second; everything else answers 200. */
function redirecting(to: string, status = 302): (sent: HttpRequest, path: string) => Reply {
  return (_sent, path) => (path === '/from' ? aReply({ status, headers: { location: to } }) : aReply());
}

const address = { baseUrl: 'https://shop.example', connectTo: '10.0.0.7:8443' };

async function sentBy(check: string, to: string, status?: number, hosts = ''): Promise<readonly HttpRequest[]> {
  const service = aService(redirecting(to, status));
  const suite = aSuite(
    `${hosts}secrets: [SMOKE_KEY]\nchecks:\n  - {id: a, retry: none, http: {url: /from, redirects: any${check}}}`,
  );
  await runSuite(service, suite, aWalk({ address, env: () => 'k3y-of-smoke' }));
  return service.sent;
}

describe('a redirect', () => {
  test('from https to http is not followed, wherever it leads', async () => {
    const sent = await sentBy('', 'http://shop.example/plain');

    expect(sent.map(({ url }) => url)).toEqual(['https://shop.example/from']);
  });

  test('on the same origin keeps to the side that is not public yet; at another it goes where the name says', async () => {
    const home = await sentBy('', '/to');
    const away = await sentBy('', 'https://cdn.example/to');

    expect(home.map(({ url, connectTo }) => [url, connectTo])).toEqual([
      ['https://shop.example/from', '10.0.0.7:8443'],
      ['https://shop.example/to', '10.0.0.7:8443'],
    ]);
    expect(away.map(({ url, connectTo }) => [url, connectTo])).toEqual([
      ['https://shop.example/from', '10.0.0.7:8443'],
      ['https://cdn.example/to', undefined],
    ]);
  });

  test('to another port of the same host is another origin', async () => {
    const [, second] = await sentBy(', headers: {x-key: "{{ secrets.SMOKE_KEY }}"}', 'https://shop.example:8443/to');

    expect(second).toMatchObject({ url: 'https://shop.example:8443/to', headers: {} });
    expect(second?.connectTo).toBeUndefined();
  });

  test.each([
    [301, 'GET', undefined, undefined],
    [302, 'GET', undefined, undefined],
    [303, 'GET', undefined, undefined],
    [307, 'POST', '{"a":1}', 'application/json'],
    [308, 'POST', '{"a":1}', 'application/json'],
  ])(
    'with %i makes of a POST a %s, with its body and what describes it or without both',
    async (status, method, body, type) => {
      const [, second] = await sentBy(', method: POST, json: {a: 1}', '/to', status);

      expect([second?.method, second?.body, second?.headers['content-type']]).toEqual([method, body, type]);
    },
  );

  test('takes its own time too', async () => {
    const service = aService((_sent, path) =>
      path === '/from'
        ? aReply({ status: 302, headers: { location: '/to' }, durationMs: 900 })
        : aReply({ durationMs: 200 }),
    );
    const suite = aSuite(
      'checks: [{id: a, retry: none, http: {url: /from, redirects: same-origin}, expect: {below: 1s}}]',
    );

    const result = await runSuite(service, suite, aWalk({ address }));

    expect(result).toMatchObject({ verdict: 'fail', checks: [{ latencyMs: 1_100, trace: { totalMs: 1_100 } }] });
  });

  test('to where nobody is: who redirects was reached, and what may write is not sent twice', async () => {
    const service = aService((sent, path) =>
      path === '/from' ? redirecting('https://gone.example/to')(sent, path) : noReply(),
    );
    const suite = aSuite('checks: [{id: a, http: {method: POST, url: /from, redirects: any}}]');

    const result = await runSuite(service, suite, aWalk({ address }));

    expect(result).toMatchObject({ verdict: 'fail', checks: [{ attempts: 1, unreachable: false }] });
  });

  test.each(['ftp://shop.example/to', 'javascript:alert(1)', 'https://['])('to %s is the answer itself', async (to) => {
    expect(await sentBy('', to)).toHaveLength(1);
  });
});

describe('hosts', () => {
  const listed = 'network: {hosts: ["*.cdn.example", api.example]}\n';

  test.each([
    ['https://a.cdn.example/to', true],
    ['https://a.b.cdn.example/to', true],
    ['https://API.example/to', true],
    ['https://cdn.example/to', false],
    ['https://.cdn.example/to', false],
    ['https://evilcdn.example/to', false],
    ['https://a.cdn.example.evil.example/to', false],
    ['https://xapi.example/to', false],
    ['https://a.api.example/to', false],
  ])('of the suite: is %s asked? %s', async (to, asked) => {
    expect(await sentBy('', to, 302, listed)).toHaveLength(asked ? 2 : 1);
  });
});

describe('cookies', () => {
  /** What /next is sent after /from has set the cookie. */
  async function cookieAfter(
    setCookie: string | readonly string[],
    to: string | Address = 'https://www.shop.example',
    next = '/next',
  ): Promise<string> {
    const setCookies = [setCookie].flat();
    const service = aService((_sent, path) => (path === '/from' ? aReply({ setCookies }) : aReply()));
    const checks = `checks:\n  - {id: a, http: {url: /from}}\n  - {id: b, needs: [a], http: {url: "${next}"}}`;
    await runSuite(service, aSuite(checks), aWalk({ address: typeof to === 'string' ? { baseUrl: to } : to }));
    return service.sent[1]?.headers.cookie ?? '';
  }

  test.each([
    ['a=1', 'a=1'],
    ['a=1; Path=/next', 'a=1'],
    ['a=1; Path=/ne', ''],
    ['a=1; Path=/admin', ''],
    ['a=1; Secure', 'a=1'],
    ['a=1; Domain=shop.example', 'a=1'],
    ['a=1; Domain=.shop.example', 'a=1'],
    ['a=1; Domain=other.example', ''],
    ['a=1; Domain=example', ''],
    ['a=1; Max-Age=0', ''],
    ['a=1; Max-Age=60', 'a=1'],
    ['a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', ''],
    ['a=1; Expires=Fri, 01 Jan 2027 00:00:00 GMT', 'a=1'],
    ['a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'a=1'],
    ['=1', ''],
  ])('that are set by %j are sent back as %j', async (line, sent) => {
    expect(await cookieAfter(line)).toBe(sent);
  });

  test('that are only for https are not sent over http', async () => {
    expect(await cookieAfter('a=1; Secure', 'http://shop.example')).toBe('');
  });

  test('that a side sets for the https of its entrance come back to that side', async () => {
    const side = { baseUrl: 'http://shop.example', connectTo: '10.0.0.7:8080' };

    expect(await cookieAfter('a=1; Secure; HttpOnly', side)).toBe('a=1');
  });

  test.each([
    ['the old one of another path is taken away', ['a=new; Path=/', 'a=; Path=/next; Max-Age=0'], 'a=new'],
    ['of two the nearer path is meant', ['a=near; Path=/next', 'a=far; Path=/'], 'a=near'],
    ['one of the same path is replaced', ['a=1', 'a=2; Path=/'], 'a=2'],
  ])('of one name are told apart by their paths: %s', async (_name, lines, sent) => {
    expect(await cookieAfter(lines)).toBe(sent);
  });

  test.each([
    ['a=1; Domain=shop.example', 'a=1'],
    ['a=1', ''],
  ])('of a domain go to its other hosts, those of one host do not: %s', async (line, sent) => {
    expect(await cookieAfter(line, 'https://www.shop.example', 'https://api.shop.example/next')).toBe(sent);
  });
});
