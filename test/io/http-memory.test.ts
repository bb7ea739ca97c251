// What large bodies take of the process: they come whole however many come together, and nothing of them stays.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from '@jest/globals';
import { createHttp } from '../../src/io/http.ts';
import type { HttpReply, HttpRequest } from '../../src/world.ts';

const started: Server[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function heldMegabytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('globalThis.gc')();
  return process.memoryUsage().heapUsed / 1_048_576;
}

const large = (url: string): HttpRequest => ({ method: 'GET', url, timeoutMs: 30_000, maxBytes: 4 * 1_048_576 });
const bodyOf = (reply: HttpReply) => (reply.kind === 'reply' ? reply.body : reply.because);

test('a connection that is kept keeps nothing of the answers that came by it', async () => {
  const page = Buffer.alloc(2 * 1_048_576, 'x');
  const url = await serve((_, response) => response.end(page));
  const http = createHttp();
  const before = heldMegabytes();

  const lengths = await Promise.all(Array.from({ length: 16 }, async () => bodyOf(await http(large(url))).length));

  expect(new Set(lengths)).toEqual(new Set([page.length]));
  await new Promise((resolve) => setImmediate(resolve));
  // 32 MB when each kept its own.
  expect(heldMegabytes() - before).toBeLessThan(12);
});

test('forty bodies that come together are all whole, letters cut in two and the mark of the byte order as well', async () => {
  const text = `${'aü€😀'.repeat(100_000)}!`;
  const url = await serve((_, response) => response.end(`\u{FEFF}${text}`));
  const http = createHttp();

  const bodies = await Promise.all(Array.from({ length: 40 }, async () => bodyOf(await http(large(url)))));

  expect(bodies.filter((body) => body !== text)).toHaveLength(0);
});

test('a large body that stops on its way holds up no other', async () => {
  const page = Buffer.alloc(1_048_576, 'x');
  const url = await serve((request, response) => {
    if (request.url !== '/silent') return response.end(page);
    return response.writeHead(200, { 'content-length': 3 * page.length }).write(Buffer.concat([page, page]));
  });
  const http = createHttp();
  const stop = new AbortController();

  const silent = http({ ...large(`${url}/silent`), signal: stop.signal });
  const others = await Promise.all(Array.from({ length: 24 }, async () => bodyOf(await http(large(url))).length));
  stop.abort();

  expect(new Set(others)).toEqual(new Set([page.length]));
  expect(bodyOf(await silent)).toBe('cancelled');
});
