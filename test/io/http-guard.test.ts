// Where only public addresses may be asked: the look for them has the time of the request, and no more.
import { expect, test } from '@jest/globals';
import { createHttp } from '../../src/io/http.ts';

test('a resolver that does not come back ends with the time of the request, or with a cancel', async () => {
  const http = createHttp({ addresses: () => new Promise(() => {}) });
  const asked = { method: 'GET', url: 'http://shop.example/', publicOnly: true } as const;
  const abort = new AbortController();

  const late = await http({ ...asked, timeoutMs: 20 });
  const cut = http({ ...asked, timeoutMs: 60_000, signal: abort.signal });
  setTimeout(() => abort.abort(), 5);

  expect(late).toMatchObject({
    kind: 'failed',
    because: 'no connection to shop.example:80 within 20 ms',
    trouble: 'timeout',
    unreachable: true,
  });
  expect(await cut).toMatchObject({ kind: 'failed', because: 'cancelled' });
  expect(await http({ ...asked, timeoutMs: 60_000, signal: abort.signal })).toMatchObject({ because: 'cancelled' });
});

test('addresses that are found are those connected to', async () => {
  const http = createHttp({ addresses: async () => [{ address: '127.0.0.1', family: 4 }] });

  const reply = await http({ method: 'GET', url: 'http://shop.example:1/', publicOnly: true, timeoutMs: 60_000 });

  expect(reply).toMatchObject({ kind: 'failed', because: 'connection refused by shop.example:1', unreachable: true });
});
