// Answers that end early, or bring what cannot be undone: none of them counts as whole.
import { createServer, type Server } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHttp } from '../../src/io/http.ts';
import type { HttpReply } from '../../src/world.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** What is told of an answer that a server writes byte by byte as given, and then closes. */
async function told(head: readonly string[], ...body: readonly (string | Buffer)[]): Promise<HttpReply> {
  const bytes = Buffer.concat([`HTTP/1.1 ${head.join('\r\n')}\r\n\r\n`, ...body].map((piece) => Buffer.from(piece)));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return createHttp()({ method: 'GET', url: `http://127.0.0.1:${port}/`, timeoutMs: 5_000, fresh: true });
}

const page = Buffer.from('<h1>Shop</h1>'.repeat(500));
const packed: readonly (readonly [string, Buffer])[] = [
  ['gzip', gzipSync(page)],
  ['x-gzip', gzipSync(page)],
  ['br', brotliCompressSync(page)],
  ['deflate', deflateSync(page)],
  ['deflate', deflateRawSync(page)],
];

describe('an answer in an encoding', () => {
  test.each(packed)('%s is whole with its last byte', async (encoding, bytes) => {
    expect(await told(['200 OK', `content-encoding: ${encoding}`], bytes)).toMatchObject({ body: page.toString() });
  });

  const cuts = packed.flatMap(([encoding, bytes]) => [-1, -9, 1].map((at) => [encoding, at, bytes] as const));

  test.each(cuts)(
    '%s that is cut at byte %i is a failure of the network, though as long as the server says',
    async (encoding, at, bytes) => {
      const cut = bytes.subarray(0, at);
      const reply = await told(['200 OK', `content-encoding: ${encoding}`, `content-length: ${cut.length}`], cut);

      expect(reply).toMatchObject({ kind: 'failed', trouble: 'network', unreachable: false });
      expect('because' in reply && reply.because).toMatch(/^the body of the answer from 127.0.0.1:\d+ is broken off/);
    },
  );

  test.each(['gzip', 'br', 'deflate'])('%s without any byte is empty', async (encoding) => {
    expect(await told(['200 OK', `content-encoding: ${encoding}`, 'content-length: 0'])).toMatchObject({ body: '' });
  });

  test.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, br'])('%s is none where no body can be', async (encoding) => {
    const told204 = await told(['204 No Content', `content-encoding: ${encoding}`]);

    expect(told204).toMatchObject({ status: 204, body: '' });
    expect(await told(['200 OK', `content-encoding: ${encoding}`, 'content-length: 0'])).toMatchObject({ body: '' });
  });

  test.each([
    ['gzip', gzipSync('')],
    ['br', brotliCompressSync('')],
    ['deflate', deflateSync('')],
  ])('%s of nothing is empty', async (encoding, bytes) => {
    expect(await told(['200 OK', `content-encoding: ${encoding}`], bytes)).toMatchObject({
      body: '',
      truncated: false,
    });
  });

  test('of several members is all of them', async () => {
    const members = Buffer.concat([gzipSync('one '), gzipSync('two')]);

    expect(await told(['200 OK', 'content-encoding: gzip'], members)).toMatchObject({ body: 'one two' });
  });

  test.each(['zstd', 'compress', 'gzip, gzip'])('%s that was not asked for is not read as text', async (encoding) => {
    const reply = await told(['200 OK', `content-encoding: ${encoding}`], page);

    expect(reply).toMatchObject({ kind: 'failed', trouble: 'network' });
    expect('because' in reply && reply.because).toMatch(
      /^the body of the answer from \S+ cannot be read: it is in an encoding that was not asked for: /,
    );
  });

  test.each(['identity', 'utf-8', ''])('%j is none: the body stands as it came', async (encoding) => {
    expect(await told(['200 OK', `content-encoding: ${encoding}`], page)).toMatchObject({ body: page.toString() });
  });
});

describe('an answer that says how long it is', () => {
  const closed = /closed the connection before its answer was complete/;

  test.each([
    ['and is shorter', ['200 OK', 'content-length: 20'], ['half'], closed],
    ['and is empty', ['200 OK', 'content-length: 20'], [], closed],
    ['and is longer', ['200 OK', 'content-length: 4'], ['half of it'], /does not answer HTTP/],
    ['twice, each time otherwise', ['200 OK', 'content-length: 4', 'content-length: 5'], ['half'], /not answer HTTP/],
    ['in pieces that stop', ['200 OK', 'transfer-encoding: chunked'], ['4\r\nhalf\r\n'], closed],
    ['in pieces that stop in one', ['200 OK', 'transfer-encoding: chunked'], ['9\r\nhalf'], closed],
    [
      'in pieces that stop before the last line',
      ['200 OK', 'transfer-encoding: chunked'],
      ['4\r\nhalf\r\n0\r\n'],
      closed,
    ],
    ['in pieces of no size', ['200 OK', 'transfer-encoding: chunked'], ['x\r\nhalf\r\n'], /does not answer HTTP/],
  ])('%s is a failure of the network', async (_name, head, body, because) => {
    const reply = await told(head, ...body);

    expect(reply).toMatchObject({ kind: 'failed', trouble: 'network', unreachable: false });
    expect('because' in reply && reply.because).toMatch(because);
  });

  test.each([
    ['to the byte', ['200 OK', 'content-length: 4'], ['half'], 'half'],
    ['in pieces', ['200 OK', 'transfer-encoding: chunked'], ['4\r\nhalf\r\n0\r\n\r\n'], 'half'],
    ['by its end alone', ['200 OK'], ['half'], 'half'],
  ])('%s is whole', async (_name, head, body, text) => {
    expect(await told(head, ...body)).toMatchObject({ kind: 'reply', body: text });
  });
});
