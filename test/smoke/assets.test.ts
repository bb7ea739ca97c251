// What a page loads, found as a browser finds it, and refused where a browser would refuse it.
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

const assets = (more = '') =>
  aSuite(
    `network: {redirects: same-origin}\nchecks:\n  - {id: home, http: {url: /}}\n  - {id: assets, retry: none, assets: {from: home${more}}}`,
  );

/** The URLs that are asked for a page, which is told at `/`, or where that redirects to. */
async function askedFor(html: string, more = '', redirect = ''): Promise<readonly string[]> {
  const service = aService((_sent, path) => {
    if (path === '/' && redirect !== '') return aReply({ status: 302, headers: { location: redirect } });
    return aReply({ body: html });
  });
  await runSuite(service, assets(more), aWalk({ address: { baseUrl: 'https://shop.example' } }));
  return service.sent.slice(redirect === '' ? 1 : 2).map(({ url }) => url);
}

describe('the address of an asset', () => {
  test.each([
    ['beside the page', '<script src=a.js></script>', 'https://shop.example/a.js'],
    ['from the root', '<script src=/x/a.js></script>', 'https://shop.example/x/a.js'],
    ['of another host by the same scheme', '<script src=//cdn.example/a.js></script>', 'https://cdn.example/a.js'],
    ['below a base', '<base href="/app/"><script src=a.js></script>', 'https://shop.example/app/a.js'],
    ['below a base elsewhere', '<base href="https://cdn.example/v2/"><img src=a.png>', 'https://cdn.example/v2/a.png'],
    ['with a fragment', '<img src="sprite.svg#cart">', 'https://shop.example/sprite.svg'],
    ['with escapes', '<img src="a.png?w=1&amp;h=2">', 'https://shop.example/a.png?w=1&h=2'],
  ])('%s', async (_name, html, url) => {
    expect(await askedFor(html)).toEqual([url]);
  });

  test('of a srcset is each of its candidates; what comes with the page itself is none', async () => {
    const html =
      '<img src=a.png srcset="a.png 1x, b,1.png 2x,c.png 3x"><img src=data:image/png;base64,iVBO srcset="data:image/gif;base64,R0lG 1x"><script>x</script>';

    expect(await askedFor(html)).toEqual(['a.png', 'b,1.png', 'c.png'].map((one) => `https://shop.example/${one}`));
  });

  test('of a srcset made to hurt is found in time that its length allows', async () => {
    expect(await askedFor(`<img src=a.png srcset="${','.repeat(400_000)} b.png">`)).toEqual(
      ['a.png', 'b.png'].map((one) => `https://shop.example/${one}`),
    );
  });

  test('counts from where redirects led to the page', async () => {
    expect(await askedFor('<script src=a.js></script>', '', '/app/')).toEqual(['https://shop.example/app/a.js']);
  });

  test('is asked once, and no more of them than the suite says', async () => {
    const html = ['a', 'a', 'b', 'c', 'd'].map((name) => `<script src=${name}.js></script>`).join('');

    expect(await askedFor(html, ', max: 3')).toHaveLength(3);
  });
});

describe('assets', () => {
  test('of a page that was cut prove nothing', async () => {
    const service = aService(() => aReply({ body: '<script src=a.js></script>', truncated: true }));

    const result = await runSuite(service, assets(), aWalk());

    expect(result).toMatchObject({ verdict: 'fail', reason: 'check:assets' });
    expect(result.because).toMatch(/a whole page/);
  });

  test.each([
    ['is not there', '<script src=https://other.example/a.js></script><script src=gone.js></script>', 1, 'fail'],
    ['is not there, the last one', '<script src=gone.js></script><img src=https://other.example/a.png>', 1, 'fail'],
    ['is lacking', '<script src=https://other.example/a.js></script>', 2, 'fail'],
    ['is somewhere else', '<script src=https://other.example/a.js></script>', 1, 'inconclusive'],
  ])('fail where one %s, whatever another host that may not be asked says', async (_name, html, least, verdict) => {
    const service = aService((_sent, path) => aReply(path === '/' ? { body: html } : { status: 404 }));
    const suite = aSuite(`network: {hosts: [cdn.example]}
checks:
  - {id: home, http: {url: /}}
  - {id: assets, retry: none, assets: {from: home}, expect: {count: {gte: ${least}}}}`);

    expect(await runSuite(service, suite, aWalk())).toMatchObject({ verdict });
  });

  test('of the address under test come from the side, those of others from where they are', async () => {
    const html = '<script src=a.js></script><script src=//cdn.example/b.js></script>';
    const service = aService(() => aReply({ body: html }));
    const address = { baseUrl: 'https://shop.example', connectTo: '10.0.0.7:8443' };

    await runSuite(service, assets(), aWalk({ address }));

    expect(service.sent.slice(1).map(({ url, connectTo }) => [url, connectTo])).toEqual([
      ['https://shop.example/a.js', '10.0.0.7:8443'],
      ['https://cdn.example/b.js', undefined],
    ]);
  });

  test('have one time together', async () => {
    const html = Array.from({ length: 20 }, (_, n) => `<script src=${n}.js></script>`).join('');
    const service = aService(async (sent, path) => {
      if (path === '/') return aReply({ body: html });
      await service.clock.sleep(Math.min(4_000, sent.timeoutMs));
      return aReply();
    });

    const result = await runSuite(service, assets(), aWalk());
    const told = result.checks[1]?.failures.map(({ about, got }) => `${about}: ${got}`) ?? [];

    expect(told.length).toBeGreaterThan(0);
    expect(told[0]).toMatch(/^\/\d+\.js .*: the time for all assets was over$/);
    for (const { timeoutMs } of service.sent.slice(1)) expect(timeoutMs).toBeLessThanOrEqual(15_000);
    expect(service.sent.at(-1)?.timeoutMs).toBeLessThan(15_000);
  });
});

describe('an asset with a digest', () => {
  const digest = (text: string, algorithm = 'sha384') =>
    `${algorithm}-${createHash(algorithm).update(text).digest('base64')}`;

  async function judged(integrity: string, body: string, headers: Readonly<Record<string, string>> = {}) {
    const service = aService((_sent, path) =>
      path === '/'
        ? aReply({ body: `<script src=a.js integrity="${integrity}"></script>` })
        : aReply({ body, headers }),
    );
    const result = await runSuite(service, assets(), aWalk());
    return result.checks.flatMap(({ failures }) => failures.map(({ about, got }) => `${about}: ${got}`));
  }

  test.each([
    ['that is right', digest('let a'), 'let a'],
    ['of another algorithm', digest('let a', 'sha256'), 'let a'],
    ['one of several', `${digest('let b')} ${digest('let a')}`, 'let a'],
    ['the strongest of which is right', `${digest('let b', 'sha256')} ${digest('let a', 'sha512')}`, 'let a'],
    ['with options', `${digest('let a')}?ct=x`, 'let a'],
    ['of a file with a byte order mark', digest('\u{FEFF}let a'), 'let a'],
    ['of a kind that nobody knows', 'md5-abc', 'let a'],
  ])('%s is loaded', async (_name, integrity, body) => {
    expect(await judged(integrity, body)).toEqual([]);
  });

  test.each([
    ['of another text', digest('let b'), 'let a'],
    ['the strongest of which is wrong', `${digest('let a', 'sha256')} ${digest('let b', 'sha512')}`, 'let a'],
  ])('%s fails: a browser refuses it', async (_name, integrity, body) => {
    expect(await judged(integrity, body)).toEqual([
      expect.stringMatching(/^\/a\.js integrity: sha\d+-.*a browser refuses it$/),
    ]);
  });

  test('is not judged where the text does not tell the bytes', async () => {
    const latin = { 'content-type': 'text/javascript; charset=iso-8859-1' };

    expect(await judged(digest('let b'), 'let ü', latin)).toEqual([]);
    expect(await judged(digest('let b'), 'let \u{FFFD}')).toEqual([]);
  });
});
