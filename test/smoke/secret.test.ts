// No secret is shown, in whatever spelling an answer echoes it, and in none of the places where people read.
import { describe, expect, test } from '@jest/globals';
import { linesOf } from '../../src/smoke/account.ts';
import { junitOf } from '../../src/smoke/junit.ts';
import { keepSecrets } from '../../src/smoke/secret.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

const secret = 'pä/ss "w0rd"+&<x>';
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a secret', () => {
  test.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret)],
    ['in JSON of PHP', JSON.stringify(secret).replaceAll('/', '\\/')],
    ['in JSON of plain ASCII', JSON.stringify(secret).replace('ä', '\\u00e4')],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret))],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL in small letters', encodeURIComponent(secret).toLowerCase()],
    ['in a form', new URLSearchParams({ secret }).toString()],
    ['in HTML', 'pä/ss &quot;w0rd&quot;+&amp;&lt;x&gt;'],
    ['in base64', base64(secret)],
    ['in base64 without its end', base64(secret).replace(/=+$/, '')],
    ['in base64 of URLs', Buffer.from(secret).toString('base64url')],
    ['behind one letter in base64', base64(`a${secret}`)],
    ['behind two letters in base64', base64(`ab${secret}`)],
    ['behind a name and before more in base64', base64(`admin:${secret} and more`)],
    ['broken over lines', `${secret.slice(0, 9)}\n  ${secret.slice(9)}`],
    ['in base64 of several lines', base64(`admin:${secret} ${'x'.repeat(80)}`).replace(/(.{16})/g, '$1\r\n')],
    ['in base64 of several lines in JSON', JSON.stringify(base64(`admin:${secret} and`).replace(/(.{16})/g, '$1\n'))],
  ])('%s is taken out', (_name, text) => {
    const shown = keepSecrets([secret]).clean(`before ${text} after`);

    expect(shown).toContain('***');
    for (const part of [
      'w0rd',
      base64(secret).slice(2, 14),
      base64(`a${secret}`).slice(4, 16),
      base64(`ab${secret}`).slice(4, 16),
    ])
      expect(shown.replace(/\s|\\[rn]/g, '')).not.toContain(part);
    expect(shown).toMatch(/^before .*after$/);
  });

  test('of several lines is taken out line by line, short lines left', () => {
    const key = '-----BEGIN KEY-----\nMIIabcdef12345\nend';

    expect(keepSecrets([key]).clean('key: MIIabcdef12345\r\nend')).toBe('key: *** end');
    expect(keepSecrets([key]).clean(JSON.stringify({ key }))).not.toContain('MIIabc');
  });

  test('of a few letters does not eat ordinary words', () => {
    expect(keepSecrets(['abc', '', 'shop']).clean('abc is in the shop, c2hvcA stays')).toBe(
      'abc is in the ***, *** stays',
    );
    expect(keepSecrets(['']).isIn('')).toBe(false);
  });

  test('is told once when an answer brings it', () => {
    const told: string[] = [];
    const secrets = keepSecrets(['known-before'], (one) => told.push(one));

    secrets.addAll(['known-before', 'new-token', 'new-token', 'abc']);

    expect(told).toEqual(['new-token']);
  });

  test('half of which would stand at the cut is out before the cut', () => {
    expect(keepSecrets(['0123456789']).clean(`${'x'.repeat(10)}0123456789`, 15)).toBe('xxxxxxxxxx***');
  });
});

test('what an answer brings at run time is in no log line, no JUnit report and no result', async () => {
  const token = 'tok/en+"1"-of-this-run';
  const suite = aSuite(`
checks:
  - {id: login, http: {method: POST, url: /login, json: {}}, capture: {token: {json: $.token, secret: true}}, cleanup: {http: {url: "/out?{{ token }}"}}}
  - {id: header, needs: [login], retry: none, http: {url: /x}, expect: {header: {x-echo: a}}}
  - {id: json, needs: [login], retry: none, http: {url: /x}, expect: {json: {$.echo: a}}}
  - {id: body, needs: [login], retry: none, http: {url: /x}, expect: {body: {contains: nothing}}}
  - {id: redirect, needs: [login], retry: none, http: {url: /to}}
  - {id: gone, needs: [login], retry: none, http: {url: /gone}}
  - {id: advisory, needs: [login], retry: none, severity: advisory, http: {url: /x}, expect: {status: 404}}
`);
  const service = aService((_sent, path) => {
    if (path === '/login') return aReply({ body: JSON.stringify({ token }) });
    if (path === '/to') return aReply({ status: 302, headers: { location: `/?t=${encodeURIComponent(token)}` } });
    if (path === '/gone') return { kind: 'failed', because: `no ${token} here`, unreachable: false, durationMs: 1 };
    if (path === '/out') return aReply({ status: 500 });
    return aReply({ headers: { 'x-echo': `Basic ${base64(`u:${token}`)}` }, body: JSON.stringify({ echo: token }) });
  });
  const masked: string[] = [];

  const result = await runSuite(service, suite, aWalk({ mask: (one) => masked.push(one) }));
  const shown = [
    JSON.stringify(result),
    junitOf({ name: 'smoke', path: 's', began: 0 }, result),
    ...linesOf(result),
  ].join('\n');

  expect(result).toMatchObject({ passed: 1, failed: 6 });
  expect(masked).toEqual([token]);
  for (const form of ['of-this-run', 'tok/en', encodeURIComponent('tok/en'), base64(`u:${token}`).slice(4, 12)])
    expect(shown).not.toContain(form);
});
