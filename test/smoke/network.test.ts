// The kinds below HTTP against a network that is a function: whom they ask, and whom they never ask.
import { describe, expect, test } from '@jest/globals';
import type { Look } from '../../src/smoke/port.ts';
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
