// The fetch that Octokit sends by, against a real server: redirects within GitHub, none beyond it, and no half answers.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createFetch } from '../../../src/io/github/fetch.ts';
import { sendHttp } from '../../../src/io/http.ts';

const fetch = createFetch(sendHttp);
const seen: { method: string; path: string; body: string; authorization: string }[] = [];
let server: Server;
let base: string;

const headers = { authorization: 'token one-two-three' };

beforeEach(async () => {
  seen.length = 0;
  server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const { method = '', headers: given } = request;
    seen.push({ method, path, body: await textOf(request), authorization: given.authorization ?? '' });
    const [, status = '200', rest = ''] = /^\/(\d{3})\/?(.*)$/.exec(path) ?? [];
    if (status === '200') return response.setHeader('content-type', 'application/json').end(`{"at": "${path}"}`);
    if (status === '299')
      return response.writeHead(200, { 'content-length': '100' }).flushHeaders() ?? request.socket.destroy();
    if (status === '599') return request.socket.destroy();
    const location = rest === 'elsewhere' ? 'http://127.0.0.2:9/200/there' : rest === '' ? undefined : `/${rest}`;
    return response.writeHead(Number(status), location === undefined ? {} : { location }).end('moved');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a fetch', () => {
  test('hands over status, headers and text', async () => {
    const reply = await fetch(`${base}/200/here`, { headers });

    expect(reply).toMatchObject({ status: 200, url: `${base}/200/here` });
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(await reply.text()).toBe('{"at": "/200/here"}');
    expect(new TextDecoder().decode(await reply.arrayBuffer())).toBe('{"at": "/200/here"}');
    expect(seen).toEqual([{ method: 'GET', path: '/200/here', body: '', authorization: 'token one-two-three' }]);
  });

  test.each([
    [301, 'GET', 'GET', ''],
    [302, 'GET', 'GET', ''],
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [307, 'POST', 'POST', '{"a": 1}'],
    [308, 'PATCH', 'PATCH', '{"a": 1}'],
    [301, 'PATCH', 'PATCH', '{"a": 1}'],
  ])('follows %i within GitHub: %s becomes %s', async (status, method, then, body) => {
    const reply = await fetch(`${base}/${status}/200/renamed`, {
      ...{ method, headers },
      ...(method === 'GET' ? {} : { body: '{"a": 1}' }),
    });

    expect(reply).toMatchObject({ status: 200, url: `${base}/200/renamed` });
    expect(seen[1]).toEqual({ method: then, path: '/200/renamed', body, authorization: 'token one-two-three' });
  });

  test('takes the token to no other host', async () => {
    await expect(fetch(`${base}/302/elsewhere`, { headers })).rejects.toThrow('it leads to 127.0.0.2:9');
  });

  test('hands a redirect over where it is asked to', async () => {
    const reply = await fetch(`${base}/302/elsewhere`, { headers, redirect: 'manual' });

    expect(reply.status).toBe(302);
    expect(reply.headers.get('location')).toBe('http://127.0.0.2:9/200/there');
  });

  test('hands over a redirect that leads nowhere, and the last of too many', async () => {
    expect((await fetch(`${base}/302`)).status).toBe(302);
    expect((await fetch(`${base}/${'302/'.repeat(8)}200`)).status).toBe(302);
    expect(seen).toHaveLength(7);
  });

  test.each(['/599', '/299'])('throws where the answer breaks off (%s)', async (path) => {
    await expect(fetch(`${base}${path}`)).rejects.toThrow(/connection|closed/);
  });

  test('throws where the answer is cut at its limit', async () => {
    const cut = createFetch(async () => ({
      ...{ kind: 'reply', status: 200, headers: {}, body: '{"half":', truncated: true, durationMs: 1 },
    }));

    await expect(cut('http://api.invalid/')).rejects.toThrow('the answer has more than 64 MB');
  });

  test('ends with its signal', async () => {
    const signal = AbortSignal.abort();

    await expect(fetch(`${base}/200/here`, { signal })).rejects.toThrow('cancelled');
    expect(seen).toEqual([]);
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
