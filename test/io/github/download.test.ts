// Archives from where GitHub keeps them, against a real server: whole, not too large, and no address in any message.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { download } from '../../../src/io/github/download.ts';

const pauses: number[] = [];
const clock = {
  now: () => 0,
  steady: () => 0,
  sleep: async (ms: number) => {
    pauses.push(ms);
  },
};
let server: Server;
let answers: RequestListener[];

beforeEach(async () => {
  pauses.length = 0;
  answers = [];
  server = createServer((request, response) => answers.shift()?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function asked(...given: readonly RequestListener[]): Promise<Buffer> {
  answers = [...given];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/zip?sig=secret`;
  return download({ url, what: 'the archive', most: 10 }, clock);
}

const whole: RequestListener = (_, response) => response.end('0123456789');
const torn: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': '10' }).write('01234');
  setImmediate(() => response.destroy());
};
const status =
  (code: number): RequestListener =>
  (_, response) =>
    response.writeHead(code).end();

test('an archive of the largest size is handed over', async () => {
  expect((await asked(whole)).toString()).toBe('0123456789');
  expect(pauses).toEqual([]);
});

test.each<[string, RequestListener]>([
  ['announced', (_, response) => response.writeHead(200, { 'content-length': '11' }).end('01234567890')],
  ['found out as it comes', (_, response) => response.writeHead(200).write('01234567890')],
])('a larger one is not read to its end: %s', async (_name, answer) => {
  await expect(asked(answer)).rejects.toThrow('it has more than 0 MB');
  expect(pauses).toEqual([]);
});

test('one that breaks off is asked for again', async () => {
  expect((await asked(torn, status(503), whole)).toString()).toBe('0123456789');
  expect(pauses).toEqual([500, 1000]);
});

test('one that keeps breaking off is given up, without its address', async () => {
  const refused = await asked(torn, torn, torn).catch((error: Error) => error.message);

  expect(refused).toContain('the archive could not be downloaded');
  expect(refused).not.toContain('secret');
});

test.each([404, 410])('one that is gone is not asked for again: %i', async (code) => {
  await expect(asked(status(code))).rejects.toThrow('the archive is gone');
  expect(pauses).toEqual([]);
});
