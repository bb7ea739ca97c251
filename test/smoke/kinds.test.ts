// Every kind of check against a real neighbour: well, and each of its words broken once.
import { createSocket } from 'node:dgram';
import { utimesSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLook } from '../../src/io/network/look.ts';
import { certificate, withOpenssl } from '../world/certificate.ts';
import { freePort } from '../world/port.ts';
import { checkOf, failuresIn, Neighbours } from './neighbours.ts';

let around: Neighbours;
beforeEach(() => {
  around = new Neighbours();
});
afterEach(() => around.stop());

describe('http', () => {
  test('sends JSON, forms, texts, files and parts, with query and cookies', async () => {
    around.write('order.csv', 'tea,1\n');
    around.write('logo.png', Uint8Array.from([0x89, 0x50, 0xff, 0x00, 0x0a]));
    const seen: Record<
      string,
      { type: string | undefined; body: Buffer; cookie: string | undefined; url: string | undefined }
    > = {};
    const url = await around.serve((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const path = request.url?.split('?')[0] ?? '';
        seen[path] = {
          type: request.headers['content-type'],
          body: Buffer.concat(pieces),
          cookie: request.headers.cookie,
          url: request.url,
        };
        response.end('well');
      });
    });

    const result = await around.run(
      `
vars: {mail: a@b.example}
checks:
  - {id: json, http: {method: POST, url: /json, json: {mail: "{{ mail }}", n: 1}, query: {q: a b, page: 2}}}
  - {id: form, http: {method: PUT, url: /form, form: {mail: "{{ mail }}", n: 1}, cookies: {theme: dark}}}
  - {id: text, http: {method: PATCH, url: /text, body: "hello {{ mail }}"}}
  - {id: file, http: {method: POST, url: /file, file: order.csv}}
  - {id: parts, http: {method: POST, url: /parts, multipart: {title: Logo, picture: {file: logo.png, type: image/png}}}}
`,
      url,
    );

    expect(result).toMatchObject({ verdict: 'pass', passed: 5 });
    expect(seen['/json']).toMatchObject({ type: 'application/json', url: '/json?q=a+b&page=2' });
    expect(JSON.parse(String(seen['/json']?.body))).toEqual({ mail: 'a@b.example', n: 1 });
    expect(String(seen['/form']?.body)).toBe('mail=a%40b.example&n=1');
    expect(seen['/form']?.cookie).toBe('theme=dark');
    expect(String(seen['/text']?.body)).toBe('hello a@b.example');
    expect(seen['/file']).toMatchObject({ type: 'text/csv' });
    expect(String(seen['/file']?.body)).toBe('tea,1\n');
    expect(seen['/parts']?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(seen['/parts']?.body.includes(Buffer.from([0x89, 0x50, 0xff, 0x00, 0x0a]))).toBe(true);
  });

  test('keeps the cookies of a chain, and gives them to nobody else', async () => {
    const url = await around.serve((request, response) => {
      if (request.url === '/login')
        response.setHeader('set-cookie', ['sid=s3cr3t-session; HttpOnly; Path=/', 'theme=dark']);
      response.end(request.headers.cookie ?? 'none');
    });

    const result = await around.run(
      `
checks:
  - {id: login, http: {url: /login}}
  - {id: account, needs: [login], http: {url: /account}, expect: {body: "sid=s3cr3t-session; theme=dark"}}
  - {id: stranger, http: {url: /account}, expect: {body: none}}
  - {id: shown, needs: [login], http: {url: /account}, expect: {body: nobody}, severity: advisory}
`,
      url,
    );

    expect(result).toMatchObject({ verdict: 'pass', passed: 3 });
    expect(failuresIn(result, 'shown').join()).not.toContain('s3cr3t-session');
  });

  test('a GraphQL answer with errors is none, whatever its status', async () => {
    const url = await around.serve((request, response) => {
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', () => {
        const { query, variables } = JSON.parse(body);
        const errors = query.includes('broken') ? { errors: [{ message: 'no such field' }] } : { errors: null };
        response.end(JSON.stringify({ data: { id: variables.id }, ...errors }));
      });
    });

    const result = await around.run(
      `
defaults: {retry: none}
checks:
  - {id: well, http: {url: /graphql, graphql: {query: "query($id: ID) { id }", variables: {id: "7"}}}, expect: {json: {$.data.id: "7"}}}
  - {id: ill, http: {url: /graphql, graphql: {query: "{ broken }"}}}
  - {id: wanted, http: {url: /graphql, graphql: {query: "{ broken }"}}, expect: {json: {"$.errors[0].message": {contains: no such}}}}
`,
      url,
    );

    expect(result).toMatchObject({ verdict: 'fail', reason: 'check:ill', passed: 2 });
    expect(failuresIn(result, 'ill')[0]).toMatch(/GraphQL: no errors, got .*no such field/);
  });

  test('captures from JSON, headers, pages and texts, and goes on with it', async () => {
    const url = await around.serve((request, response) => {
      if (request.url === '/a') response.setHeader('x-id', 'h1');
      response.end(
        request.url === '/a' ? '{"n": 7, "list": [{"k": "v"}]}' : `<b data-x="9">order-42</b>${request.url}`,
      );
    });

    const result = await around.run(
      `
checks:
  - {id: a, http: {url: /a}, capture: {n: {json: $.n}, k: {json: "$.list[?@.k].k"}, h: {header: X-Id}}}
  - {id: b, needs: [a], http: {url: "/b/{{ n }}/{{ k }}/{{ h }}"}, expect: {body: {contains: /b/7/v/h1}}, capture: {x: {html: "b@data-x"}, o: {matches: 'order-(\\d+)'}}}
  - {id: c, needs: [b], http: {url: "/c/{{ x }}/{{ o }}"}, expect: {body: {ends_with: /c/9/42}}}
  - {id: lost, http: {url: /a}, capture: {m: {json: $.missing}}, severity: advisory}
`,
      url,
    );

    expect(result).toMatchObject({ verdict: 'pass', passed: 3 });
    expect(failuresIn(result, 'lost')).toEqual(['$.missing: a value to capture as m, got nothing there']);
  });
});

describe('a JSON Schema in a file', () => {
  test.each([
    ['{"required": ["id"]}', 'pass', /^$/],
    ['{"required": ["name"]}', 'fail', /schema of the whole: required/],
    ['[1]', 'inconclusive', /order.schema.json is no map of keys/],
    ['{', 'inconclusive', /order.schema.json is no JSON/],
    [undefined, 'inconclusive', /there is no schema order.schema.json/],
  ])('%s: %s', async (text, verdict, words) => {
    if (text !== undefined) around.write('order.schema.json', text);
    const url = await around.serve((_request, response) => response.end('{"id": 1}'));

    const result = await around.run(
      'checks: [{id: a, http: {url: /}, expect: {schema: {file: order.schema.json}}}]',
      url,
    );

    expect(result.verdict).toBe(verdict);
    expect([...failuresIn(result, 'a'), checkOf(result, 'a').because].join('')).toMatch(words);
  });
});

describe('assets', () => {
  const page =
    '<link rel=stylesheet href=/a.css><script src="b.js"></script><img src=/c.png><img src=data:image/png;base64,x>';
  const suite = `
checks:
  - {id: home, http: {url: /}}
  - {id: assets, assets: {from: home}, expect: {header: {cache-control: {exists: true}}, count: {gte: 3}}}
`;

  test.each<[string, string, readonly string[], string, readonly (string | RegExp)[]]>([
    ['all there', page, [], 'pass', []],
    ['one missing', page, ['/b.js'], 'fail', ['/b.js status: 2xx, got 404']],
    ['one without its header', page, ['/c.png?'], 'fail', ['/c.png header cache-control: a value, got nothing there']],
    ['a page without any', '<h1>Shop</h1>', [], 'fail', [/assets .*: >= 3, got 0/]],
  ])('%s', async (_name, html, broken, verdict, failures) => {
    const url = await around.serve((request, response) => {
      const path = request.url ?? '';
      if (broken.some((one) => one === path)) response.statusCode = 404;
      if (!broken.includes(`${path}?`)) response.setHeader('cache-control', 'max-age=60');
      response.end(path === '/' ? html : '');
    });

    const result = await around.run(`defaults: {retry: none}${suite}`, url);

    expect(result.verdict).toBe(verdict);
    expect(failuresIn(result, 'assets')).toEqual(
      failures.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
  });
});

describe('a probe', () => {
  test('asks one after another, alone, throws the warm-up away, and tells its figures', async () => {
    let [under, most, asked] = [0, 0, 0];
    const url = await around.serve((request, response) => {
      under += 1;
      if (request.url === '/probe') most = Math.max(most, under);
      if (request.url === '/probe') asked += 1;
      setTimeout(
        () => {
          under -= 1;
          response.end('ok');
        },
        request.url === '/probe' && asked <= 2 ? 1_100 : 3,
      );
    });
    const others = Array.from({ length: 20 }, (_, n) => `  - {id: c${n}, http: {url: /other}}`).join('\n');

    const result = await around.run(
      `checks:\n  - {id: latency, probe: {http: {url: /probe}}, expect: {latency: {p95: {lt: 1s}, avg: {lt: 1s}}}}\n${others}`,
      url,
    );

    expect(result.verdict).toBe('pass');
    expect([most, asked]).toEqual([1, 22]);
    expect(checkOf(result, 'latency').figures).toMatchObject({ errors: 0, latency: { n: 20 } });
  });

  test.each([
    ['too slow', '{latency: {avg: {lt: 1ms}}}', 'fail', /latency avg: < 1 ms, got .* \(n = 20\)/],
    [
      'a percentile that so few samples cannot give',
      '{latency: {p99: {lt: 5s}}}',
      'inconclusive',
      /p99 needs at least 100 samples, there are 20/,
    ],
    ['samples that fail', '{status: 500}', 'fail', /errors: none, got 20 of 20 samples/],
  ])('%s', async (_name, expectation, verdict, words) => {
    const url = await around.serve((_request, response) => setTimeout(() => response.end('ok'), 3));

    const result = await around.run(`checks: [{id: p, probe: {http: {url: /}}, expect: ${expectation}}]`, url);

    expect(result.verdict).toBe(verdict);
    expect([...failuresIn(result, 'p'), checkOf(result, 'p').because].join()).toMatch(words);
  });

  test('that does not come to its end in time is inconclusive', async () => {
    const url = await around.serve((_request, response) => setTimeout(() => response.end('ok'), 30));

    const result = await around.run('checks: [{id: p, timeout: 500ms, probe: {http: {url: /}}}]', url);

    expect(result).toMatchObject({
      verdict: 'inconclusive',
      because: expect.stringMatching(/of 20 samples came within the time/),
    });
  });
});

describe('tcp and dns', () => {
  test('a port that greets, one that must be closed, and one that is not there', async () => {
    const port = await around.tcp((socket) => socket.end('220 mail.example ready\r\n'));
    const closed = await freePort();

    const result = await around.run(
      `
defaults: {retry: none}
checks:
  - {id: open, tcp: {host: 127.0.0.1, port: ${port}}}
  - {id: greeting, tcp: {host: 127.0.0.1, port: ${port}}, expect: {banner: {starts_with: "220 "}}}
  - {id: database, tcp: {host: 127.0.0.1, port: ${closed}}, expect: {open: false}}
  - {id: leak, tcp: {host: 127.0.0.1, port: ${port}}, expect: {open: false}, severity: advisory}
  - {id: gone, tcp: {host: 127.0.0.1, port: ${closed}}}
`,
      'http://127.0.0.1:1',
    );

    expect(result).toMatchObject({ verdict: 'fail', reason: 'check:gone', passed: 3 });
    expect(failuresIn(result, 'leak')).toEqual(['port: closed, got open']);
    expect(failuresIn(result, 'gone')).toEqual([
      `connection: a connection, got connection refused by 127.0.0.1:${closed}`,
    ]);
  });

  test('the records of a name', async () => {
    const socket = createSocket('udp4');
    socket.on('message', (query, peer) => socket.send(answerTo(query), peer.port, peer.address));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const look = { nameServers: [`127.0.0.1:${socket.address().port}`] };

    const result = await around.run(
      `
checks:
  - {id: here, dns: {name: shop.example}}
  - {id: right, dns: {name: shop.example}, expect: {answers: {contains: 192.0.2.10, count: 1}}}
  - {id: wrong, dns: {name: shop.example}, expect: {answers: 192.0.2.11}}
  - {id: brief, dns: {name: shop.example}, expect: {ttl: {gt: 0, lte: 60}}}
  - {id: long, dns: {name: shop.example}, expect: {ttl: {lte: 59}}}
  - {id: gone, dns: {name: gone.example}}
  - {id: timeless, dns: {name: gone.example}, expect: {answers: {count: 0}, ttl: {lte: 60}}}
`,
      'http://127.0.0.1:1',
      { look },
    );
    socket.close();

    expect(result).toMatchObject({ verdict: 'fail', passed: 3 });
    expect(failuresIn(result, 'long')).toEqual(['TTL of shop.example: <= 59, got 60']);
    expect(failuresIn(result, 'timeless')).toEqual(['TTL of gone.example: <= 60, got nothing there']);
    expect(failuresIn(result, 'wrong')).toEqual(['A of shop.example: "192.0.2.11", got "192.0.2.10"']);
    expect(failuresIn(result, 'gone')).toEqual(['A of gone.example: a count of >= 1, got []']);
  });

  test('a question to a server that is silent ends with the run: there is what must be removed', async () => {
    const socket = createSocket('udp4');
    const cancelling = new AbortController();
    socket.on('message', () => cancelling.abort());
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { names } = createLook({ nameServers: [`127.0.0.1:${socket.address().port}`] });
    const asked = { name: 'shop.example', type: 'A', timeoutMs: 60_000, signal: cancelling.signal } as const;

    expect(await names(asked)).toMatchObject({ kind: 'failed', trouble: 'timeout', unreachable: true });
    expect(await names(asked)).toMatchObject({ kind: 'failed', because: 'cancelled' });
    socket.close();
  });

  /** Knows shop.example; all others do not exist. */
  function answerTo(query: Buffer): Buffer {
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const isKnown = question.toString('latin1').includes('shop');
    const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 10]);
    const head = Buffer.from([0, 0, 0x81, isKnown ? 0x80 : 0x83, 0, 1, 0, isKnown ? 1 : 0, 0, 0, 0, 0]);
    query.copy(head, 0, 0, 2);
    return Buffer.concat([head, question, ...(isKnown ? [record] : [])]);
  }
});

withOpenssl('tls', () => {
  test.each([
    ['a good one', 30, -1, true, '{days_left: {gte: 21}, protocol: {gte: TLSv1.2}, san: localhost}', []],
    ['too few days', 30, -1, true, '{days_left: {gte: 40}}', [/certificate: >= 40, got 29 days left/]],
    ['expired 40 days ago', -40, -60, true, '{}', [/chain: trusted, got it has expired \(CERT_HAS_EXPIRED\)/]],
    [
      'expired, its days asked: they are negative',
      -40,
      -60,
      true,
      '{chain: any, days_left: {gt: 30}}',
      [/certificate: > 30, got -41 days left/],
    ],
    [
      'not valid yet',
      60,
      20,
      true,
      '{}',
      [/chain: trusted, got it is not valid yet \(CERT_NOT_YET_VALID\)/, /certificate: valid now, got not before/],
    ],
    [
      'of nobody we know',
      30,
      -1,
      false,
      '{}',
      [/chain: trusted, got .* \((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)\)/],
    ],
    [
      'a name it has not',
      30,
      -1,
      true,
      '{san: [localhost, other.example]}',
      [/names: other.example, got 127.0.0.1, localhost/],
    ],
    ['a name under its wildcard', 30, -1, true, '{san: {includes: www.shop.example}}', []],
    ['a name two labels under its wildcard', 30, -1, true, '{san: a.b.shop.example}', [/names: a.b.shop.example/]],
    ['an old protocol', 30, -1, true, '{protocol: TLSv1.3}', []],
  ])('%s', async (_name, to, from, trusted, expectation, failures) => {
    const made = certificate(around.workspace, 'one', { from, to });
    const port = await around.listen(createTlsServer(made));

    const result = await around.run(
      `checks: [{id: cert, tls: {host: 127.0.0.1, port: ${port}}, expect: ${expectation}}]`,
      'http://127.0.0.1:1',
      { look: trusted ? { ca: made.cert } : {} },
    );

    expect(failuresIn(result, 'cert')).toEqual(failures.map((one) => expect.stringMatching(one)));
    expect(result.verdict).toBe(failures.length === 0 ? 'pass' : 'fail');
  });

  test('an older protocol than asked for is a failure', async () => {
    const made = certificate(around.workspace, 'one');
    const port = await around.listen(createTlsServer({ ...made, maxVersion: 'TLSv1.2' }));

    const result = await around.run(
      `checks: [{id: cert, tls: {host: 127.0.0.1, port: ${port}}, expect: {protocol: TLSv1.3}}]`,
      'http://127.0.0.1:1',
      { look: { ca: made.cert } },
    );

    expect(failuresIn(result, 'cert')).toEqual(['protocol: at least TLSv1.3, got TLSv1.2']);
  });

  test('is asked for by the name of the address, whatever name the side is connected to by', async () => {
    const made = certificate(around.workspace, 'side');
    const asked: string[] = [];
    const server = createTlsServer({
      ...made,
      SNICallback: (name, told) => {
        asked.push(name);
        told(null);
      },
    });
    const port = await around.listen(server);

    const address = { baseUrl: 'https://www.shop.example', connectTo: `localhost:${port}` };
    const result = await around.run('defaults: {retry: none}\nchecks: [{id: cert, tls: {}}]', '', {
      address,
      look: { ca: made.cert },
    });

    expect([result.verdict, asked]).toEqual(['pass', ['www.shop.example']]);
  });

  test('of the address under test is that of the side which connect-to names; other hosts are asked where they are', async () => {
    const made = certificate(around.workspace, 'side');
    const port = await around.listen(createTlsServer(made, (_request, response) => response.end()));
    const banner = await around.tcp((socket) => socket.end('side\r\n'));

    const result = await around.run(
      `defaults: {retry: none}\nchecks: [{id: cert, tls: {port: 443}, expect: {san: www.shop.example}}, {id: other, tls: {host: other.invalid}}]`,
      'https://www.shop.example/',
      { address: { baseUrl: 'https://www.shop.example/', connectTo: `127.0.0.1:${port}` }, look: { ca: made.cert } },
    );
    const plain = await around.run(
      `defaults: {retry: none}\nchecks: [{id: door, tcp: {host: shop.invalid, port: 80}, expect: {banner: side}}]`,
      'http://shop.invalid/',
      { address: { baseUrl: 'http://shop.invalid/', connectTo: `127.0.0.1:${banner}` } },
    );

    expect(failuresIn(result, 'cert')).toEqual([]);
    expect(failuresIn(result, 'other')).not.toEqual([]);
    expect(failuresIn(plain, 'door')).toEqual([]);
  });

  test('what speaks no TLS fails, on plain http too', async () => {
    const url = await around.serve((_request, response) => response.end('plain'));

    const result = await around.run(
      `defaults: {retry: none}\nchecks: [{id: cert, tls: {port: ${new URL(url).port}}}, {id: home, http: {url: /}, expect: {certificate: {days_left: {gt: 1}}}}]`,
      url,
    );

    expect(result).toMatchObject({ verdict: 'fail', failed: 2 });
    expect(failuresIn(result, 'home')).toEqual(['certificate: a certificate, got none: the address is http']);
  });
});

describe('a command', () => {
  test('is judged by exit, output and JSON; values reach it as variables, and what it says can be captured', async () => {
    around.write('sanity.sh', 'echo "{\\"query_ms\\": 12, \\"lag\\": $LAG}"\n');

    const result = await around.run(
      `
vars: {lag: "7"}
secrets: [DATABASE_URL]
checks:
  - {id: db, command: {run: "bash sanity.sh", env: {LAG: "{{ lag }}"}}, expect: {json: {$.query_ms: {lt: 500}, $.lag: {lt: 100}}}, capture: {ms: {json: $.query_ms}}}
  - {id: says, needs: [db], command: {run: [sh, -c, "echo $MS"], env: {MS: "{{ ms }}"}}, expect: {stdout: 12}}
  - {id: named, command: {run: "test -n \\"$DATABASE_URL\\"", env: [DATABASE_URL]}}
  - {id: injected, command: {run: "echo $V", env: {V: "$(touch owned)"}}, expect: {stdout: {contains: touch}}}
`,
      'http://127.0.0.1:1',
      { env: (name) => (name === 'DATABASE_URL' ? 'postgres://u:hush-hush@db/x' : undefined) },
    );

    expect(result).toMatchObject({ verdict: 'pass', passed: 4 });
    expect(await around.port().files.read('owned')).toBeUndefined();
  });

  test.each([
    ['an exit code', '{run: "echo no stock >&2; exit 3"}', '', 'fail', /exit: 0, got 3: no stock/],
    [
      'a word in the log',
      '{run: "echo 10:02 GET /x 502 bad"}',
      '{stdout: {not: {matches: "undefined| 5\\\\d\\\\d "}}}',
      'fail',
      /stdout: not matches/,
    ],
    ['no end in time', '{run: "sleep 60"}', '', 'fail', /it was ended when its time was over/],
    ['no such program', '{run: [no-such-program-here]}', '', 'inconclusive', /there is no such command/],
    ['one that nobody may run', '{run: ./}', '', 'inconclusive', /cannot be run: .*\.\//],
    [
      'no place for its values',
      '{run: "true", env: {A: "a\\0b"}}',
      '',
      'inconclusive',
      /cannot be run: .*null bytes\.?$/,
    ],
    ['a signal that ended it', '{run: "kill -KILL $$"}', '{exit: 1}', 'fail', /exit: 1, got 137/],
    [
      'a variable that is not set',
      '{run: "true", env: [NOT_SET_ANYWHERE]}',
      '',
      'inconclusive',
      /NOT_SET_ANYWHERE is not set/,
    ],
  ])('%s', async (_name, command, expectation, verdict, words) => {
    const expected = expectation === '' ? '' : `, expect: ${expectation}`;
    const result = await around.run(
      `checks: [{id: c, timeout: ${command.includes('sleep') ? '700ms' : '30s'}, command: ${command}${expected}}]`,
      'http://127.0.0.1:1',
    );

    expect(result.verdict).toBe(verdict);
    expect([...failuresIn(result, 'c'), checkOf(result, 'c').because].join()).toMatch(words);
  });

  test.each([
    ['nothing that is not there', '', '{stdout: {not: {contains: ERROR}}}', 'inconclusive', /stdout is longer/],
    ['nothing that may be in what is gone', '', '{stdout: {contains: ERROR}}', 'inconclusive', /stdout is longer/],
    ['no JSON', '', '{json: {$.a: 1}}', 'inconclusive', /stdout is longer/],
    ['what is in its end', '', '{stdout: {matches: "249999"}, stderr: ""}', 'pass', /^$/],
    ['the exit code', '; exit 2', '{json: {$.a: 1}}', 'fail', /exit: 0, got 2/],
  ])('that says more than is kept shows %s', async (_name, end, expectation, verdict, words) => {
    const result = await around.run(
      `checks: [{id: c, timeout: 20s, command: {run: "echo ERROR; seq 250000${end}"}, expect: ${expectation}}]`,
      'http://127.0.0.1:1',
    );

    expect(result.verdict).toBe(verdict);
    expect([...failuresIn(result, 'c'), checkOf(result, 'c').because].join('')).toMatch(words);
  });

  test('is not run on a pull request, nor is what needs it', async () => {
    const url = await around.serve((_request, response) => response.end('ok'));

    const result = await around.run(
      'network: {private: allow}\nchecks: [{id: a, command: {run: "touch ran"}}, {id: b, needs: [a], http: {url: /}}, {id: c, http: {url: /}}]',
      url,
      { review: true },
    );

    expect(result).toMatchObject({ verdict: 'pass', total: 1 });
    expect(await around.port().files.read('ran')).toBeUndefined();
  });
});

describe('a report of another runner', () => {
  const now = () => new Date().toISOString();
  const report = (cases: string, at = now()) =>
    `<?xml version="1.0"?>\n<testsuites><testsuite name="ui" timestamp="${at}">${cases}</testsuite></testsuites>`;
  const good =
    '<testcase classname="ui.spec" name="login works" time="1.5"/><testcase name="not yet"><skipped/></testcase>';
  const bad =
    '<testcase name="dashboard &lt;b&gt;"><failure message="Timed out &amp; gone">at x:1</failure></testcase>';
  const ran = (xml: string) =>
    `checks: [{id: ui, command: {run: "cat prepared.xml > results.xml; exit $CODE", env: {CODE: "${xml.includes('<failure') ? 1 : 0}"}}, ingest: {junit: results.xml}}]`;

  test.each([
    ['passes with its cases', good, 'pass', [], ['ui', 'ui › ui.spec › login works']],
    [
      'fails with the case that failed',
      good + bad,
      'fail',
      [/dashboard <b>: a pass, got Timed out & gone at x:1/],
      ['ui', 'ui › ui.spec › login works', 'ui › ui › dashboard <b>'],
    ],
    ['fails when it is empty', '', 'fail', [/report results.xml: cases that were run, got no case/], ['ui']],
    ['fails when all is skipped', '<testcase name="x"><skipped/></testcase>', 'fail', [/1 cases, all skipped/], ['ui']],
  ])('%s', async (_name, cases, verdict, failures, ids) => {
    const xml = report(cases);
    around.write('prepared.xml', xml);

    const result = await around.run(ran(xml), 'http://127.0.0.1:1');

    expect(result.verdict).toBe(verdict);
    expect(failuresIn(result, 'ui')).toEqual(failures.map((one) => expect.stringMatching(one)));
    expect(result.checks.map(({ id }) => id)).toEqual(ids);
  });

  test('a case that passed only when it was run again is flaky', async () => {
    around.write('results.xml', report('<testcase name="slow"><flakyFailure message="once"/></testcase>'));

    const result = await around.run('checks: [{id: ui, ingest: {junit: results.xml}}]', 'http://127.0.0.1:1');

    expect(result).toMatchObject({ verdict: 'pass', flaky: ['ui', 'ui › ui › slow'] });
    expect(result.checks.map(({ earlier }) => earlier?.map(({ got }) => got))).toEqual([undefined, ['once']]);
  });

  test.each([
    [
      'of an earlier run, by its own date',
      report(good, '2020-01-01T00:00:00Z'),
      0,
      'fail',
      /one of this run, got one of 2020-01-01/,
    ],
    ['of an earlier run, by its file', report(good), 3_600_000, 'fail', /one of this run/],
    [
      'that counts more tests than it shows',
      report(good).replace('name="ui"', 'name="ui" tests="9"'),
      0,
      'fail',
      /announces 9 tests and has fewer/,
    ],
    ['that is cut off', report(good).slice(0, -20), 0, 'fail', /no JUnit report/],
    ['that is something else', '<html></html>', 0, 'fail', /no JUnit report/],
    [
      'with an entity bomb',
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${report('<testcase name="&b;"/>').replace(/^<\?xml.*\n/, '')}`,
      0,
      'fail',
      /declares a document type or entities/,
    ],
    ['that is missing', undefined, 0, 'inconclusive', /there is no report at results.xml/],
  ])('one %s', async (_name, xml, agedMs, verdict, words) => {
    if (xml !== undefined) {
      const place = around.write('results.xml', xml);
      const then = new Date(Date.now() - agedMs);
      if (agedMs > 0) utimesSync(place, then, then);
    }

    const result = await around.run('checks: [{id: ui, ingest: {junit: results.xml}}]', 'http://127.0.0.1:1');

    expect(result.verdict).toBe(verdict);
    expect([...failuresIn(result, 'ui'), checkOf(result, 'ui').because].join()).toMatch(words);
  });
});
