// HTTP through a proxy, on the Node that actions run on: the one on which node:http knows proxies.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { certificate, withOpenssl } from '../world/certificate.ts';
import { neighbour } from '../world/neighbour.ts';

const node24 = process.env.BORING_NODE24 || join(tmpdir(), 'boring-deploys-node24/node_modules/node/bin/node');
const servers: ReturnType<typeof createServer>[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

neighbour('Node 24', existsSync(node24))('a proxy', () => {
  test('carries what the environment says, and not what it excepts', async () => {
    const through: string[] = [];
    const shop = createServer((_request, response) => response.end('shop'));
    const shopPort = await listen(shop);
    const proxy = createServer((request, response) => {
      through.push(request.url ?? '');
      response.end('by proxy');
    });
    proxy.on('connect', (request, client) => {
      through.push(`CONNECT ${request.url}`);
      const upstream = connect(shopPort, '127.0.0.1', () => client.end());
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    const proxyPort = await listen(proxy);
    const script = `
      const { sendHttp } = await import(process.cwd() + '/src/io/http.ts');
      for (const fresh of [true, false]) for (const url of ['http://shop.invalid/a', 'http://127.0.0.1:${shopPort}/b']) {
        const reply = await sendHttp({ method: 'GET', url, timeoutMs: 5000, fresh });
        console.log(reply.kind === 'reply' ? reply.body : reply.because);
      }
      process.exit(0);`;
    const said = await printed(script, { HTTP_PROXY: `http://127.0.0.1:${proxyPort}`, NO_PROXY: '127.0.0.1' });

    expect(said.split('\n')).toEqual(['by proxy', 'shop', 'by proxy', 'shop']);
    expect(through).toEqual(['http://shop.invalid/a', 'http://shop.invalid/a']);
  });

  test('carries calls to GitHub and what they lead to', async () => {
    const through: string[] = [];
    const proxy = createServer((request, response) => {
      through.push(request.url ?? '');
      response.setHeader('content-type', 'application/json').end('{"by": "proxy"}');
    });
    const script = `
      const { openWire } = await import(process.cwd() + '/src/io/github/wire.ts');
      const { download } = await import(process.cwd() + '/src/io/github/download.ts');
      const wire = await openWire({ apiUrl: 'http://api.invalid', token: 'one-two-three' });
      const reply = await wire.request('GET /meta');
      const bytes = await download({ url: 'http://files.invalid/zip', what: 'an archive', most: 100 }, { sleep: async () => {} });
      console.log(reply.data.by, bytes.toString());
      process.exit(0);`;
    const env = { HTTP_PROXY: `http://127.0.0.1:${await listen(proxy)}` };

    expect(await printed(script, env)).toBe('proxy {"by": "proxy"}');
    expect(through).toEqual(['http://api.invalid/meta', 'http://files.invalid/zip']);
  });

  test.each([
    ['upper case', { HTTP_PROXY: 'PROXY' }, 'http://shop.invalid/', true],
    ['lower case', { http_proxy: 'PROXY' }, 'http://shop.invalid/', true],
    ['a proxy for https alone', { HTTPS_PROXY: 'PROXY' }, 'http://127.0.0.1:SHOP/', false],
    ['no host', { HTTP_PROXY: 'PROXY', NO_PROXY: '*' }, 'http://127.0.0.1:SHOP/', false],
    [
      'a host among others',
      { HTTP_PROXY: 'PROXY', NO_PROXY: 'a.example, localhost ,b.example' },
      'http://localhost:SHOP/',
      false,
    ],
    ['lower case too', { HTTP_PROXY: 'PROXY', no_proxy: '127.0.0.1' }, 'http://127.0.0.1:SHOP/', false],
    ['a host with its port', { HTTP_PROXY: 'PROXY', NO_PROXY: '127.0.0.1:SHOP' }, 'http://127.0.0.1:SHOP/', false],
    ['a host with another port', { HTTP_PROXY: 'PROXY', NO_PROXY: '127.0.0.1:1' }, 'http://127.0.0.1:SHOP/', true],
    ['a range of addresses', { HTTP_PROXY: 'PROXY', NO_PROXY: '127.0.0.1-127.0.0.9' }, 'http://127.0.0.1:SHOP/', false],
    ['a domain', { HTTP_PROXY: 'PROXY', NO_PROXY: '.other.invalid' }, 'http://shop.invalid/', true],
    ['a network', { HTTP_PROXY: 'PROXY', NO_PROXY: '127.0.0.0/8' }, 'http://127.0.0.1:SHOP/', false],
    ['another network', { HTTP_PROXY: 'PROXY', NO_PROXY: '10.0.0.0/8' }, 'http://127.0.0.1:SHOP/', true],
    ['a domain below the one named', { HTTP_PROXY: 'PROXY', NO_PROXY: 'invalid' }, 'http://shop.invalid/', 'dns'],
    ['a proxy without its scheme', { HTTP_PROXY: 'BARE' }, 'http://shop.invalid/', true],
  ])('by its variables: %s', async (_name, variables, url, proxied) => {
    const shopPort = await listen(createServer((_request, response) => response.end('shop')));
    const proxyPort = await listen(createServer((_request, response) => response.end('by proxy')));
    const put = (text: string) =>
      text
        .replace('PROXY', `http://127.0.0.1:${proxyPort}`)
        .replace('BARE', `127.0.0.1:${proxyPort}`)
        .replace('SHOP', String(shopPort));
    const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, put(value)]));

    const said = await asked(put(url), env);
    if (proxied === 'dns') expect(said).toMatch(/DNS/);
    else expect(said).toBe(proxied ? 'by proxy' : 'shop');
  });

  withOpenssl('of https', () => {
    test('is a tunnel: it sees host and port, the certificate is that of the service', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'boring-proxy-'));
      const made = certificate(folder, 'shop', { subject: '/CN=shop.invalid', names: 'DNS:shop.invalid' });
      const shopPort = await listen(createTlsServer(made, (_request, response) => response.end('secure shop')));
      const through: string[] = [];
      const proxy = createServer();
      proxy.on('connect', (request, client) => {
        through.push(request.url ?? '');
        const upstream = connect(shopPort, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          upstream.pipe(client).pipe(upstream);
        });
        upstream.on('error', () => client.destroy());
        client.on('error', () => upstream.destroy());
      });
      const env = {
        HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
        NODE_EXTRA_CA_CERTS: join(folder, 'shop.pem'),
      };

      const well = await asked('https://shop.invalid/', env);
      const other = await asked('https://other.invalid/', env);
      rmSync(folder, { recursive: true, force: true });

      expect(well).toBe('secure shop');
      expect(other).toMatch(/no trusted TLS connection.*ALTNAME/);
      expect(through).toEqual(['shop.invalid:443', 'other.invalid:443']);
    });
  });
});

/** What is answered to one GET by Node 24 with these variables. */
function asked(url: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const script = `
    const { sendHttp } = await import(process.cwd() + '/src/io/http.ts');
    const reply = await sendHttp({ method: 'GET', url: ${JSON.stringify(url)}, timeoutMs: 5000 });
    console.log(reply.kind === 'reply' ? reply.body : reply.because);
    process.exit(0);`;
  return printed(script, variables);
}

/** What a script prints on Node 24 with these variables. */
function printed(script: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const env = { PATH: process.env.PATH ?? '', ...variables };
  return new Promise((resolve) =>
    execFile(node24, words, { env }, (_error, stdout, stderr) => resolve((stdout + stderr).trim())),
  );
}
