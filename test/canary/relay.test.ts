// The relay of docs/examples/alertmanager: an alert wakes the caretaker, and what GitHub refuses is sent again.
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

describe('the relay from Alertmanager', () => {
  const heard: { readonly url: string; readonly body: any }[] = [];
  let status = 204;
  let github: Server;
  let relay: ReturnType<typeof spawn>;
  let port = '';

  beforeAll(async () => {
    github = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      heard.push({ url: request.url ?? '', body: JSON.parse(Buffer.concat(parts).toString()) });
      response.writeHead(status).end();
    });
    await new Promise<void>((done) => github.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
    const env = {
      PATH: process.env.PATH,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_TOKEN: 't',
      GITHUB_API_URL: url,
      PORT: '0',
    };
    relay = spawn(process.execPath, ['docs/examples/alertmanager/relay.mjs'], { env });
    port = await new Promise<string>((done) => {
      relay.stdout?.on('data', (text) => done(/relay on (\d+)/.exec(String(text))?.[1] ?? ''));
    });
  });

  afterAll(() => {
    relay.kill();
    github.close();
  });

  const send = async (body: string) => (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })).status;
  const alert = (state: string) => JSON.stringify({ alerts: [{ status: state, labels: { alertname: 'Errors' } }] });

  test('sends a firing alert as the event that the example workflow waits for', async () => {
    expect(await send(alert('firing'))).toBe(200);
    expect(heard).toEqual([
      {
        url: '/repos/acme/shop/dispatches',
        body: { event_type: 'boring-deploys-alert', client_payload: { alerts: ['Errors'] } },
      },
    ]);
  });

  test.each([
    ['what is resolved', alert('resolved'), 200, 204],
    ['what is no JSON', 'x', 400, 204],
  ])('does not wake anybody for %s', async (_name, body, told, github204) => {
    status = github204;
    const before = heard.length;
    expect(await send(body)).toBe(told);
    expect(heard).toHaveLength(before);
  });

  test('asks Alertmanager to send again what GitHub did not take', async () => {
    status = 403;
    expect(await send(alert('firing'))).toBe(502);
  });
});
