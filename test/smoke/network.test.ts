// The kinds below HTTP against a network that is a function: whom they ask, and whom they never ask.
import { describe, expect, test } from '@jest/globals';
import type { Handshake, Look } from '../../src/smoke/port.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { aReply, aService, aSuite, aWalk } from './town.ts';

/** Where handshakes and connections went. */
async function looks(suite: string, baseUrl: string, connectTo?: string) {
  const seen: Look[] = [];
  const look = async (asked: Look) => {
    seen.push(asked);
    return { kind: 'failed', because: 'nobody', unreachable: true, durationMs: 1, trouble: 'network' } as const;
  };
  const service = {
    ...aService(() => aReply()),
    network: {
      handshake: look,
      open: look,
      names: async () => ({ kind: 'names', answers: ['a'], durationMs: 1 }) as const,
    },
  };
  const address = { baseUrl, ...(connectTo === undefined ? {} : { connectTo }) };
  const result = await runSuite(service, aSuite(`defaults: {retry: none}\n${suite}`), aWalk({ address }));
  return { asked: seen.map(({ host, port, connectTo: to }) => [host, port, to]), checks: result.checks };
}

describe('tls and tcp', () => {
  test.each<[string, string, readonly (readonly unknown[])[]]>([
    ['{id: a, tls: {}}', 'https://shop.example', [['shop.example', 443, '10.0.0.7:8443']]],
    ['{id: a, tls: {}}', 'https://shop.example:8444', [['shop.example', 8444, '10.0.0.7:8443']]],
    ['{id: a, tls: {host: Shop.EXAMPLE}}', 'https://shop.example', [['shop.example', 443, '10.0.0.7:8443']]],
    ['{id: a, tls: {port: 9443}}', 'https://shop.example', [['shop.example', 9443, undefined]]],
    ['{id: a, tls: {}}', 'http://shop.example', [['shop.example', 443, undefined]]],
    ['{id: a, tls: {host: mail.example}}', 'https://shop.example', [['mail.example', 443, undefined]]],
    ['{id: a, tcp: {port: 80}}', 'http://shop.example', [['shop.example', 80, '10.0.0.7:8443']]],
    ['{id: a, tcp: {port: 25}}', 'http://shop.example', [['shop.example', 25, undefined]]],
    ['{id: a, tls: {}}', 'https://[2001:db8::1]', [['2001:db8::1', 443, '10.0.0.7:8443']]],
  ])('%s at %s asks the side only where the side stands for the address', async (check, baseUrl, asked) => {
    expect((await looks(`checks: [${check}]`, baseUrl, '10.0.0.7:8443')).asked).toEqual(asked);
  });

  test('ask no host that the suite does not list, whoever names it', async () => {
    const { asked, checks } = await looks(
      `network: {hosts: ["*.shop.example"]}
vars: {where: 169.254.169.254}
checks:
  - {id: own, tls: {}}
  - {id: listed, tls: {host: MAIL.shop.example}}
  - {id: other, tls: {host: other.example}}
  - {id: named, tcp: {host: "{{ where }}", port: 80}}
`,
      'https://www.example',
    );

    expect(asked.map(([host]) => host)).toEqual(['www.example', 'MAIL.shop.example']);
    expect(checks.slice(2).map(({ outcome, because }) => [outcome, because])).toEqual([
      ['not-run', 'other.example is not among network.hosts of the suite'],
      ['not-run', '169.254.169.254 is not among network.hosts of the suite'],
    ]);
  });
});

describe('a handshake', () => {
  const now = Date.UTC(2026, 10, 17, 10);
  const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString();
  const good: Handshake = {
    kind: 'handshake',
    distrust: undefined,
    protocol: 'TLSv1.3',
    names: ['shop.example', '*.shop.example'],
    issuer: "Let's Encrypt",
    validFrom: inDays(-10),
    validTo: inDays(80),
    chainEnds: inDays(400),
    durationMs: 9,
  };

  test.each<[string, Partial<Handshake>, readonly (string | RegExp)[]]>([
    [
      '{days_left: {gte: 21}, protocol: TLSv1.3, san: [shop.example, a.shop.example], issuer: {contains: Encrypt}}',
      {},
      [],
    ],
    ['{days_left: {gte: 21}}', { chainEnds: inDays(5) }, [/^certificate of the chain: >= 21, got 5 days left/]],
    ['{days_left: {gte: 21}}', { chainEnds: inDays(-1) }, [/^certificate of the chain: >= 21, got -1 days left/]],
    [
      '{days_left: {gte: 21}}',
      { chainEnds: undefined, validTo: inDays(20) },
      [/^certificate: >= 21, got 20 days left/],
    ],
    ['{}', { chainEnds: inDays(5) }, []],
    ['{}', { distrust: 'CERT_HAS_EXPIRED' }, [/^chain: trusted, got it has expired/]],
    ['{}', { distrust: 'SOMETHING_NEW' }, ['chain: trusted, got SOMETHING_NEW']],
    ['{chain: any}', { distrust: 'CERT_HAS_EXPIRED' }, []],
    ['{chain: any}', { validFrom: inDays(1) }, [/^certificate: valid now, got not before/]],
    ['{protocol: TLSv1.3}', { protocol: 'TLSv1.2' }, ['protocol: at least TLSv1.3, got TLSv1.2']],
    ['{protocol: TLSv1.2}', { protocol: 'unknown' }, ['protocol: at least TLSv1.2, got unknown']],
    ['{san: a.b.shop.example}', {}, [/^names: a\.b\.shop\.example, got shop\.example/]],
    ['{san: SHOP.example}', {}, []],
    ['{san: shop.example}', { names: [] }, ['names: shop.example, got no names']],
    ['{issuer: {not: {contains: Encrypt}}}', {}, [/^issuer: not contains "Encrypt"/]],
  ])('%s of %j', async (expectation, change, failures) => {
    const service = aService(() => aReply());
    const network = { ...service.network, handshake: async () => ({ ...good, ...change }) };
    const suite = aSuite(`checks: [{id: a, retry: none, tls: {}, expect: ${expectation}}]`);

    const { checks } = await runSuite(
      { ...service, network },
      suite,
      aWalk({ address: { baseUrl: 'https://shop.example' } }),
    );

    expect(checks[0]?.failures.map(({ about, expected, got }) => `${about}: ${expected}, got ${got}`)).toEqual(
      failures.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
  });
});
