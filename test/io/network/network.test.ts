// The network's questions against real neighbours on loopback: HTTP, TLS, DNS and TCP servers, well, ill and missing.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ask, known, unknown } from '../../../src/evidence/answer.ts';
import { createCommand } from '../../../src/io/command.ts';
import { sendHttp } from '../../../src/io/http.ts';
import { createNetwork, eitherOf, type NetworkOptions } from '../../../src/io/network/network.ts';
import { createRouter } from '../../../src/io/routers/router.ts';
import { createSource } from '../../../src/io/sources/source.ts';
import { type Certified, certificate, withOpenssl } from '../../world/certificate.ts';
import { freePort } from '../../world/port.ts';

const started: Server[] = [];
const sockets: UdpSocket[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) await new Promise((resolve) => server.close(resolve));
  for (const socket of sockets.splice(0)) await new Promise<void>((resolve) => socket.close(resolve));
});

async function listening(server: Server): Promise<number> {
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function network(more: Partial<NetworkOptions> = {}): Ask {
  const cancelled = new AbortController().signal;
  const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => {} };
  const command = createCommand(process.cwd(), cancelled);
  const around = { http: sendHttp, command, clock };
  return createNetwork({
    event: 'push',
    http: sendHttp,
    env: () => undefined,
    cancelled,
    now: clock.now,
    metrics: (options) => createSource(options, around),
    router: (options) => createRouter(options, around),
    command,
    ...more,
  });
}

describe('http', () => {
  const serve = async (listener: RequestListener) =>
    `http://127.0.0.1:${await listening(createServer({ keepAlive: false }, listener))}`;
  const get = (url: string, more: Partial<NetworkOptions> = {}, timeoutMs = 60_000) =>
    network(more)({ kind: 'http', url, timeoutMs });

  test('tells status and body of one GET, and follows no redirect', async () => {
    const methods: unknown[] = [];
    const url = await serve((request, response) => {
      methods.push(request.method);
      response.writeHead(302, { location: '/else' }).end('moved');
    });

    expect(await get(url)).toEqual(known({ kind: 'reply', status: 302, body: 'moved', truncated: false }));
    expect(methods).toEqual(['GET']);
  });

  test('fills in variables, and one that is not set is unknown by its name', async () => {
    const url = await serve((request, response) => response.end(request.url));
    const env = (name: string) => (name === 'SHOP' ? url : undefined);

    expect(await get('${SHOP}/health', { env })).toMatchObject({ value: { body: '/health' } });
    expect(await get('${OTHER}/health', { env })).toMatchObject({
      kind: 'unknown',
      because: expect.stringMatching(/OTHER/),
    });
  });

  test('that is late or cut off failed; where nothing listens it is unknown', async () => {
    const silent = await serve(() => {});
    const closing = await serve((request) => request.socket.destroy());

    expect(await get(silent, {}, 100)).toMatchObject({
      value: { kind: 'failed', because: expect.stringMatching(/did not answer within/) },
    });
    expect(await get(closing)).toMatchObject({
      value: { kind: 'failed', because: expect.stringMatching(/closed the connection/) },
    });
    expect(await get(`http://me:hush-hush@127.0.0.1:${await freePort()}/`)).toMatchObject({
      kind: 'unknown',
      because: expect.not.stringContaining('hush-hush'),
    });
  });

  test('cuts what is endless', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(300_000)));

    expect(await get(url)).toMatchObject({ value: { kind: 'reply', truncated: true } });
  });
});

describe('tcp', () => {
  test('an open port answers, a closed one does not', async () => {
    const open = await listening(createTcpServer((socket) => socket.destroy()));
    const ask = network();

    expect(await ask({ kind: 'tcp', address: `127.0.0.1:${open}` })).toEqual(known({ open: true, because: '' }));
    const closed = `127.0.0.1:${await freePort()}`;
    expect(await ask({ kind: 'tcp', address: closed })).toEqual(
      known({ open: false, because: `connection refused by ${closed}` }),
    );
  });

  test('an address without a port is unknown', async () => {
    expect((await network()({ kind: 'tcp', address: 'shop.example' })).kind).toBe('unknown');
  });
});

describe('dns', () => {
  /** A server that knows shop.example by IPv4 alone, says that others do not exist, and refuses broken.example. */
  async function nameServer(): Promise<string> {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.on('message', (query, peer) => socket.send(replyTo(query), peer.port, peer.address));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return `127.0.0.1:${socket.address().port}`;
  }

  function replyTo(query: Buffer): Buffer {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const name = question.toString('latin1');
    const isKnown = name.includes('shop');
    const code = name.includes('broken') ? 5 : isKnown ? 0 : 3;
    const isA = question.readUInt16BE(question.length - 4) === 1;
    const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 10]);
    const answers = isKnown && isA ? [record] : [];
    const head = Buffer.from([0, 0, 0x81, 0x80 + code, 0, 1, 0, answers.length, 0, 0, 0, 0]);
    query.copy(head, 0, 0, 2);
    return Buffer.concat([head, question, ...answers]);
  }

  test('tells the records of a name, and that there are none', async () => {
    const ask = network({ nameServers: [await nameServer()] });

    expect(await ask({ kind: 'dns', host: 'shop.example' })).toEqual(known({ v4: ['192.0.2.10'], v6: [], alias: [] }));
    expect(await ask({ kind: 'dns', host: 'gone.example' })).toEqual(known({ v4: [], v6: [], alias: [] }));
  });

  test('a server that refuses leaves it unknown', async () => {
    const ask = network({ nameServers: [await nameServer()] });

    expect(await ask({ kind: 'dns', host: 'broken.example' })).toMatchObject({
      kind: 'unknown',
      because: expect.stringMatching(/DNS did not tell about broken.example \(EREFUSED\)/),
    });
  });
});

withOpenssl('tls', () => {
  let folder = '';
  const made = new Map<string, Certified>();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'boring-certificates-'));
    made.set('good', certificate(folder, 'good'));
    made.set('other', certificate(folder, 'other', { names: 'DNS:other.example' }));
    made.set('old', certificate(folder, 'old', { from: -60, to: -30 }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function told(name: string, trusted = true) {
    const { key, cert } = made.get(name) ?? { key: '', cert: '' };
    const server = createTlsServer({ key, cert }, (socket) => socket.destroy());
    const host = `127.0.0.1:${await listening(server)}`;
    return network(trusted ? { ca: cert } : {})({ kind: 'tls', host });
  }

  test('tells name and dates of a certificate that is trusted', async () => {
    const answer = await told('good');

    expect(answer).toMatchObject({ value: { kind: 'trusted', name: 'shop.example' } });
    const validTo = answer.kind === 'known' && answer.value.kind === 'trusted' ? answer.value.validTo : 0;
    expect(Math.round((validTo - Date.now()) / 86_400_000)).toBe(30);
  });

  test.each([
    ['good', false, /SELF_SIGNED/],
    ['other', true, /ALTNAME/],
    ['old', true, /CERT_HAS_EXPIRED/],
  ])('refuses %s (trusted: %s)', async (name, trusted, because) => {
    expect(await told(name, trusted)).toMatchObject({
      value: { kind: 'refused', because: expect.stringMatching(because) },
    });
  });

  test('where nothing listens, or no TLS is spoken, nothing is told as valid', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    expect((await network()({ kind: 'tls', host })).kind).toBe('unknown');

    const plain = await listening(createTcpServer((socket) => socket.write('hello\n', () => socket.destroy())));
    expect(await network()({ kind: 'tls', host: `127.0.0.1:${plain}` })).not.toMatchObject({
      value: { kind: 'trusted' },
    });
  });
});

describe('the port', () => {
  test.each(['pull_request', 'pull_request_target', 'pull_request_review'])('asks nothing on %s', async (event) => {
    const http = () => Promise.reject(new Error('it was asked'));

    expect(await network({ event, http })({ kind: 'http', url: 'http://127.0.0.1/', timeoutMs: 1 })).toMatchObject({
      kind: 'unknown',
      because: 'the network is not asked on pull requests',
    });
  });

  test('gives each question to the one who knows', async () => {
    const github: Ask = async () => unknown('GitHub was asked', '');
    const network: Ask = async () => unknown('the network was asked', '');
    const ask = eitherOf(github, network);

    expect(await ask({ kind: 'environments' })).toMatchObject({ because: 'GitHub was asked' });
    expect(await ask({ kind: 'dns', host: 'shop.example' })).toMatchObject({ because: 'the network was asked' });
  });

  test('a sender that throws is unknown', async () => {
    const http = () => Promise.reject(new Error('token=hush-hush'));
    const answer = await network({ http })({ kind: 'http', url: 'http://127.0.0.1/', timeoutMs: 1 });

    expect(answer).toMatchObject({ kind: 'unknown', because: expect.not.stringContaining('hush-hush') });
  });
});
