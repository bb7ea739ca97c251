// What is cleaned up, in which order and within which time; what nobody can clean up is told where it is known to be there.
import { describe, expect, test } from '@jest/globals';
import type { NoReply, Reply } from '../../src/smoke/port.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk, noReply } from './town.ts';

const created = aReply({ status: 201, body: '{"id": "42"}' });
const cut = noReply({ unreachable: false, trouble: 'timeout', because: 'no answer in time' });

/** One check that makes something under the name of this run, or under the id of its answer. */
function making({ byId = false, more = '' } = {}): string {
  const [capture, place] = byId ? ['capture: {id: {json: $.id}}, ', '{{ id }}'] : ['', '{{ run }}'];
  return `vars: {run: smoke-1}
checks:
  - {id: order, http: {method: POST, url: /orders, json: {}}, ${capture}${more}cleanup: {http: {method: DELETE, url: "/orders/${place}"}}}
`;
}

/** Runs it against a service that answers the write with one thing after another, and the clean-up with the last argument. */
async function cleaned(suite: string, writes: readonly (Reply | NoReply)[], cleanup: Reply | NoReply = aReply()) {
  let made = 0;
  const service = aService((sent) => {
    if (sent.method === 'DELETE') return cleanup;
    made += 1;
    return writes[made - 1] ?? created;
  });
  const { cleanups, verdict } = await runSuite(service, aSuite(suite), aWalk());
  const removed = service.sent.filter(({ method }) => method === 'DELETE').map(({ url }) => new URL(url).pathname);
  return { removed, told: cleanups.map(({ id, because }) => `${id}: ${because}`), verdict };
}

describe('what was made', () => {
  test.each<[string, Reply | NoReply, readonly string[]]>([
    ['is removed', created, ['/orders/smoke-1']],
    ['is removed where a redirect says that it was taken', aReply({ status: 303 }), ['/orders/smoke-1']],
    ['may be there although the answer never came', cut, ['/orders/smoke-1']],
    ['may be there although the service failed after it', aReply({ status: 500 }), ['/orders/smoke-1']],
    ['is not there where the service refused it', aReply({ status: 403 }), []],
    ['is not there where nothing was reached', noReply(), []],
  ])('%s', async (_name, answer, removed) => {
    expect(await cleaned(making({ more: 'retry: none, ' }), [answer])).toMatchObject({ removed });
  });

  test('under a name that its answer gives is told when the answer lacks it, and not when nobody knows whether it is there', async () => {
    const nameless = await cleaned(making({ byId: true }), [aReply({ status: 201, body: '{}' })]);
    const unknown = await cleaned(making({ byId: true }), [cut]);

    expect(nameless).toMatchObject({ removed: [], told: ['order: not tried: id was not captured'] });
    expect(unknown).toMatchObject({ removed: [], told: [] });
  });

  test('in several attempts is removed by each of its names, and once by one name', async () => {
    const again = 'retry: {attempts: 3, for: [timeout, assertion]}, expect: {status: 201, json: {$.ok: true}}, ';
    const two = (id: string) => aReply({ status: 201, body: `{"id": "${id}"}` });
    const well = aReply({ status: 201, body: '{"id": "9", "ok": true}' });

    expect(await cleaned(making({ more: again }), [cut, cut, well])).toMatchObject({ removed: ['/orders/smoke-1'] });
    expect(await cleaned(making({ byId: true, more: again }), [two('7'), two('8'), well])).toMatchObject({
      removed: ['/orders/9', '/orders/8', '/orders/7'],
    });
  });
});

test('is removed when the budget is spent before all is asked', async () => {
  const suite = aSuite(`checks:
  - {id: order, http: {method: POST, url: /orders}, cleanup: {http: {method: DELETE, url: /orders/1}}}
  - {id: slow, needs: [order], http: {url: /slow}}
`);
  const service = aService(async (sent, path) => {
    if (path === '/slow') await service.clock.sleep(sent.timeoutMs);
    return path === '/slow' ? cut : created;
  });

  const result = await runSuite(service, suite, aWalk({ budgetMs: 1_000 }));

  expect(result).toMatchObject({ verdict: 'inconclusive', cleanups: [{ id: 'order', because: '' }] });
  expect(service.sent.at(-1)).toMatchObject({ method: 'DELETE', url: 'http://shop.example/orders/1' });
});

describe('a clean-up', () => {
  test.each([
    [aReply({ status: 204 }), ''],
    [aReply({ status: 404 }), ''],
    [aReply({ status: 410 }), ''],
    [
      aReply({ status: 302, headers: { location: '/login?from=orders' } }),
      'answered 302, to /login?from=…: nobody can tell whether it is removed; write `redirects: same-origin` to follow it, or the address where it leads',
    ],
    [aReply({ status: 304 }), 'answered 304'],
    [aReply({ status: 403 }), 'answered 403'],
    [noReply(), 'connection refused by shop:80'],
  ])('is well or told, and never changes the verdict', async (answer, because) => {
    expect(await cleaned(making(), [created], answer)).toMatchObject({ told: [`order: ${because}`], verdict: 'pass' });
  });

  test.each([
    [200, ''],
    [403, 'answered 403'],
  ])(
    'that is redirected goes where it is led if it says so, and is judged by what answers there: %d',
    async (status, because) => {
      const suite = aSuite(
        'checks: [{id: import, http: {method: POST, url: /import}, cleanup: {http: {method: POST, url: /undo, redirects: same-origin}}}]',
      );
      const service = aService((_sent, path) => {
        if (path === '/undo') return aReply({ status: 303, headers: { location: '/imports' } });
        return path === '/imports' ? aReply({ status }) : created;
      });

      const { cleanups } = await runSuite(service, suite, aWalk());

      expect(service.sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
        'POST /import',
        'POST /undo',
        'GET /imports',
      ]);
      expect(cleanups).toEqual([{ id: 'import', because }]);
    },
  );

  test('that hangs leaves the others their time, the last made first; all together have five seconds', async () => {
    const count = 8;
    const checks = Array.from({ length: count }, (_, n) => {
      const needs = n === 0 ? '' : `needs: [c${n - 1}], `;
      return `  - {id: c${n}, ${needs}http: {method: POST, url: /c${n}}, cleanup: {http: {method: DELETE, url: /c${n}}}}`;
    });
    const service = aService(async (sent) => {
      if (sent.method !== 'DELETE') return created;
      await service.clock.sleep(sent.timeoutMs - 10);
      return cut;
    });

    const began = service.clock.now();
    const { cleanups } = await runSuite(service, aSuite(`checks:\n${checks.join('\n')}`), aWalk());

    const tried = cleanups.filter(({ because }) => !because.startsWith('not tried'));
    expect(tried.map(({ id }) => id)).toEqual(['c7', 'c6', 'c5', 'c4', 'c3']);
    expect(cleanups.slice(5).map(({ because }) => because)).toEqual(
      Array.from({ length: 3 }, () => 'not tried: the 5 s for all clean-ups were over'),
    );
    expect(service.clock.now() - began).toBeLessThanOrEqual(count * 10 + 5_000);
  });
});
