// Addresses and headers as they are shown: without user, query and cookie values, whatever the check was about.
import { describe, expect, test } from '@jest/globals';
import { shownAddress, shownHeader } from '../../src/smoke/discretion.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

describe('an address is shown', () => {
  test.each([
    ['https://shop.example/a/b', 'https://shop.example/a/b'],
    ['/login', '/login'],
    ['https://user:word@shop.example/', 'https://shop.example/'],
    ['https://token@shop.example', 'https://shop.example'],
    ['//user:word@cdn.example/x', '//cdn.example/x'],
    ['https://idp.example/cb?code=abc&state=&flag', 'https://idp.example/cb?code=…&state&flag'],
    ['/login?next=%2Forders', '/login?next=…'],
    ['https://idp.example/#access_token=abc', 'https://idp.example/#…'],
    ['/at?mail=a@b.example', '/at?mail=…'],
    ['/path/with@sign', '/path/with@sign'],
    ['/?sk_live_51HxYzAbCdEf', '/?…'],
  ])('%s as %s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });
});

describe('a header is shown', () => {
  test.each([
    ['content-type', 'text/html; charset=utf-8', 'text/html; charset=utf-8'],
    ['location', '/x?code=abc', '/x?code=…'],
    ['Set-Cookie', 'session=abc; Path=/; Secure', 'session=…; Path=/; Secure'],
    [
      'set-cookie',
      'a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT, __Host-b=2, 3; HttpOnly',
      'a=…; Expires=Wed, 09 Jun 2027 10:18:14 GMT, __Host-b=…; HttpOnly',
    ],
    ['authorization', 'Bearer abc', '… (10 characters)'],
    ['x-csrf-token', 'abc', '… (3 characters)'],
    ['x-api-key', 'abc', '… (3 characters)'],
    ['www-authenticate', 'Bearer realm="shop"', 'Bearer realm="shop"'],
  ])('%s: %s as %s', (name, value, shown) => {
    expect(shownHeader(name, value)).toBe(shown);
  });
});

test('no failure shows a cookie, a query, or who asked', async () => {
  const suite = aSuite(`
defaults: {retry: none}
checks:
  - {id: cookie, http: {url: /cookie}, expect: {header: {set-cookie: {contains: HttpOnly}}}}
  - {id: key, http: {url: /cookie}, expect: {header: {x-api-key: {exists: false}}}}
  - {id: status, http: {url: /moved}}
  - {id: target, http: {url: /moved}, expect: {redirect_to: /new}}
  - {id: location, http: {url: /moved}, expect: {status: 302, header: {location: {contains: login}}}}
  - {id: round, http: {url: /moved, redirects: any}}
  - {id: echo, http: {url: /echo}, expect: {body: well}}
`);
  const cookie = 'session=hidden-cookie; Path=/';
  const service = aService((_sent, path) => {
    if (path === '/cookie')
      return aReply({ headers: { 'set-cookie': cookie, 'x-api-key': 'hidden-key' }, setCookies: [cookie] });
    if (path === '/echo')
      return aReply({
        body: `you are bob, hidden-word, ${btoa('bob:hidden-word')}, https://hidden-user@shop.example/`,
      });
    return aReply({
      status: 302,
      headers: { location: 'https://hidden-user:x@shop.example/moved?code=hidden-code#hidden' },
    });
  });
  const masked: string[] = [];
  const walk = aWalk({
    address: { baseUrl: 'https://bob:hidden-word@shop.example' },
    mask: (secret) => void masked.push(secret),
  });

  const result = await runSuite(service, suite, walk);

  expect(result).toMatchObject({ verdict: 'fail', failed: 7 });
  expect(JSON.stringify(result)).not.toMatch(/hidden|aGlkZGVu|oaWRkZW4|hpZGRlb/);
  expect(JSON.stringify(result)).toContain('session=…; Path=/');
  expect(JSON.stringify(result)).toContain('/moved?code=…');
  expect(masked).toContain('hidden-word');
});

test('the password within a secret that is an address is a secret too', async () => {
  const suite = aSuite('secrets: [DATABASE_URL]\nchecks: [{id: a, http: {url: /}, expect: {body: well}}]');
  const service = aService(() => aReply({ body: 'no entry for shop with pa/ss-word' }));
  const masked: string[] = [];
  const walk = aWalk({
    env: () => 'postgres://shop:pa%2Fss-word@db.example/shop',
    mask: (secret) => void masked.push(secret),
  });

  const result = await runSuite(service, suite, walk);

  expect(result.because).toContain('no entry for shop with ***');
  expect(masked).toEqual(['pa%2Fss-word', 'pa/ss-word']);
});
