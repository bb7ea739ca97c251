// The wire to GitHub against plain HTTP: redirects and the token, packed bodies, answers that break off.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Asked, fetchByHttp } from '../../../src/io/github/fetch.ts';
import { freePort } from '../../world/port.ts';

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  opened.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Seen {
  readonly method: string;
  readonly authorization: string;
  readonly body: string;
}

/** A server that writes down what it was asked and answers 200. */
async function listening(): Promise<{ readonly at: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const at = await serve((request, response) => {
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', authorization: request.headers.authorization ?? '', body });
      response.end('there');
    });
  });
  return { at, seen };
}

function asked(parts: Partial<Asked> = {}): Asked {
  return {
    method: 'GET',
    headers: { authorization: 'token secret' },
    stay: false,
    signal: AbortSignal.timeout(10_000),
    ...parts,
  };
}

describe('a redirect', () => {
  test('to another server is followed without the token', async () => {
    const other = await listening();
    const first = await serve((_, response) => response.writeHead(301, { location: `${other.at}/moved` }).end());

    expect(await fetchByHttp(first, asked())).toMatchObject({ status: 200, body: 'there' });
    expect(other.seen).toEqual([{ method: 'GET', authorization: '', body: '' }]);
  });

  test.each([
    [301, 'GET', '', 'GET', ''],
    [302, 'POST', '{"a":1}', 'GET', ''],
    [303, 'PATCH', '{"a":1}', 'GET', ''],
    [307, 'POST', '{"a":1}', 'POST', '{"a":1}'],
    [308, 'PATCH', '{"a":1}', 'PATCH', '{"a":1}'],
  ])(
    '%i of a %s on the same server keeps the token and becomes what the standard says',
    async (status, method, body, then, sent) => {
      const seen: Seen[] = [];
      const at = await serve((request, response) => {
        if (request.url === '/old') {
          request.resume();
          response.writeHead(status, { location: '/new' }).end('moved');
          return;
        }
        let text = '';
        request.on('data', (piece) => (text += piece));
        request.on('end', () => {
          seen.push({ method: request.method ?? '', authorization: request.headers.authorization ?? '', body: text });
          response.end();
        });
      });

      await fetchByHttp(`${at}/old`, asked({ method, ...(body === '' ? {} : { body }) }));

      expect(seen).toEqual([{ method: then, authorization: 'token secret', body: sent }]);
    },
  );

  test('comes back as it is when it is to stay', async () => {
    const at = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/signed' }).end());

    const answer = await fetchByHttp(at, asked({ stay: true }));

    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('http://127.0.0.1:1/signed');
  });

  test('that leads back to itself ends', async () => {
    const at = await serve((_, response) => response.writeHead(301, { location: '/' }).end());

    await expect(fetchByHttp(at, asked())).rejects.toThrow('more than 5 redirects');
  });
});

describe('a body', () => {
  test('that is packed is unpacked', async () => {
    const at = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('“packed”'));
    });

    expect((await fetchByHttp(at, asked())).body).toBe('“packed”');
  });

  test.each([
    ['plain', {}],
    ['packed', { 'content-encoding': 'gzip' }],
  ])('that breaks off is empty, never half of one: %s', async (_, headers) => {
    const half = gzipSync('x'.repeat(1000)).subarray(0, 20);
    const at = await serve((__, response) => {
      response.writeHead(200, { ...headers, 'content-length': '1000' });
      response.write(half, () => response.socket?.destroy());
    });

    expect(await fetchByHttp(at, asked())).toMatchObject({ status: 200, body: '' });
  });
});

test('a server that is not there says so in the words of the system', async () => {
  await expect(fetchByHttp(`http://127.0.0.1:${await freePort()}`, asked())).rejects.toThrow('ECONNREFUSED');
});

test('a request that nobody answers ends with its signal', async () => {
  const at = await serve(() => {});

  await expect(fetchByHttp(at, asked({ signal: AbortSignal.timeout(50) }))).rejects.toThrow(/abort/i);
});
