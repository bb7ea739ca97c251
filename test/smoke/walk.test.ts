// The walk through a suite: gate, order, retries, deadline, cancel, clean-ups, secrets and verdict; the clock moves when told.
import { describe, expect, test } from '@jest/globals';
import { Problem } from '../../src/kit/problem.ts';
import { linesOf } from '../../src/smoke/account.ts';
import type { Reply } from '../../src/smoke/port.ts';
import type { VersionAnswer } from '../../src/smoke/version.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk, noReply, type Service } from './town.ts';

const home = aSuite('checks: [{id: home, http: {url: /}}]');
const gated = aSuite(`
ready: {within: 1m, every: 2s, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}
checks: [{id: home, http: {url: /}}]
`);

function version(text: string) {
  return aReply({ body: JSON.stringify({ version: text }) });
}

describe('the gate', () => {
  test('waits for the pinned version on fresh connections, and only then asks the checks', async () => {
    let asked = 0;
    const service = aService((_sent, path) => {
      if (path !== '/version') return aReply();
      asked += 1;
      return version(asked < 4 ? 'v1.7.4' : 'v1.8.0');
    });

    const result = await runSuite(service, gated, aWalk());

    expect(result).toMatchObject({ verdict: 'pass', passed: 1, readiness: { kind: 'ready', asked: 4 } });
    expect(service.sent.map(({ url, fresh }) => [new URL(url).pathname, fresh])).toEqual([
      ['/version', true],
      ['/version', true],
      ['/version', true],
      ['/version', true],
      ['/', undefined],
    ]);
  });

  test('says who answered, so that one can see how many stand behind the address', async () => {
    const said = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.2', '10.0.0.3'];
    const suite = aSuite(
      'ready: {consecutive: 4, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}\nchecks: [{id: home, http: {url: /}}]',
    );
    const service = aService((_sent, path) => {
      const peer = said.shift() ?? '';
      return path === '/version' ? { ...version(peer === '10.0.0.1' ? 'v1.7.4' : 'v1.8.0'), peer } : aReply();
    });

    const result = await runSuite(service, suite, aWalk());

    expect(result.readiness).toMatchObject({ kind: 'ready', asked: 5, peers: ['10.0.0.2', '10.0.0.3'] });
  });

  test.each([
    ['a host that the suite does not list', 'http: {url: "https://other.example/version"}', /network\.hosts/],
    [
      'a body from a file that is not there',
      'http: {method: POST, url: /version, file: none.json}',
      /no file none\.json/,
    ],
    ['an address that is none once it is filled in', 'http: {url: "{{ at }}"}', /URL is not valid/],
  ])('that cannot be asked is no failure of the service, and not waited for: %s', async (_name, http, words) => {
    const suite = aSuite(
      `vars: {at: "http://[", b: c}\nnetwork: {hosts: [cdn.example]}\nready: {${http}}\nchecks: [{id: home, http: {url: /}}]`,
    );
    const service = aService(() => aReply());

    const result = await runSuite(service, suite, aWalk());

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'unfinished', durationMs: 0, passed: 0 });
    expect(result.because).toMatch(/^`ready` cannot be asked: /);
    expect(result.because).toMatch(words);
    expect(service.sent).toEqual([]);
  });

  test('wants the version several times in a row where the suite says so', async () => {
    const said = ['v1.8.0', 'v1.7.4', 'v1.8.0', 'v1.8.0'];
    const suite = aSuite(
      'ready: {consecutive: 2, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}\nchecks: [{id: home, http: {url: /}}]',
    );
    const service = aService((_sent, path) => (path === '/version' ? version(said.shift() ?? '') : aReply()));

    const result = await runSuite(service, suite, aWalk());

    expect(result.readiness).toMatchObject({ kind: 'ready', asked: 4 });
  });

  test('ends inconclusive while another version answers, without asking a check', async () => {
    const service = aService((_sent, path) => (path === '/version' ? version('v1.7.4') : aReply()));

    const result = await runSuite(service, gated, aWalk());

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'another-version', passed: 0 });
    expect(result.because).toContain('expected "v1.8.0", got "v1.7.4"');
    expect(service.sent.every(({ url }) => url.endsWith('/version'))).toBe(true);
    expect(result.readiness?.waitedMs).toBe(60_000);
  });

  test('what the end of the wait cuts short does not make a failure of another version', async () => {
    const service = aService(async (sent) => {
      // The answer takes half a second; the last question has less than that left.
      await service.clock.sleep(Math.min(500, sent.timeoutMs));
      return sent.timeoutMs < 500
        ? noReply({ unreachable: false, because: 'no answer in time', trouble: 'timeout' })
        : version('v1.7.4');
    });
    const suite = aSuite(
      'ready: {within: 1700ms, every: 500ms, timeout: 500ms, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}\nchecks: [{id: home, http: {url: /}}]',
    );

    const result = await runSuite(service, suite, aWalk());

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'another-version' });
  });

  test.each([
    ['server errors are a failure of the version', aReply({ status: 503 }), 'fail', 'not-ready'],
    ['a hanging service too', noReply({ unreachable: false, because: 'did not answer' }), 'fail', 'not-ready'],
    ['nobody there is unreachable', noReply(), 'unreachable', 'unreachable'],
  ])('%s', async (_name, answer, verdict, reason) => {
    const result = await runSuite(
      aService(() => answer),
      gated,
      aWalk(),
    );

    expect(result).toMatchObject({ verdict, reason });
  });

  test.each([
    ['a budget shorter than `within`', '30s', 'inconclusive', 'unfinished'],
    ['`within` with budget left', '61s', 'fail', 'not-ready'],
    ['`within`, the budget to the same instant', '1m', 'fail', 'not-ready'],
  ])('server errors until the end of %s', async (_name, budget, verdict, reason) => {
    const suite = aSuite(
      `budget: ${budget}\nready: {within: 1m, every: 2s, http: {url: /version}}\nchecks: [{id: home, http: {url: /}}]`,
    );

    const result = await runSuite(
      aService(() => aReply({ status: 503 })),
      suite,
      aWalk(),
    );

    expect(result).toMatchObject({ verdict, reason });
    expect(result.because).toMatch(
      verdict === 'fail'
        ? /^the version did not become/
        : /^the time budget ended `ready` after 30 s of the 1 min that it may/,
    );
  });

  test('another version is told as that, also where the budget ended the wait', async () => {
    const suite = aSuite(
      'budget: 30s\nready: {within: 1m, every: 2s, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}\nchecks: [{id: home, http: {url: /}}]',
    );

    const result = await runSuite(
      aService(() => version('v1.7.4')),
      suite,
      aWalk(),
    );

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'another-version' });
  });

  test.each<[string, Partial<Reply>, VersionAnswer, string?]>([
    ['the label', { body: '{"v":"v1.8.0"}' }, { path: '/version', field: 'v' }],
    ['the commit', { body: `{"version":"${'c'.repeat(40)}"}` }, { path: '/version' }],
    ['seven characters of the commit', { body: '{"version":"ccccccc"}' }, { path: '/version' }],
    ['a header', { headers: { 'x-version': 'v1.8.0' } }, { path: '/', header: 'X-Version' }],
    ['a number', { body: '{"version":3412345}' }, { path: '/version' }, '3412345'],
    [
      'one longer than numbers are',
      { body: '{"version":20261121134431001}' },
      { path: '/version' },
      '20261121134431001',
    ],
  ])(
    'takes the version answer of the policy where the suite has no gate: %s',
    async (_name, reply, answer, label = 'v1.8.0') => {
      const result = await runSuite(
        aService(() => aReply(reply)),
        home,
        aWalk({ answer, expected: { version: label, sha: 'c'.repeat(40) } }),
      );

      expect(result).toMatchObject({ verdict: 'pass', readiness: { kind: 'ready', asked: 1 } });
    },
  );

  test.each(['cccccc', 'ddddddd', 'v1.8.01', ''])('does not take %j for it', async (said) => {
    const result = await runSuite(
      aService(() => version(said)),
      home,
      aWalk({ answer: { path: '/version' } }),
    );

    expect(result.reason).toBe('another-version');
  });
});

describe('a clock that is set while the suite runs', () => {
  test.each([3_600_000, -3_600_000])(
    'by %d ms ends no wait sooner or later, and is no time of an answer',
    async (ms) => {
      let asked = 0;
      const service = aService((_sent, path) => {
        asked += 1;
        if (asked === 2) service.clock.set(ms);
        return path === '/version'
          ? version(asked < 4 ? 'v1.7.4' : 'v1.8.0')
          : aReply({ status: asked < 7 ? 503 : 200 });
      });

      const result = await runSuite(service, gated, aWalk());

      expect(result).toMatchObject({ verdict: 'pass', readiness: { asked: 4, waitedMs: 6_040 } });
      expect(result.durationMs).toBeLessThan(20_000);
      expect(result.durationMs).toBeGreaterThan(6_040);
    },
  );

  test('does not make a command slow', async () => {
    const service = aService(() => aReply());
    const command: Service['command'] = async () => {
      service.clock.set(3_600_000);
      return { code: 0, stdout: '', stderr: '', timedOut: false };
    };
    const suite = aSuite('checks: [{id: a, command: {run: ./quick.sh}, expect: {below: 1s}}]');

    expect(await runSuite({ ...service, command }, suite, aWalk())).toMatchObject({ verdict: 'pass', durationMs: 0 });
  });
});

describe('the verdict', () => {
  const two = aSuite('checks: [{id: home, http: {url: /}}, {id: stripe, http: {url: /stripe}, severity: advisory}]');

  test.each([
    ['all well', aReply(), aReply(), 'pass', 'pass', 2],
    ['an advisory failure never decides', aReply(), aReply({ status: 500 }), 'pass', 'pass', 1],
    ['a blocking one does', aReply({ status: 404 }), aReply(), 'fail', 'check:home', 1],
    ['a reset is a failure, not unreachable', noReply({ unreachable: false }), aReply(), 'fail', 'check:home', 1],
    ['nothing answered', noReply(), noReply(), 'unreachable', 'unreachable', 0],
  ])('%s', async (_name, first, second, verdict, reason, passed) => {
    const result = await runSuite(
      aService((_sent, path) => (path === '/' ? first : second)),
      two,
      aWalk(),
    );

    expect(result).toMatchObject({ verdict, reason, passed, total: 2 });
  });

  test('is fail when one address answers and another is not there', async () => {
    const suite = aSuite('checks: [{id: a, http: {url: /}}, {id: b, http: {url: "http://other.example/"}}]');
    const service = aService(({ url }) => (url.includes('other') ? noReply() : aReply()));

    expect(await runSuite(service, suite, aWalk())).toMatchObject({ verdict: 'fail', reason: 'check:b' });
  });

  test.each([
    ['a port that must be closed', 'tcp: {port: 9229}, expect: {open: false}'],
    ['a file that is not there', 'http: {method: PUT, url: /logo, file: logo.png}'],
  ])('stays unreachable beside %s', async (_name, other) => {
    const suite = aSuite(`checks: [{id: home, http: {url: /}}, {id: other, ${other}}]`);
    const service = aService(() => noReply());

    expect(await runSuite(service, suite, aWalk())).toMatchObject({ verdict: 'unreachable' });
  });

  test('is inconclusive when only advisory checks were asked', async () => {
    const suite = aSuite('checks: [{id: a, http: {url: /}, severity: advisory}]');

    expect(
      await runSuite(
        aService(() => aReply()),
        suite,
        aWalk(),
      ),
    ).toMatchObject({ verdict: 'inconclusive', reason: 'nothing-blocking' });
  });

  test('is inconclusive when the budget is spent before every check came to its turn', async () => {
    const suite = aSuite(
      'budget: 25ms\nconcurrency: {total: 1}\nchecks: [{id: a, http: {url: /}}, {id: b, http: {url: /}}, {id: c, http: {url: /}}, {id: d, http: {url: /}}]',
    );

    const result = await runSuite(
      aService(() => aReply()),
      suite,
      aWalk(),
    );

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'unfinished', passed: 3 });
    expect(result.because).toBe('d was not run: the time budget was spent');
  });

  test('counts an attempt that the budget cut short as not run, not as failed', async () => {
    const service = aService(async ({ timeoutMs }) => {
      await service.clock.sleep(timeoutMs);
      return noReply({ unreachable: false, because: 'did not answer within 90 ms' });
    });

    const result = await runSuite(service, home, aWalk({ budgetMs: 100 }));

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'unfinished' });
    expect(service.sent[0]?.timeoutMs).toBe(100);
  });

  test('is inconclusive after a cancel, whatever was found', async () => {
    const service = aService((_sent, path) => {
      service.cancel();
      return path === '/' ? aReply({ status: 500 }) : aReply();
    });

    expect(await runSuite(service, two, aWalk())).toMatchObject({ verdict: 'inconclusive', reason: 'cancelled' });
  });
});

test('two long texts are kept around the place where they differ', async () => {
  const common = 'lorem ipsum '.repeat(400);
  const suite = aSuite(`checks:\n  - {id: a, http: {url: /}, expect: {body: {equals: "${common}END"}}}`);

  const { checks, because } = await runSuite(
    aService(() => aReply({ body: `${common}FIN` })),
    suite,
    aWalk(),
  );

  expect(checks[0]?.failures[0]).toMatchObject({
    expected: expect.stringMatching(/^….{10,40}END"$/),
    got: expect.stringMatching(/^….{10,40}FIN"$/),
  });
  expect(because).toContain('FIN');
});

describe('retries', () => {
  function afterTwo(first: Parameters<typeof aService>[0]) {
    let count = 0;
    return aService((sent, path) => {
      count += 1;
      return count < 3 ? first(sent, path) : aReply();
    });
  }

  test.each([
    ['a refused connection', noReply()],
    ['502', aReply({ status: 502 })],
    ['503', aReply({ status: 503 })],
  ])('pass after %s, and are listed as flaky', async (_name, answer) => {
    const result = await runSuite(
      afterTwo(() => answer),
      home,
      aWalk(),
    );

    expect(result).toMatchObject({ verdict: 'pass', flaky: ['home'], checks: [{ attempts: 3, outcome: 'pass' }] });
    expect(result.checks[0]?.earlier).toHaveLength(2);
    expect(linesOf(result)[0]).toMatch(/^pass home, \d+ ms, attempt 3 \(before: (status: expected 2xx|no answer)/);
  });

  test('that were answered once are not unreachable, whatever the last attempt met', async () => {
    let asked = 0;
    const service = aService(() => {
      asked += 1;
      return noReply({ unreachable: asked > 1, trouble: 'network' });
    });

    expect(await runSuite(service, home, aWalk())).toMatchObject({ verdict: 'fail', checks: [{ attempts: 3 }] });
  });

  test.each([
    ['500 is not repeated by itself', '}}', aReply({ status: 500 }), 1],
    ['nor a wrong answer', '}, expect: {body: x}}', aReply(), 1],
    ['unless the check says so', '}, expect: {body: x}, retry: {for: [assertion], attempts: 2}}', aReply(), 2],
    ['5xx covers 500', '}, retry: {for: [5xx]}}', aReply({ status: 500 }), 3],
    ['none means once', '}, retry: none}', noReply(), 1],
    ['what may write is not sent twice', ', method: POST}}', noReply({ unreachable: false }), 1],
    ['unless nothing was reached', ', method: POST}}', noReply(), 3],
    [
      'or it carries an idempotency key',
      ', method: POST, headers: {Idempotency-Key: a}}}',
      noReply({ unreachable: false }),
      3,
    ],
  ])('%s', async (_name, extra, answer, attempts) => {
    const service = aService(() => answer);

    await runSuite(service, aSuite(`checks: [{id: home, http: {url: /${extra}]`), aWalk());

    expect(service.sent).toHaveLength(attempts);
  });

  test.each([
    ['Tue, 17 Nov 2026 10:00:09 GMT', 9_000],
    ['Tue, 17 Nov 2026 09:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
  ])('wait until the date that the server names: %s', async (date, least) => {
    const service = afterTwo(() => aReply({ status: 503, headers: { 'retry-after': date } }));

    const { durationMs, verdict } = await runSuite(service, home, aWalk());

    expect(verdict).toBe('pass');
    expect(durationMs).toBeGreaterThanOrEqual(least);
    expect(durationMs).toBeLessThan(least + 4_000);
  });

  test('are made a last time, with all of its timeout, where the server asks for more than the budget has left', async () => {
    let asked = 0;
    const service = aService(() => {
      asked += 1;
      return asked === 1 ? aReply({ status: 503, headers: { 'retry-after': '3600' } }) : aReply();
    });

    const result = await runSuite(service, home, aWalk({ budgetMs: 10_000 }));

    expect(result).toMatchObject({ verdict: 'pass', flaky: ['home'], checks: [{ attempts: 2 }] });
    expect(service.sent.at(-1)?.timeoutMs).toBeGreaterThanOrEqual(4_900);
  });

  test.each([
    ['fails again', aReply({ status: 503 }), 2],
    ['is cut short by the end', noReply({ unreachable: false, trouble: 'timeout' }), 1],
  ])('and what was seen stands where that one %s', async (_name, last, attempts) => {
    let asked = 0;
    const service = aService(async (sent) => {
      asked += 1;
      if (asked === 1) return aReply({ status: 503, headers: { 'retry-after': '3600' } });
      if (last.kind === 'failed') await service.clock.sleep(sent.timeoutMs);
      return last;
    });

    const result = await runSuite(service, home, aWalk({ budgetMs: 4_000 }));

    expect(result).toMatchObject({ verdict: 'fail', reason: 'check:home', checks: [{ attempts, outcome: 'fail' }] });
    expect(asked).toBe(2);
  });

  test('wait as long as the server asks for, within the budget', async () => {
    const service = afterTwo(() => aReply({ status: 503, headers: { 'retry-after': '7' } }));

    const result = await runSuite(service, home, aWalk());

    expect(result.durationMs).toBeGreaterThanOrEqual(14_000);
  });
});

describe('chains', () => {
  const chain = aSuite(`
vars: {mail: "smoke-{{ run.id }}@test.example"}
secrets: [PASSWORD]
checks:
  - id: shown
    needs: [order]
    http: {url: "/orders/{{ order }}", headers: {authorization: "Bearer {{ token }}"}}
  - id: order
    needs: [login]
    http: {method: POST, url: /orders, headers: {authorization: "Bearer {{ token }}"}, json: {item: 1, mail: "{{ mail }}"}}
    capture: {order: {json: $.id}}
    cleanup: {http: {method: DELETE, url: "/orders/{{ order }}"}}
  - id: login
    http: {method: POST, url: /login, form: {password: "{{ secrets.PASSWORD }}"}}
    capture: {token: {json: $.token, secret: true}}
    cleanup: {http: {method: POST, url: /logout}}
`);
  const env = (name: string) => (name === 'PASSWORD' ? 'hush/hush "1"' : undefined);

  function shop(order = aReply({ status: 201, body: '{"id": 42}' })) {
    return aService((_sent, path) => {
      if (path === '/login') return aReply({ body: '{"token":"t0ken-abc"}' });
      return path === '/orders' ? order : aReply();
    });
  }

  test('run in the order of their needs, hand on what they captured, and clean up last in first out', async () => {
    const service = shop();

    const result = await runSuite(service, chain, aWalk({ env }));

    expect(result).toMatchObject({
      verdict: 'pass',
      passed: 3,
      cleanups: [
        { id: 'order', because: '' },
        { id: 'login', because: '' },
      ],
    });
    expect(service.sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      'POST /login',
      'POST /orders',
      'GET /orders/42',
      'DELETE /orders/42',
      'POST /logout',
    ]);
    expect(service.sent[0]).toMatchObject({
      body: 'password=hush%2Fhush+%221%22',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(service.sent[1]).toMatchObject({
      body: '{"item":1,"mail":"smoke-7001-1@test.example"}',
      headers: { authorization: 'Bearer t0ken-abc' },
    });
  });

  test('stop where a need fails; what was made is cleaned up, and the clean-up never decides', async () => {
    const service = aService((_sent, path) => {
      if (path === '/login') return aReply({ body: '{"token":"t0ken-abc"}' });
      return path === '/orders' ? aReply({ status: 422 }) : aReply({ status: 500 });
    });

    const result = await runSuite(service, chain, aWalk({ env }));

    expect(result).toMatchObject({
      verdict: 'fail',
      reason: 'check:order',
      cleanups: [{ id: 'login', because: 'answered 500' }],
    });
    expect(result.checks[0]).toMatchObject({
      id: 'shown',
      outcome: 'not-run',
      because: 'it needs order, which did not pass',
    });
  });

  test('fail when there is nothing to capture, and then do not clean up by a name they do not have', async () => {
    const service = shop(aReply({ status: 201, body: '{}' }));

    const result = await runSuite(service, chain, aWalk({ env }));

    expect(result.because).toContain('$.id: expected a value to capture as order, got nothing there');
    expect(result.cleanups[0]).toEqual({ id: 'order', because: 'not tried: order was not captured' });
  });

  test('do not end with a check that cannot be asked: the others are, and what they made is removed', async () => {
    const suite = aSuite(`checks:
  - {id: order, http: {method: POST, url: /orders}, cleanup: {http: {method: DELETE, url: /orders/1}}}
  - {id: odd, needs: [order], command: {run: "true"}}`);
    const service = aService(() => aReply());
    const broken = { ...service, command: () => Promise.reject(new Error('no more processes')) };

    const result = await runSuite(broken, suite, aWalk());

    expect(result).toMatchObject({ verdict: 'inconclusive', passed: 1, cleanups: [{ id: 'order', because: '' }] });
    expect(result.because).toBe('odd could not be asked: no more processes');
  });

  test('send nothing where the schema of their answer is not there: what they make could not be judged', async () => {
    const suite = aSuite(
      'checks: [{id: a, http: {method: POST, url: /orders}, expect: {schema: {file: none.json}}, capture: {n: {json: $.id}}, cleanup: {http: {method: DELETE, url: "/orders/{{ n }}"}}}]',
    );
    const service = aService(() => aReply({ body: '{"id":1}' }));

    expect(await runSuite(service, suite, aWalk())).toMatchObject({ verdict: 'inconclusive', cleanups: [] });
    expect(service.sent).toEqual([]);
  });

  test('do not clean up by an empty name: that would remove all there are', async () => {
    const suite = aSuite(
      'checks: [{id: a, http: {method: POST, url: /orders}, capture: {n: {json: $.id}}, cleanup: {http: {method: DELETE, url: "/orders/{{ n }}"}}}]',
    );
    const service = aService(() => aReply({ body: '{"id":""}' }));

    const { cleanups } = await runSuite(service, suite, aWalk());

    expect(cleanups).toEqual([{ id: 'a', because: 'not tried: n was not captured' }]);
    expect(service.sent.map(({ method }) => method)).toEqual(['POST']);
  });

  test('clean up after a cancel too', async () => {
    const service = aService((_sent, path) => {
      if (path === '/login') return aReply({ body: '{"token":"t0ken-abc"}' });
      if (path === '/orders') service.cancel();
      return aReply({ status: 201, body: '{"id": 42}' });
    });

    const result = await runSuite(service, chain, aWalk({ env }));

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'cancelled' });
    expect(service.sent.slice(-2).map(({ url, signal }) => [new URL(url).pathname, signal])).toEqual([
      ['/orders/42', undefined],
      ['/logout', undefined],
    ]);
  });

  test('never show a secret, given or captured, in any form', async () => {
    const encoded = btoa('hush/hush "1"');
    const told = `t0ken-abc ${encodeURIComponent('hush/hush "1"')} hush/hush "1" ${JSON.stringify('hush/hush "1"')} ${encoded}`;
    const service = aService((_sent, path) =>
      path === '/login'
        ? aReply({ body: '{"token":"t0ken-abc"}' })
        : aReply({ status: 500, body: `${'x'.repeat(270)}${told}` }),
    );

    const result = JSON.stringify(await runSuite(service, chain, aWalk({ env })));

    expect(result).toContain('500');
    for (const secret of ['t0ken', 'hush', encoded.slice(0, 8)]) expect(result).not.toContain(secret);
  });

  test('need a value for each variable in the environment that they are asked in', async () => {
    const suite = aSuite(`environments: {staging: {vars: {shop: test}}, production: {skip: [staging]}}
checks:
  - {id: home, http: {url: /}}
  - {id: shop, tags: [own], http: {url: "/{{ shop }}"}}
  - {id: test, tags: [staging], http: {url: "/{{ shop }}"}}`);
    const service = aService(() => aReply());

    await expect(runSuite(service, suite, aWalk())).rejects.toThrow(/“{{ shop }}” has no value in production/);
    expect(service.sent).toEqual([]);
    const others = { ...suite, checks: suite.checks.filter(({ id }) => id !== 'shop') };
    expect(await runSuite(service, others, aWalk())).toMatchObject({ verdict: 'pass', total: 1 });
    expect(await runSuite(service, suite, aWalk({ environment: 'staging' }))).toMatchObject({
      verdict: 'pass',
      total: 3,
    });
  });

  test('need their secrets: those that are not set are told all at once, before anything is sent', async () => {
    const service = aService(() => aReply());
    const suite = aSuite('vars: {A: B_TOKEN}\nsecrets:\n  - A_TOKEN\n  - B_TOKEN\nchecks: [{id: a, http: {url: /}}]');

    const problem = await runSuite(service, suite, aWalk()).catch((fault: unknown) => fault);

    expect(problem).toBeInstanceOf(Problem);
    expect(String(problem)).toMatch(/needs A_TOKEN, B_TOKEN, .* \(.*smoke\.yml:4\)/);
    expect(problem).toMatchObject({
      parts: {
        marks: [{ place: { line: 4 } }, { message: expect.stringContaining('needs B_TOKEN'), place: { line: 5 } }],
      },
    });
    expect(service.sent).toEqual([]);
  });
});

describe('many checks', () => {
  test.each([
    [16, 8, 8],
    [4, 8, 4],
    [64, 64, 50],
  ])('at most %i at once and %i a host: %i in flight', async (total, perHost, most) => {
    const checks = Array.from({ length: 50 }, (_, index) => `  - {id: c${index}, http: {url: /${index}}}`).join('\n');
    const suite = aSuite(`concurrency: {total: ${total}, per_host: ${perHost}}\nchecks:\n${checks}`);
    let [inFlight, seen] = [0, 0];
    const service = aService(async () => {
      inFlight -= 1;
      return aReply();
    });
    const counted = {
      ...service,
      http: async (sent: Parameters<typeof service.http>[0]) => {
        inFlight += 1;
        seen = Math.max(seen, inFlight);
        return service.http(sent);
      },
    };

    const result = await runSuite(counted, suite, aWalk());

    expect(result).toMatchObject({ verdict: 'pass', passed: 50 });
    expect(seen).toBe(most);
  });

  test('connect-to is for the address under test alone', async () => {
    const suite = aSuite(
      'checks: [{id: a, http: {url: /}}, {id: b, http: {url: "http://mail.example/"}}, {id: c, http: {url: "http://shop.example/c"}}]',
    );
    const service = aService(() => aReply());

    await runSuite(service, suite, aWalk({ address: { baseUrl: 'http://shop.example/', connectTo: '10.0.0.7:8080' } }));

    expect(service.sent.map(({ url, connectTo }) => [url, connectTo])).toEqual([
      ['http://shop.example/', '10.0.0.7:8080'],
      ['http://mail.example/', undefined],
      ['http://shop.example/c', '10.0.0.7:8080'],
    ]);
  });
});
