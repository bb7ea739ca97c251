// HTTP through a proxy, on the Node that actions run on: the one on which node:http knows proxies.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { neighbour } from '../world/neighbour.ts';

const node24 = process.env.BORING_NODE24 ?? '/tmp/boring-deploys-node24/node_modules/node/bin/node';
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
    const env = { PATH: process.env.PATH ?? '', HTTP_PROXY: `http://127.0.0.1:${proxyPort}`, NO_PROXY: '127.0.0.1' };
    const said = await new Promise<string>((resolve) =>
      execFile(
        node24,
        ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
        { env },
        (_error, stdout, stderr) => resolve(stdout + stderr),
      ),
    );

    expect(said.trim().split('\n')).toEqual(['by proxy', 'shop', 'by proxy', 'shop']);
    expect(through).toEqual(['http://shop.invalid/a', 'http://shop.invalid/a']);
  });
});
