// The HTTP port against real servers on loopback: deadlines, hostile bodies, broken connections, TLS.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttp, sendHttp } from '../../src/io/http.ts';
import type { HttpReply, HttpRequest } from '../../src/world.ts';
import { type Certified, certificate, withOpenssl } from '../world/certificate.ts';
import { testSix } from '../world/neighbour.ts';
import { freePort } from '../world/port.ts';

const started: (Server | TcpServer)[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server | TcpServer, host = '127.0.0.1'): Promise<number> {
  started.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

/** The name of the interface that has ::1, which is the zone of that address. */
function loopback(): string {
  const found = Object.entries(networkInterfaces()).find(([, list]) => list?.some(({ address }) => address === '::1'));
  return found?.[0] ?? 'lo';
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(listener))}`;
}

function get(url: string, more: Partial<HttpRequest> = {}): Promise<HttpReply> {
  return sendHttp({ method: 'GET', url, timeoutMs: 60_000, ...more });
}

function replied(reply: HttpReply): HttpReply & { readonly kind: 'reply' } {
  if (reply.kind === 'failed') throw new Error(`no reply: ${reply.because}`);
  return reply;
}

function failed(reply: HttpReply): HttpReply & { readonly kind: 'failed' } {
  if (reply.kind === 'reply') throw new Error(`a reply: ${reply.status}`);
  return reply;
}

describe('a reply', () => {
  test('carries status, lower-case headers and body, whatever the status', async () => {
    const url = await serve((_, response) => {
      response.writeHead(503, { 'X-Version': '1.2.3', 'Set-Cookie': ['a=1', 'b=2'] }).end('sorry');
    });

    const reply = replied(await get(url));

    expect(reply).toMatchObject({ status: 503, body: 'sorry', truncated: false });
    expect(reply.headers).toMatchObject({ 'x-version': '1.2.3', 'set-cookie': 'a=1, b=2' });
    expect(reply.certificate).toBeUndefined();
  });

  test('sends method, headers, body and the password of the URL', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () =>
        response.end(
          JSON.stringify([request.method, request.url, request.headers.authorization, request.headers['x-a'], body]),
        ),
      );
    });

    const reply = replied(
      await get(`${url.replace('//', '//me:pass%20word@')}/p?q=1`, {
        method: 'POST',
        headers: { 'X-A': 'b' },
        body: 'grün',
      }),
    );

    expect(JSON.parse(reply.body)).toEqual(['POST', '/p?q=1', `Basic ${btoa('me:pass word')}`, 'b', 'grün']);
  });

  test('follows no redirect', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });

    const reply = replied(await get(url));

    expect(reply.status).toBe(302);
    expect(reply.headers.location).toBe('/elsewhere');
    expect(asked).toBe(1);
  });

  test.each([
    ['gzip', gzipSync('hällo')],
    ['br', brotliCompressSync('hällo')],
    ['deflate', deflateSync('hällo')],
    ['deflate', deflateRawSync('hällo')],
    ['identity', Buffer.from('hällo')],
  ])('is decoded from %s', async (encoding, bytes) => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(bytes));

    const reply = replied(await get(url));

    expect(reply.body).toBe('hällo');
  });

  test.each(['HEAD', 'GET'])('without a body but with content-encoding is no fault (%s)', async (method) => {
    const url = await serve((_, response) =>
      response.writeHead(method === 'HEAD' ? 200 : 204, { 'content-encoding': 'gzip' }).end(),
    );

    expect(replied(await get(url, { method })).body).toBe('');
  });

  test('is cut at exactly the limit, and whole at it', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(1_000)));

    const at = replied(await get(url, { maxBytes: 1_000 }));
    const above = replied(await get(url, { maxBytes: 999 }));

    expect([at.body.length, at.truncated]).toEqual([1_000, false]);
    expect([above.body.length, above.truncated]).toEqual([999, true]);
  });

  test('that is a bomb of 100 MiB is cut at 1 MiB of decoded bytes', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1_048_576));
    const url = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const before = process.memoryUsage().rss;

    const reply = replied(await get(url));

    expect([reply.body.length, reply.truncated]).toEqual([1_048_576, true]);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1_048_576);
  });

  test('of a server that never ends its body is cut too', async () => {
    const url = await serve((_, response) => {
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(65_536), more);
      };
      more();
    });

    expect(replied(await get(url)).truncated).toBe(true);
  });
});

describe('the connection', () => {
  test('is kept by as many as were asked at once', async () => {
    const waiting: (() => void)[] = [];
    const sockets = new Set<unknown>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      waiting.push(() => response.end('here'));
      if (waiting.length === 100) for (const answer of waiting.splice(0)) answer();
    });
    const wave = () => Promise.all(Array.from({ length: 100 }, () => get(url)));

    await wave();
    // Connections come back to the pool a turn after their answer.
    await new Promise((resolve) => setImmediate(resolve));
    await wave();

    expect(sockets.size).toBe(100);
  });

  test('goes where connect-to says, while Host stays that of the URL', async () => {
    const url = await serve((request, response) => response.end(request.headers.host));

    const reply = replied(await get('http://shop.example/', { connectTo: new URL(url).host }));

    expect(reply.body).toBe('shop.example');
  });

  test('is kept for the next request, and is a new one when asked fresh', async () => {
    const ports: (number | undefined)[] = [];
    const url = await serve((request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    });

    await get(url);
    await get(url);
    await get(url, { fresh: true });

    expect(ports[1]).toBe(ports[0]);
    expect(ports[2]).not.toBe(ports[0]);
  });

  test('that the server closed while it was kept is no failure of the next request', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      if (asked === 2) request.socket.resetAndDestroy();
      else response.end('well');
    });

    await get(url);
    const reply = replied(await get(url));

    expect(reply.body).toBe('well');
    expect(asked).toBe(3);
  });

  test('that the server closes just as it would be used again is no failure of what must not be sent twice', async () => {
    const url = await serve((request, response) => {
      // Only the first request of a connection is answered.
      if (Object.hasOwn(request.socket, 'used')) return request.socket.resetAndDestroy();
      Object.assign(request.socket, { used: true });
      return response.end('well');
    });
    replied(await get(url));

    expect(replied(await get(url, { method: 'POST', body: 'x' })).body).toBe('well');
  });

  test.each([
    ['POST', 1],
    ['PUT', 2],
  ])('that closes under a %s is asked %i times: what may write is not sent twice', async (method, times) => {
    let asked = 0;
    const url = await serve((request, response) => {
      if (request.method === 'GET') return response.end('kept');
      asked += 1;
      if (asked === 1) return request.socket.destroy();
      return response.end('well');
    });
    replied(await get(url));

    const reply = await get(url, { method, body: 'x' });

    expect([asked, reply.kind]).toEqual([times, times === 1 ? 'failed' : 'reply']);
  });

  test('that was made is not late by the time there is for making it', async () => {
    const url = await serve((_request, response) => {
      setTimeout(() => response.end('well'), 1_300);
    });

    expect(replied(await get(url, { connectTimeoutMs: 1_000 })).body).toBe('well');
    expect(replied(await get(url, { connectTimeoutMs: 1_000 })).body).toBe('well');
  });

  describe.each(['[::1]', `[::1%${loopback()}]`])('to an IPv6 address, %s', (host) => {
    testSix('with or without the zone it is valid in', async () => {
      const port = await listening(
        createServer((_request, response) => response.end('six')),
        '::1',
      );

      expect(replied(await get('http://shop.example/', { connectTo: `${host}:${port}` })).body).toBe('six');
    });
  });

  testSix('reaches an IPv6 address', async () => {
    const port = await listening(
      createServer((_, response) => response.end('six')),
      '::1',
    );

    expect(replied(await get(`http://[::1]:${port}/`)).body).toBe('six');
    expect(replied(await get('http://shop.example/', { connectTo: `[::1]:${port}` })).body).toBe('six');
  });
});

describe('without a reply it says what happened, where, and whether anything was there', () => {
  test('connection refused: unreachable', async () => {
    const port = await freePort();

    const reply = failed(await get(`http://me:hush@127.0.0.1:${port}/?token=hush`));

    expect(reply).toMatchObject({ because: `connection refused by 127.0.0.1:${port}`, unreachable: true });
  });

  test('connect-to that refuses is named together with the host asked for', async () => {
    const reply = failed(await get('http://shop.example/', { connectTo: '127.0.0.1:1' }));

    expect(reply).toMatchObject({ because: 'connection refused by 127.0.0.1:1 (as shop.example)', unreachable: true });
  });

  test('a name that nobody knows: unreachable', async () => {
    const reply = failed(await get('http://shop.invalid/'));

    expect(reply.because).toMatch(/shop\.invalid:80.*\(DNS/);
    expect(reply.unreachable).toBe(true);
  });

  test('no answer within the time: something was there', async () => {
    const url = await serve(() => {});

    const reply = failed(await get(url, { timeoutMs: 900 }));

    expect(reply).toMatchObject({ because: `${new URL(url).host} did not answer within 900 ms`, unreachable: false });
  });

  test('a body that drips past the time is cut by the one deadline', async () => {
    const url = await serve((_, response) => {
      const timer = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(timer));
    });

    const reply = failed(await get(url, { timeoutMs: 900 }));

    expect(reply.because).toBe(`the body of the answer from ${new URL(url).host} was not complete within 900 ms`);
  });

  test('headers that drip past the time likewise', async () => {
    const port = await listening(
      createTcpServer((socket) => {
        const timer = setInterval(() => socket.write('H'), 5);
        socket.on('close', () => clearInterval(timer)).on('error', () => {});
      }),
    );

    const reply = failed(await get(`http://127.0.0.1:${port}/`, { timeoutMs: 900 }));

    expect(reply.unreachable).toBe(false);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['a reset', (request) => request.socket.resetAndDestroy(), /closed the connection without an answer$/],
    ['a hang-up', (request) => request.socket.destroy(), /closed the connection without an answer$/],
    [
      'a body that ends too early',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('half');
        setTimeout(() => response.destroy(), 5);
      },
      /closed the connection before its answer was complete$/,
    ],
    [
      'a body that is not what its encoding says',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
      /incorrect header check/,
    ],
    [
      'another protocol',
      (_, response) => response.writeHead(101, { upgrade: 'x', connection: 'upgrade' }).end(),
      /101/,
    ],
  ])('%s: not unreachable', async (_name, listener, because) => {
    const reply = failed(await get(await serve(listener)));

    expect(reply.because).toMatch(because);
    expect(reply.unreachable).toBe(false);
  });

  test('an answer that is not HTTP', async () => {
    const port = await listening(
      createTcpServer((socket) =>
        socket
          .on('error', () => {})
          .resume()
          .end('SSH-2.0-x\r\n'),
      ),
    );

    expect(failed(await get(`http://127.0.0.1:${port}/`)).because).toMatch(/does not answer HTTP/);
  });

  test('a cancel ends the wait at once', async () => {
    const url = await serve(() => {});
    const abort = new AbortController();

    const reply = get(url, { signal: abort.signal });
    setTimeout(() => abort.abort(), 5);

    expect(failed(await reply).because).toBe('cancelled');
    expect(failed(await get(url, { signal: abort.signal })).because).toBe('cancelled');
  });

  test.each<[string, Partial<HttpRequest> & { readonly url: string }, RegExp]>([
    ['no URL', { url: 'shop.example' }, /URL is not valid/],
    ['another protocol', { url: 'ftp://shop.example/' }, /ftp: is not asked/],
    ['a header over two lines', { url: 'http://127.0.0.1:1/', headers: { 'x-a': 'a\nb' } }, /request is not valid/],
    ['a connect-to without a port', { url: 'http://127.0.0.1:1/', connectTo: 'lb1' }, /not host:port/],
    ['a connect-to with a path', { url: 'http://127.0.0.1:1/', connectTo: 'lb1:80/x' }, /not host:port/],
    ['a port beyond 65535', { url: 'http://127.0.0.1:1/', connectTo: 'lb1:65536' }, /not host:port/],
  ])('%s is refused before anything is sent', async (_name, request, because) => {
    const reply = failed(await get(request.url, request));

    expect(reply.because).toMatch(because);
    expect(reply.trouble).toBe('refused');
  });
});

withOpenssl('TLS', () => {
  let folder = '';
  let keys: Certified = { key: '', cert: '' };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'boring-tls-'));
    keys = certificate(folder, 'shop', { subject: '/CN=shop.example/O=Acme', names: 'DNS:shop.example' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function secure(): Promise<number> {
    return listening(createTlsServer(keys, (request, response) => response.end(request.headers.host)));
  }

  test('shows a trusted certificate, with the name of the URL while connecting elsewhere', async () => {
    const port = await secure();
    const http = createHttp({ ca: keys.cert });

    for (const fresh of [false, false, true]) {
      const request = {
        method: 'GET',
        url: 'https://shop.example/',
        connectTo: `127.0.0.1:${port}`,
        timeoutMs: 60_000,
        fresh,
      };
      const reply = replied(await http(request));

      expect(reply.body).toBe('shop.example');
      expect(reply.certificate).toMatchObject({ subject: 'shop.example', issuer: 'Acme' });
      const days = (Date.parse(reply.certificate?.validTo ?? '') - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(29);
      expect(days).toBeLessThan(31);
    }
  });

  test('refuses a certificate nobody vouches for, and one for another name', async () => {
    const port = await secure();
    const request = { method: 'GET', connectTo: `127.0.0.1:${port}`, timeoutMs: 60_000 };

    const untrusted = failed(await sendHttp({ ...request, url: 'https://shop.example/' }));
    const other = failed(await createHttp({ ca: keys.cert })({ ...request, url: 'https://other.example/' }));
    const byAddress = failed(await createHttp({ ca: keys.cert })({ ...request, url: 'https://127.0.0.1/' }));

    expect(untrusted.because).toMatch(/no trusted TLS connection to .*SELF_SIGNED/);
    expect(other.because).toMatch(/no trusted TLS connection to .*ALTNAME/);
    expect(byAddress.because).toMatch(/no trusted TLS connection to/);
    expect([untrusted.unreachable, other.unreachable]).toEqual([false, false]);
  });

  test('asks by the name of the URL, whatever name the side is connected to by', async () => {
    const asked: string[] = [];
    const server = createTlsServer(
      {
        ...keys,
        SNICallback: (name, told) => {
          asked.push(name);
          told(null);
        },
      },
      (_request, response) => response.end('well'),
    );
    const port = await listening(server);

    const request = { method: 'GET', url: 'https://shop.example/', connectTo: `localhost:${port}`, timeoutMs: 60_000 };
    replied(await createHttp({ ca: keys.cert })(request));

    expect(asked).toEqual(['shop.example']);
  });

  test('a connection that was checked for one address is not kept for another', async () => {
    const own = certificate(folder, 'ip', { names: 'IP:127.0.0.1' });
    const port = await listening(createTlsServer(own, (_request, response) => response.end('well')));
    const http = createHttp({ ca: own.cert });
    const ask = (host: string) =>
      http({ method: 'GET', url: `https://${host}/`, connectTo: `127.0.0.1:${port}`, timeoutMs: 60_000 });

    expect(replied(await ask('127.0.0.1')).body).toBe('well');
    expect(failed(await ask('127.0.0.2')).because).toMatch(/ALTNAME/);
  });

  test('says so when a plain server is asked by https', async () => {
    const url = await serve((_, response) => response.end());

    expect(failed(await get(url.replace('http:', 'https:'))).because).toMatch(/speaks no TLS: it is asked by https/);
  });
});
