// The client against the fake GitHub and, for answers GitHub never gives, against plain HTTP: deadlines, repeats, refusals.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createClient, segment } from '../../../src/io/github/client.ts';
import { Refusal } from '../../../src/io/github/refusal.ts';
import { type Ground, openGround } from './ground.ts';

let ground: Ground;
const opened: (() => Promise<void>)[] = [];
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
  await Promise.all(opened.splice(0).map((close) => close()));
});

const name = z.object({ full_name: z.string() });

async function refusalOf(run: Promise<unknown>): Promise<Refusal> {
  const fault = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (fault instanceof Refusal) return fault;
  throw new Error(`expected a Refusal, got ${String(fault)}`);
}

describe('a read', () => {
  test.each([
    { what: 'a 502', fault: { status: 502 }, pauses: [250] },
    { what: 'a 500 three times', fault: { status: 500, times: 3 }, pauses: [250, 500, 1000] },
    { what: 'a connection reset', fault: { reset: true }, pauses: [250] },
    { what: 'a secondary limit that asks for two seconds', fault: { status: 403, retryAfter: 2 }, pauses: [2000] },
    { what: 'a 429 that asks for nine seconds', fault: { status: 429, retryAfter: 9 }, pauses: [9000] },
  ])('is repeated after $what', async ({ fault, pauses }) => {
    ground.fake.faults.add({ match: 'GET /repos/octo-org/shop', ...fault });
    const client = ground.client();

    const answer = await client.get(client.path(''), {}, name);

    expect(answer.full_name).toBe('octo-org/shop');
    expect(ground.pauses).toEqual(pauses);
    expect(client.calls()).toBe(pauses.length + 1);
    ground.fake.assertClean();
  });

  test('waits for the reset of a spent limit when that comes before the deadline', async () => {
    const reset = String(ground.clock.now() / 1000 + 4);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    ground.fake.faults.add({
      match: 'GET /repos/octo-org/shop',
      status: 403,
      headers,
      body: { message: 'API rate limit exceeded' },
    });
    const client = ground.client();

    await client.get(client.path(''), {}, name);

    expect(ground.pauses).toEqual([4000]);
  });

  test('gives up at once when GitHub asks for a longer wait than the deadline, and says until when', async () => {
    ground.fake.faults.add({ match: 'GET /repos/octo-org/shop', status: 403, retryAfter: 10 });
    const client = ground.client();

    const refusal = await refusalOf(client.get(client.path(''), {}, name));

    expect(refusal.parts.kind).toBe('limit');
    expect(refusal.message).toContain(
      "GitHub's rate limit is spent (403); it takes calls again at 2026-11-20T14:00:10.000Z",
    );
    expect(ground.pauses).toEqual([]);
    expect(client.calls()).toBe(1);
  });

  test('does not press on against a secondary limit that does not say how long it lasts', async () => {
    const body = {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    };
    ground.fake.faults.add({ match: 'GET /repos/octo-org/shop', status: 403, body, times: 9 });
    const client = ground.client();

    const refusal = await refusalOf(client.get(client.path(''), {}, name));

    expect(refusal.parts.kind).toBe('limit');
    expect(refusal.message).toContain('it takes calls again at 2026-11-20T14:01:00.000Z');
    expect(client.calls()).toBe(1);
  });

  test('gives up after four attempts', async () => {
    ground.fake.faults.add({ match: 'GET /repos/octo-org/shop', status: 503, times: 9 });
    const client = ground.client();

    const refusal = await refusalOf(client.get(client.path(''), {}, name));

    expect(refusal.parts.kind).toBe('broken');
    expect(refusal.message).toContain('GitHub has trouble of its own (503) (GET /repos/octo-org/shop)');
    expect(client.calls()).toBe(4);
  });

  test('ends within its deadline when GitHub never answers', async () => {
    const silent = await listen(() => {});
    const client = createClient({ ...plain(silent.url), deadlineMs: 200 });
    const began = Date.now();

    const refusal = await refusalOf(client.get('/x', {}, name));

    expect(refusal.parts.kind).toBe('silent');
    expect(refusal.message).toContain('GitHub did not answer within 0.2 s (GET /x)');
    expect(Date.now() - began).toBeLessThan(60_000);
  });

  test.each([
    {
      status: 401,
      body: { message: 'Bad credentials' },
      kind: 'token',
      words: 'GitHub does not accept the token (401)',
    },
    { status: 404, body: { message: 'Not Found' }, kind: 'missing', words: 'GitHub finds nothing there (404)' },
    { status: 422, body: { message: 'No commit found for SHA: x' }, kind: 'no-commit', words: 'No commit found' },
    { status: 422, body: { message: 'Validation Failed' }, kind: 'invalid', words: '422: Validation Failed' },
    { status: 403, body: { message: 'Upgrade to GitHub Pro' }, kind: 'forbidden', words: '403: Upgrade to GitHub Pro' },
  ])('is not repeated after $status, which is told as $kind', async ({ status, body, kind, words }) => {
    ground.fake.faults.add({ match: 'GET /repos/octo-org/shop', status, body });
    const client = ground.client();

    const refusal = await refusalOf(client.get(client.path(''), {}, name));

    expect(refusal.parts.kind).toBe(kind);
    expect(refusal.message).toContain(words);
    expect(client.calls()).toBe(1);
  });

  test('is told as unreadable when the shape is another', async () => {
    const client = ground.client();

    const refusal = await refusalOf(client.get(client.path(''), {}, z.object({ full_name: z.number() })));

    expect(refusal.parts.kind).toBe('unreadable');
    expect(refusal.message).toContain('`full_name`');
  });
});

describe('a list', () => {
  test('is read to its last page', async () => {
    for (let number = 1; number <= 250; number += 1) ground.repo.issue({ title: `Issue ${number}` });
    const client = ground.client();

    const numbers = await client.pages(client.path('/issues'), {}, z.object({ number: z.number() }));

    expect(numbers).toHaveLength(250);
    expect(client.calls()).toBe(3);
    ground.fake.assertClean();
  });

  test('whose answer breaks off is never taken for an empty list', async () => {
    const cut = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('[{"number":');
      response.destroy();
    });
    const client = createClient(plain(cut.url));

    const refusal = await refusalOf(client.pages('/x', {}, z.unknown()));

    expect(refusal.parts.kind).toBe('silent');
    expect(client.calls()).toBe(4);
  });

  test('that answers 409 is never taken for an empty list', async () => {
    ground.fake.faults.add({ match: 'GET /repos/octo-org/shop/issues', status: 409, body: { message: 'Conflict' } });
    const client = ground.client();

    const refusal = await refusalOf(client.pages(client.path('/issues'), {}, z.unknown()));

    expect(refusal.parts.kind).toBe('conflict');
  });

  test('sends the token to no other server', async () => {
    const link = '<http://127.0.0.2:1/next>; rel="next"';
    const astray = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', link }).end('[]');
    });
    const client = createClient(plain(astray.url));

    const refusal = await refusalOf(client.pages('/x', {}, z.unknown()));

    expect(refusal.message).toContain('at another server, http://127.0.0.2:1');
  });
});

describe('a write', () => {
  const comment = z.object({ id: z.number(), body: z.string() });

  function post(lookUp: () => Promise<{ id: number; body: string } | undefined>) {
    const client = ground.client();
    const issue = ground.repo.issue({ title: 'One' });
    const path = client.path(`/issues/${issue.number}/comments`);
    const made = client.write('POST', path, { body: 'hello' }, { shape: comment, lookUp });
    return { made, client, issue };
  }

  test('that got no answer but was done is looked up and not done again', async () => {
    ground.fake.faults.add({ match: 'POST /repos/octo-org/shop/issues/*/comments', reset: true, applied: true });
    const { made, issue } = post(async () => {
      const found = ground.repo.commentsOf(issue)[0];
      return found === undefined ? undefined : { id: found.id, body: found.body };
    });

    expect((await made).value.body).toBe('hello');
    expect(ground.repo.commentsOf(issue)).toHaveLength(1);
    ground.fake.assertClean();
  });

  test.each([{ reset: true }, { status: 502 }])(
    'that got no answer and was not done is done again (%j)',
    async (fault) => {
      ground.fake.faults.add({ match: 'POST /repos/octo-org/shop/issues/*/comments', ...fault });
      const { made, issue } = post(async () => undefined);

      expect((await made).status).toBe(201);
      expect(ground.repo.commentsOf(issue)).toHaveLength(1);
    },
  );

  test('that a limit refused is repeated without a look', async () => {
    ground.fake.faults.add({ match: 'POST /repos/octo-org/shop/issues/*/comments', status: 403, retryAfter: 1 });
    const { made, issue } = post(async () => {
      throw new Error('looked');
    });

    await made;

    expect(ground.repo.commentsOf(issue)).toHaveLength(1);
    expect(ground.pauses).toEqual([1000]);
  });
});

test('a path keeps what comes from outside in its place', () => {
  expect(segment('a/b{c}?')).toBe('a%2Fb%7Bc%7D%3F');
});

function plain(url: string) {
  return {
    apiUrl: url,
    graphqlUrl: `${url}/graphql`,
    token: 'ghs_x',
    repository: { owner: 'octo-org', name: 'shop' },
    clock: ground.clock,
    random: () => 0.5,
    fromFork: false,
  };
}

async function listen(answer: RequestListener): Promise<{ readonly url: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}` };
}
