// Which connections go by a proxy, and handshakes that do.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createProxy, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Look } from '../../src/evidence/look.ts';
import { createLook } from '../../src/io/network/look.ts';
import { proxyFor } from '../../src/io/proxy.ts';
import { certificate, withOpenssl } from '../world/certificate.ts';
import { freePort } from '../world/port.ts';

describe('a proxy', () => {
  const at = (secure: boolean, env: Readonly<Record<string, string>>) =>
    proxyFor(secure, { host: 'shop.example', port: 443 }, env)?.href;

  test.each<[boolean, Readonly<Record<string, string>>, string | undefined]>([
    [true, { HTTPS_PROXY: 'http://a:3128' }, 'http://a:3128/'],
    [false, { HTTPS_PROXY: 'http://a:3128' }, undefined],
    [false, { HTTP_PROXY: 'http://a:3128' }, 'http://a:3128/'],
    [true, { HTTPS_PROXY: 'http://a:3128', https_proxy: 'http://b:3128' }, 'http://b:3128/'],
    [true, { HTTPS_PROXY: 'a:3128' }, 'http://a:3128/'],
    [true, { HTTPS_PROXY: ' https://me:word@a ' }, 'https://me:word@a/'],
    [true, { HTTPS_PROXY: '' }, undefined],
    [true, { HTTPS_PROXY: 'socks5://a:1080' }, undefined],
    [true, { HTTPS_PROXY: 'http://' }, undefined],
  ])('for https %s with %j is %s', (secure, env, expected) => {
    expect(at(secure, env)).toBe(expected);
  });

  test.each<[string, string, boolean]>([
    ['*', 'shop.example', true],
    ['shop.example', 'shop.example', true],
    ['SHOP.example', 'shop.Example', true],
    ['shop.example', 'api.shop.example', true],
    ['shop.example', 'bigshop.example', false],
    ['.shop.example', 'api.shop.example', true],
    ['.shop.example', 'shop.example', true],
    ['*.shop.example', 'api.shop.example', true],
    ['a.example, shop.example', 'shop.example', true],
    ['a.example shop.example', 'shop.example', true],
    ['shop.example:443', 'shop.example', true],
    ['shop.example:80', 'shop.example', false],
    ['', 'shop.example', false],
    [',', 'shop.example', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['0.0.0.1', '10.0.0.1', false],
    ['10.0.0.1:443', '10.0.0.1', true],
    ['10.0.0.1:80', '10.0.0.1', false],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/33', '10.0.0.0', false],
    ['10.0.0.0/', '10.0.0.0', false],
    ['10.0.0.1-10.0.0.9', '10.0.0.9', true],
    ['10.0.0.1-10.0.0.9', '10.0.0.10', false],
    ['10.0.0.9-10.0.0.1', '10.0.0.5', false],
    ['10.0.0.0/8', 'ten.example', false],
    ['::1', '::1', true],
    ['[::1]', '::1', true],
    ['[::1]:443', '::1', true],
    ['[::1]:80', '::1', false],
    ['0:0::1', '::1', true],
    ['fd00::/8', 'fd12::7', true],
    ['fd00::/8', 'fe12::7', false],
    ['fd00::/8', '10.0.0.1', false],
  ])('is not asked for what %j excepts: %s, %s', (list, host, excepted) => {
    const env = { HTTPS_PROXY: 'http://a:3128', NO_PROXY: list };

    expect(proxyFor(true, { host, port: 443 }, env) === undefined).toBe(excepted);
  });
});

withOpenssl('a handshake by way of a proxy', () => {
  let folder = '';
  let keys = { key: '', cert: '' };
  let shop = 0;
  const shopServer = createTlsServer((socket) => void socket.on('error', () => {}));
  const opened: { close: () => void }[] = [];
  const before = { ...process.env };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'boring-proxy-'));
    keys = certificate(folder, 'shop');
    shopServer.setSecureContext(keys);
    await new Promise<void>((resolve) => shopServer.listen(0, '127.0.0.1', resolve));
    shop = (shopServer.address() as AddressInfo).port;
  });
  afterAll(() => {
    shopServer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const one of opened.splice(0)) one.close();
    for (const name of ['HTTPS_PROXY', 'NO_PROXY']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  /** A proxy that is told whom it is asked for. */
  async function proxy(answer: (request: IncomingMessage, client: Socket) => void): Promise<number> {
    const server: Server = createProxy();
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
    server.on('connect', (request, client) => answer(request, client as Socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.push({
      close: () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    });
    return (server.address() as AddressInfo).port;
  }

  /** Leads everybody to the shop. */
  function lead(client: Socket): void {
    const upstream = connect(shop, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  }

  function look(change: Partial<Look> = {}) {
    const signal = new AbortController().signal;
    const usual = { host: 'www.shop.example', port: 8443, timeoutMs: 5_000, publicOnly: false, signal };
    return createLook({ ca: keys.cert }).handshake({ ...usual, ...change });
  }

  test('judges the certificate of the service, and tells the proxy who and as whom', async () => {
    const seen: unknown[] = [];
    const port = await proxy((request, client) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      lead(client);
    });
    process.env.HTTPS_PROXY = `http://me:se%20cret@127.0.0.1:${port}`;

    expect(await look()).toMatchObject({ kind: 'handshake', distrust: undefined, peer: '127.0.0.1' });
    expect(await look({ host: 'other.example' })).toMatchObject({ distrust: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    const authorization = `Basic ${Buffer.from('me:se cret').toString('base64')}`;
    expect(seen).toEqual(['www.shop.example:8443', authorization, 'other.example:8443', authorization]);
  });

  test('tells the proxy a password with a percent sign as it is', async () => {
    const seen: unknown[] = [];
    const port = await proxy((request, client) => {
      seen.push(request.headers['proxy-authorization']);
      lead(client);
    });
    process.env.HTTPS_PROXY = `http://me:50%@127.0.0.1:${port}`;

    expect(await look()).toMatchObject({ kind: 'handshake' });
    expect(seen).toEqual([`Basic ${Buffer.from('me:50%').toString('base64')}`]);
  });

  test('goes directly where NO_PROXY says so', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${await freePort()}`;
    process.env.NO_PROXY = '127.0.0.0/8';

    expect(await look({ connectTo: `127.0.0.1:${shop}` })).toMatchObject({ kind: 'handshake', distrust: undefined });
  });

  test.each<[string, (client: Socket) => void, RegExp]>([
    [
      'refuses',
      (client) => client.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
      /^no way to \S+ by way .*: the proxy answered 403$/,
    ],
    ['cannot reach it', (client) => client.end('HTTP/1.1 502 Bad\r\n\r\n'), /the proxy answered 502$/],
    [
      'hangs up',
      (client) => client.destroy(),
      /^the connection to \S+ by way of the proxy .* was reset while it was made$/,
    ],
    ['is silent', () => {}, /^no connection to \S+ by way of the proxy 127\.0\.0\.1:\d+ within 300 ms$/],
  ])('is unreachable where the proxy %s, and says so without its password', async (_name, answer, because) => {
    const port = await proxy((_request, client) => answer(client));
    process.env.HTTPS_PROXY = `http://me:secret@127.0.0.1:${port}`;

    const failed = await look({ timeoutMs: 300 });

    expect(failed).toMatchObject({ kind: 'failed', unreachable: true });
    expect('because' in failed && failed.because).toMatch(because);
    expect(JSON.stringify(failed)).not.toContain('secret');
  });

  test('is unreachable where there is no proxy', async () => {
    const port = await freePort();
    process.env.HTTPS_PROXY = `http://127.0.0.1:${port}`;

    expect(await look()).toMatchObject({
      kind: 'failed',
      unreachable: true,
      because: `connection refused by www.shop.example:8443 by way of the proxy 127.0.0.1:${port}`,
    });
  });

  test('ends with the cancel', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${await proxy(() => abort.abort())}`;
    const abort = new AbortController();

    expect(await look({ signal: abort.signal })).toMatchObject({ kind: 'failed', because: 'cancelled' });
  });

  test('is late as a whole: what the proxy took is not given to the service', async () => {
    process.env.HTTPS_PROXY = `http://127.0.0.1:${await proxy((_request, client) => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
    })}`;

    expect(await look({ timeoutMs: 300 })).toMatchObject({ kind: 'failed', trouble: 'timeout' });
  });
});
