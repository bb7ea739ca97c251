// Bad input and hostile servers: nothing hangs, nothing leaks, nothing grows, and none of it is a pass.

import { createServer as createTlsServer } from 'node:https';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isPrivate } from '../../src/io/network/guard.ts';
import { lintSuite } from '../../src/smoke/lint.ts';
import { suiteShape } from '../../src/smoke/shape.ts';
import { readSuite } from '../../src/smoke/suite.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { certificate, withOpenssl } from '../world/certificate.ts';
import { testSix } from '../world/neighbour.ts';
import { freePort } from '../world/port.ts';
import { checkOf, failuresIn, Neighbours } from './neighbours.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

let around: Neighbours;
beforeEach(() => {
  around = new Neighbours();
});
afterEach(() => around.stop());

// What answers at all has time for it: only what is to be late has less.
const one = (line: string) => `defaults: {timeout: 1m, retry: none}\nchecks: [${line}]`;

describe('bodies', () => {
  test('a gzip bomb is cut at the limit of decoded bytes, and proves nothing', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_048_576));
    const url = await around.serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const before = process.memoryUsage().rss;

    const result = await around.run(one('{id: a, http: {url: /}, expect: {body: {not: {contains: error}}}}'), url);

    expect(failuresIn(result, 'a')).toEqual([expect.stringMatching(/a whole body, got more than 1048576 characters/)]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1_048_576);
  });

  test('200 bodies as large as may be are not kept', async () => {
    let sent = 0;
    const url = await around.serve((_request, response) => {
      sent += 1;
      response.end(Buffer.alloc(1_000_000, 97 + (sent % 26)));
    });
    const checks = Array.from(
      { length: 200 },
      (_, n) => `{id: c${n}, http: {url: /}, expect: {body: {not: {contains: error}}}}`,
    );
    const before = held();

    const result = await around.run(`defaults: {timeout: 1m}\nchecks: [${checks.join(', ')}]`, url);

    expect(result).toMatchObject({ verdict: 'pass', passed: 200 });
    expect(held() - before).toBeLessThan(50 * 1_048_576);
  });

  test('a body that drips is ended at the deadline of the attempt, however often a byte comes', async () => {
    const url = await around.serve((_request, response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });

    const result = await around.run(one('{id: a, timeout: 1500ms, http: {url: /}}'), url);

    expect(result.verdict).toBe('fail');
    expect(failuresIn(result, 'a')).toEqual([
      expect.stringMatching(/body of the answer .* was not complete within 1.5 s/),
    ]);
  });

  test('an answer without end to a suite whose budget is spent is inconclusive', async () => {
    const url = await around.serve(() => {});

    const result = await around.run(
      'budget: 300ms\nchecks: [{id: a, http: {url: /}}, {id: b, needs: [a], http: {url: /}}]',
      url,
    );

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'unfinished', failed: 0 });
  });

  test('a page that nests without end is a failure', async () => {
    const url = await around.serve((_request, response) => response.end('<div>'.repeat(100_000)));

    const result = await around.run(one('{id: a, http: {url: /}, expect: {html: {.error: {exists: false}}}}'), url);

    expect(failuresIn(result, 'a')).toEqual([expect.stringMatching(/nests deeper than/)]);
  });

  // Minutes where the time grows with the square of the length.
  test.each([
    ['<!--', 'pass'],
    ['<![CDATA[', 'pass'],
    ['<option>', 'fail'],
    ['<a></b>', 'fail'],
  ])('a page of nothing but %s holds nobody up', async (piece, verdict) => {
    const url = await around.serve((_request, response) => response.end(`<h1>Shop</h1>${piece.repeat(100_000)}`));

    const result = await around.run(one('{id: a, http: {url: /}, expect: {html: {h1: Shop}}}'), url);

    expect(result.verdict).toBe(verdict);
    if (verdict === 'fail') expect(failuresIn(result, 'a')).toEqual([expect.stringMatching(/nests deeper than/)]);
  });

  test('a pattern made to hang is asked in linear time', async () => {
    const url = await around.serve((_request, response) => response.end(`${'a'.repeat(50_000)}!`));

    const result = await around.run(one("{id: a, http: {url: /}, expect: {body: {matches: '^(a+)+$'}}}"), url);

    expect(result.verdict).toBe('fail');
  });
});

describe('redirects', () => {
  test('are not followed unless the suite says so', async () => {
    const asked: (string | undefined)[] = [];
    const url = await around.serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/login' }).end();
    });

    const result = await around.run(
      one('{id: a, http: {url: /account}, expect: {status: 302, redirect_to: /login}}'),
      url,
    );

    expect([result.verdict, asked]).toEqual(['pass', ['/account']]);
  });

  test('that go round end after ten', async () => {
    let asked = 0;
    const url = await around.serve((request, response) => {
      asked += 1;
      response.writeHead(302, { location: request.url === '/a' ? '/b' : '/a' }).end();
    });

    const result = await around.run(one('{id: a, http: {url: /a, redirects: same-origin}}'), url);

    expect(failuresIn(result, 'a')).toEqual([expect.stringMatching(/redirected more than 10 times/)]);
    expect(asked).toBe(11);
  });

  test('to another origin leave every header behind that holds a secret, and all cookies', async () => {
    const seen: NodeJS.Dict<string | string[]>[] = [];
    const other = await around.serve((request, response) => {
      seen.push(request.headers);
      response.end('other');
    });
    const url = await around.serve((_request, response) =>
      response.writeHead(302, { location: `${other.replace('127.0.0.1', 'localhost')}/` }).end(),
    );
    const secret = 'k-3f8a77c1';
    const suite = (redirects: string) => `
secrets: [API_KEY]
defaults: {retry: none}
checks:
  - id: a
    http: {url: /, redirects: ${redirects}, cookies: {sid: abcdef}, headers: {X-Api-Key: "{{ secrets.API_KEY }}", X-Trace: t1, Authorization: Basic x}}
`;

    const followed = await around.run(suite('any'), url, { env: () => secret });
    const stayed = await around.run(suite('same-origin'), url, { env: () => secret });

    expect(followed.verdict).toBe('pass');
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain(secret);
    expect(seen[0]).toMatchObject({ 'x-trace': 't1' });
    expect(Object.keys(seen[0] ?? {})).not.toEqual(expect.arrayContaining(['x-api-key']));
    expect([seen[0]?.authorization, seen[0]?.cookie]).toEqual([undefined, undefined]);
    expect(failuresIn(stayed, 'a')).toEqual([expect.stringMatching(/status: 2xx, got 302/)]);
  });

  test('do not hand a body to another origin, nor go from https to http', async () => {
    const got: string[] = [];
    const other = await around.serve((request, response) => {
      got.push(request.method ?? '');
      response.end();
    });
    const url = await around.serve((_request, response) =>
      response.writeHead(307, { location: other.replace('127.0.0.1', 'localhost') }).end(),
    );

    const result = await around.run(
      one('{id: a, http: {method: POST, url: /, redirects: any, json: {password: x}}}'),
      url,
    );

    expect([result.verdict, got]).toEqual(['fail', []]);
  });
});

describe('private addresses', () => {
  test.each([
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['192.168.1.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['100.128.0.1', false],
    ['0.0.0.0', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['::', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:7f00:1', true],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::a9fe:a9fe', true],
    ['fd12:3456::1', true],
    ['fe80::1%eth0', true],
    ['2606:4700::1111', false],
    ['not an address', true],
  ])('%s: %s', (address, expected) => {
    expect(isPrivate(address)).toBe(expected);
  });

  test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])(
    'a pull request does not reach %s, and that says nothing about the release',
    async (host) => {
      let asked = 0;
      const url = await around.serve((_request, response) => {
        asked += 1;
        response.end();
      });
      const at = `http://${host}:${new URL(url).port}`;

      const result = await around.run(one('{id: a, http: {url: /}}'), at, { review: true });
      const tcp = await around.run(one(`{id: a, tcp: {host: localhost, port: ${new URL(url).port}}}`), at, {
        review: true,
      });

      expect([result.verdict, tcp.verdict, asked]).toEqual(['inconclusive', 'inconclusive', 0]);
      expect(checkOf(result, 'a').because).toMatch(/private network.*network: \{private: allow\}/);
    },
  );

  test('are asked where the suite of the default branch allows them', async () => {
    const url = await around.serve((_request, response) => response.end());

    const result = await around.run(`network: {private: allow}\n${one('{id: a, http: {url: /}}')}`, url, {
      review: true,
    });

    expect(result.verdict).toBe('pass');
  });

  test('a host that the suite does not list is not asked, whoever names it', async () => {
    const other = await around.serve((_request, response) => response.end());
    const url = await around.serve((_request, response) =>
      response.end(JSON.stringify({ next: other.replace('127.0.0.1', 'localhost') })),
    );
    const suite = (hosts: string) => `
network: {hosts: [${hosts}]}
defaults: {retry: none}
checks:
  - {id: a, http: {url: /}, capture: {next: {json: $.next}}}
  - {id: b, needs: [a], http: {url: "{{ next }}/"}}
`;

    expect(await around.run(suite('"*.shop.example"'), url)).toMatchObject({ verdict: 'inconclusive', passed: 1 });
    expect(await around.run(suite('localhost'), url)).toMatchObject({ verdict: 'pass' });
  });
});

describe('connections', () => {
  test('a server that resets every third connection is flaky, and what may have written is not sent twice', async () => {
    let [connections, posts] = [0, 0];
    const url = await around.serve((request, response) => {
      connections += 1;
      if (request.method === 'POST') posts += 1;
      if (connections % 3 === 0) request.socket.resetAndDestroy();
      else response.writeHead(200, { connection: 'close' }).end('well');
    });
    const gets = Array.from({ length: 9 }, (_, n) => `{id: g${n}, http: {url: /}}`).join(', ');
    const reads = await around.run(`defaults: {retry: {backoff: 2ms, attempts: 10}}\nchecks: [${gets}]`, url);
    connections = 2;
    const writes = await around.run('checks: [{id: p, http: {method: POST, url: /}}]', url);

    expect(reads).toMatchObject({ verdict: 'pass', passed: 9 });
    expect(reads.flaky.length).toBeGreaterThan(0);
    expect([writes.verdict, posts]).toEqual(['fail', 1]);
  });

  testSix('IPv6 is asked like any other', async () => {
    const server = await import('node:http').then(({ createServer }) =>
      createServer((_request, response) => response.end('six')),
    );
    const port = await around.listen(server, '::1');

    const result = await around.run(
      one(`{id: a, http: {url: /}, expect: {body: six}}, {id: b, tcp: {host: "[::1]", port: ${port}}}`),
      `http://[::1]:${port}`,
    );

    expect(result).toMatchObject({ verdict: 'pass', passed: 2 });
  });

  test('nobody there, over all attempts, is unreachable: also with a command that passes', async () => {
    const port = await freePort();

    const result = await around.run(
      'defaults: {retry: {attempts: 2, backoff: 1ms}}\nchecks: [{id: a, http: {url: /}}, {id: b, http: {url: /b}}, {id: c, command: {run: "true"}}]',
      `http://127.0.0.1:${port}`,
    );

    expect(result).toMatchObject({ verdict: 'unreachable', passed: 1 });
  });

  test('a name that does not resolve is unreachable, not failed', async () => {
    const result = await around.run(one('{id: a, http: {url: /}}'), 'http://no-such-host.invalid');

    expect(result).toMatchObject({ verdict: 'unreachable' });
  });
});

withOpenssl('certificates', () => {
  test.each([
    ['expired', -60, -40, /CERT_HAS_EXPIRED/],
    ['not valid yet', 20, 60, /CERT_NOT_YET_VALID/],
  ])('an %s one is a failure of every https check', async (_name, from, to, words) => {
    const made = certificate(around.workspace, 'one', { from, to });
    const port = await around.listen(createTlsServer(made, (_request, response) => response.end()));

    const result = await around.run(one('{id: a, http: {url: /}}'), `https://127.0.0.1:${port}`, {
      look: { ca: made.cert },
    });

    expect(result.verdict).toBe('fail');
    expect(failuresIn(result, 'a').join()).toMatch(words);
  });

  test('one that nobody signed fails, and nothing is sent to whoever shows it', async () => {
    const made = certificate(around.workspace, 'one');
    let asked = 0;
    const port = await around.listen(
      createTlsServer(made, (_request, response) => {
        asked += 1;
        response.end();
      }),
    );

    const result = await around.run(
      one('{id: a, http: {url: /, headers: {x-key: secret}}}'),
      `https://127.0.0.1:${port}`,
    );

    expect([result.verdict, asked]).toEqual(['fail', 0]);
  });
});

describe('size', () => {
  const long = process.env.BORING_LONG === '1';
  const lines = Array.from(
    { length: 10_000 },
    (_, n) => `  - {id: c${n}, http: {url: /${n}}, expect: {status: 200, body: well}}`,
  );
  const text = `concurrency: {total: 64, per_host: 64}\ndefaults: {retry: none}\nchecks:\n${lines.join('\n')}`;
  const said = (path: string | undefined) => (path === '/7777' ? 'ill' : 'well');

  test('10,000 checks are read, run and judged; one that fails is named with its line', async () => {
    const service = aService((_sent, path) => aReply({ body: said(path) }));

    const result = await runSuite(service, aSuite(text), aWalk());

    expect(result).toMatchObject({ verdict: 'fail', reason: 'check:c7777', passed: 9_999, total: 10_000 });
    expect(checkOf(result, 'c7777').line).toBe(7_782);
  });

  // Takes minutes where the time grows with the square of the length, else a few seconds.
  test('one after another in a single chain, skips and hints among them, take the time that their number allows', async () => {
    const links = Array.from(
      { length: 9_998 },
      (_, n) => `  - {id: c${n}, http: {url: "/${n}?{{ run.id }}"}${n === 0 ? '' : `, needs: [c${n - 1}]`}}`,
    );
    const suite = aSuite(
      `environments: {production: {skip: [rest]}}\nchecks:\n${links.join('\n')}\n  - {id: skipped, tags: [rest], http: {url: /}}\n  - {id: after, needs: [skipped], http: {url: /}}`,
    );

    const hints = lintSuite(suite);
    const result = await runSuite(
      aService(() => aReply()),
      suite,
      aWalk(),
    );

    expect(hints.map(({ serious }) => serious)).not.toContain(true);
    expect(result).toMatchObject({ verdict: 'pass', passed: 9_998, total: 9_998 });
  });

  // Registered in the long run alone: a test that is skipped would have to say for want of what.
  const inTheLongRun = long ? test : () => undefined;
  inTheLongRun('the same over HTTP', async () => {
    const url = await around.serve((request, response) => response.end(said(request.url)));

    expect(await around.run(text, url)).toMatchObject({ reason: 'check:c7777', passed: 9_999 });
  });

  test('10,001 are refused, and aliases that multiply too', () => {
    const checks = Array.from({ length: 10_001 }, (_, n) => ({ id: `c${n}`, http: { url: '/' } }));
    const bomb = `version: 1\na: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
      .split('')
      .map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(10)}]`)
      .join('\n')}\nchecks: [{id: x, http: {url: /}}]`;

    expect(suiteShape.safeParse({ version: 1, checks }).success).toBe(false);
    expect(suiteShape.safeParse({ version: 1, checks: checks.slice(1) }).success).toBe(true);
    expect(readSuite(bomb, 'smoke.yml')).toMatchObject({ kind: 'faults' });
  });
});

describe('a cancel', () => {
  test('ends what is under way, removes what was made, last made first, and is inconclusive', async () => {
    const asked: string[] = [];
    const url = await around.serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.method === 'POST') response.writeHead(201).end(JSON.stringify({ id: request.url?.slice(1) }));
      else if (request.method === 'DELETE') response.writeHead(204).end();
      else around.cancelling.abort();
    });
    const made = (id: string, needs: string) =>
      `  - {id: ${id}, needs: [${needs}], http: {method: POST, url: /${id}}, expect: {status: 201}, capture: {${id}: {json: $.id}}, cleanup: {http: {method: DELETE, url: "/{{ ${id} }}"}}}`;
    const began = performance.now();

    const result = await around.run(
      `checks:\n${made('first', '')}\n${made('second', 'first')}\n  - {id: hangs, needs: [second], http: {url: /hang}}\n  - {id: slow, command: {run: "sleep 60"}}`,
      url,
    );

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'cancelled', failed: 0 });
    expect(asked).toEqual(['POST /first', 'POST /second', 'GET /hang', 'DELETE /second', 'DELETE /first']);
    expect(result.cleanups).toEqual([
      { id: 'second', because: '' },
      { id: 'first', because: '' },
    ]);
    // Half a minute is no race with the clock: the command alone would take a whole one.
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  test('a clean-up that fails is told, and the verdict stays', async () => {
    const url = await around.serve((request, response) =>
      response.writeHead(request.method === 'DELETE' ? 500 : 201).end('{"id": 1}'),
    );

    const result = await around.run(
      'checks: [{id: a, http: {method: POST, url: /}, expect: {status: 201}, cleanup: {http: {method: DELETE, url: /1}}}]',
      url,
    );

    expect(result).toMatchObject({ verdict: 'pass', cleanups: [{ id: 'a', because: 'answered 500' }] });
  });
});

describe('a protected environment', () => {
  const suite = `
environments: {production: {protected: true, skip: [writes-here]}}
checks:
  - {id: order, http: {method: POST, url: /}, expect: {status: 201}, tags: [T]}
  - {id: home, http: {url: /}}
  - {id: load, http: {url: /load}, tags: [writes-here]}
`;

  test.each([['refuses a write that does not say so', suite, /production is protected, and order would write there/]])(
    '%s',
    async (_name, text, message) => {
      await expect(around.run(text, 'http://127.0.0.1:1')).rejects.toThrow(message);
    },
  );

  test('marks each of these writes on its line', async () => {
    const two = `environments: {production: {protected: true}}
checks:
  - {id: a, http: {method: PUT, url: /a}}
  - {id: b, writes: allowed, http: {method: PUT, url: /b}}
  - {id: c, http: {method: DELETE, url: /c}}`;

    const refused: unknown = await runSuite(
      aService(() => aReply()),
      aSuite(two),
      aWalk(),
    ).catch((error) => error);

    expect(refused).toMatchObject({
      parts: {
        marks: [
          { message: expect.stringMatching(/ a would write there/), place: { file: 'smoke.yml', line: 4 } },
          { message: expect.stringMatching(/ c would write there/), place: { file: 'smoke.yml', line: 6 } },
        ],
      },
    });
  });

  test.each([
    ['http: {method: PUT, url: /}', true],
    ['http: {method: PATCH, url: /}', true],
    ['http: {method: DELETE, url: /}', true],
    ['http: {method: POST, url: /}, expect: {status: 201}', true],
    ['http: {method: POST, url: /}, expect: {status: [200, 202]}', true],
    ['http: {method: POST, url: /, headers: {Idempotency-Key: a}}', true],
    ['http: {method: POST, url: /}, cleanup: {http: {url: /undo}}', true],
    ['http: {url: /, graphql: {query: "mutation { drop(id: 1) { id } }"}}', true],
    ['http: {url: /, graphql: {query: "query A { a } mutation B($id: ID) { drop(id: $id) }"}}', true],
    ['probe: {http: {method: DELETE, url: /}}', true],
    ['probe: {http: {url: /, graphql: {query: "mutation{a}"}}}', true],
    ['http: {method: POST, url: /login}', false],
    ['http: {method: TRACE, url: /}', false],
    ['http: {url: /, graphql: {query: "{ mutation { id } }"}}', false],
    ['http: {url: /, graphql: {query: "query { find(q: \\"mutation {\\") { id } } # mutation {a}"}}', false],
    ['writes: none, http: {url: /, graphql: {query: "mutation { login }"}}', false],
    ['writes: allowed, http: {method: PUT, url: /}', false],
    ['probe: {http: {url: /}}', false],
  ])('%s is refused: %s', async (check, refused) => {
    const text = `environments: {production: {protected: true}}\nchecks: [{id: one, ${check}}]`;
    const service = aService(() => aReply({ status: 500 }));
    const run = runSuite(service, aSuite(text), aWalk());

    if (refused) await expect(run).rejects.toThrow(/one would write there/);
    else await run;
    expect(service.sent.length > 0).toBe(!refused);
  });

  test('leaves out what its tags skip, and takes writes that are allowed', async () => {
    const url = await around.serve((request, response) =>
      response.writeHead(request.method === 'POST' ? 201 : 200).end(),
    );

    expect(await around.run(suite.replace('[T]', '[writes-here]'), url)).toMatchObject({ verdict: 'pass', total: 1 });
    expect(await around.run(suite.replace('tags: [T]', 'writes: allowed'), url)).toMatchObject({
      verdict: 'pass',
      total: 2,
    });
  });
});

/** Bytes that something still refers to: what is only waiting to be collected says nothing about what is kept. */
function held(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
