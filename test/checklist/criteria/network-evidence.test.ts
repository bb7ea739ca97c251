// Criteria that the network answers: what each reply means, by table; at deploy only.
import { describe, expect, test } from '@jest/globals';
import { type Answer, keyOf, known, unknown } from '../../../src/evidence/answer.ts';
import type { NetworkKind } from '../../../src/evidence/network.ts';
import type { QuestionOf } from '../../../src/evidence/question.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { deployStory, findingOf, noon, reviewStory } from '../story.ts';

function told(line: string, question: QuestionOf<NetworkKind>, answer: Answer<NetworkKind>) {
  const change = ({ github }: ReturnType<typeof deployStory>) => void github.network.set(keyOf(question), answer);
  return findingOf(deployStory, line, { change });
}

describe('http', () => {
  const url = 'https://shop.example/health';
  const question = { kind: 'http', url, timeoutMs: 10_000 } as const;
  const reply = (status: number, body = '', truncated = false) =>
    known({ kind: 'reply', status, body, truncated } as const);

  test.each([
    [`"${url}"`, reply(199), 'fail'],
    [`"${url}"`, reply(200), 'pass'],
    [`"${url}"`, reply(299), 'pass'],
    [`"${url}"`, reply(300), 'fail'],
    [`{url: "${url}", status: 401}`, reply(401), 'pass'],
    [`{url: "${url}", status: 401}`, reply(200), 'fail'],
    [`{url: "${url}", status: [200, 401]}`, reply(401), 'pass'],
    [`{url: "${url}", contains: ready}`, reply(200, 'all ready'), 'pass'],
    [`{url: "${url}", contains: ready}`, reply(200, 'not yet'), 'fail'],
    [`{url: "${url}", contains: ready}`, reply(200, 'not yet', true), 'unknown'],
    [`{url: "${url}", json: {status: ok}}`, reply(200, '{"status":"ok"}'), 'pass'],
    [`{url: "${url}", json: {/db/up: true}}`, reply(200, '{"db":{"up":true}}'), 'pass'],
    [`{url: "${url}", json: {/db/up: true}}`, reply(200, '{"db":{"up":"true"}}'), 'fail'],
    [`{url: "${url}", json: {status: ok}}`, reply(200, '{}'), 'fail'],
    [`{url: "${url}", json: {status: ok}}`, reply(200, '<html>'), 'fail'],
    [`{url: "${url}", json: {status: ok}}`, reply(200, '{"status":"ok"}', true), 'unknown'],
    [`"${url}"`, known({ kind: 'failed', because: 'closed' } as const), 'fail'],
    [`"${url}"`, unknown('no route', 'look'), 'unknown'],
  ])('%s with %j: %s', async (options, answer, outcome) => {
    expect((await told(`{id: own, http: ${options}}`, question, answer)).outcome).toBe(outcome);
  });

  test('says what was needed, and never the password of the URL', async () => {
    const secret = 'https://me:hush-hush@shop.example/';
    const finding = await told(`{id: own, http: "${secret}"}`, { ...question, url: secret }, reply(503));

    expect(plain(finding.evidence)).toBe('https://me:***@shop.example/ answered 503, needs 2xx');
    expect(plain(finding.todo)).not.toContain('hush-hush');
  });

  test('takes the time it is given', async () => {
    const line = `{id: own, http: {url: "${url}", timeout: 2s}}`;

    expect((await told(line, { ...question, timeoutMs: 2_000 }, reply(200))).outcome).toBe('pass');
  });
});

describe('tls', () => {
  const day = 86_400_000;
  const question = { kind: 'tls', host: 'shop.example' } as const;
  const until = (validTo: number) =>
    known({ kind: 'trusted', name: 'shop.example', validFrom: noon - 60 * day, validTo } as const);

  test.each([
    ['', until(noon + 1), 'pass'],
    ['', until(noon), 'fail'],
    [', above: 30d', until(noon + 30 * day - 1), 'fail'],
    [', above: 30d', until(noon + 30 * day), 'fail'],
    [', above: 30d', until(noon + 30 * day + 1), 'pass'],
    ['', known({ kind: 'refused', because: 'CERT_HAS_EXPIRED' } as const), 'fail'],
    ['', unknown('no route', 'look'), 'unknown'],
  ])('with%s and %j: %s', async (more, answer, outcome) => {
    expect((await told(`{id: own, tls: {host: shop.example${more}}}`, question, answer)).outcome).toBe(outcome);
  });

  test('says how long it lasts', async () => {
    const finding = await told('{id: own, tls: {host: shop.example, above: 30d}}', question, until(noon + 12 * day));

    expect(plain(finding.evidence)).toBe(
      'shop.example: valid until 2026-11-29 10:00 UTC, 12 d left, needs more than 30 d',
    );
  });
});

describe('dns', () => {
  const question = { kind: 'dns', host: 'shop.example' } as const;
  const both = { v4: ['192.0.2.1', '192.0.2.2'], v6: ['2001:db8::1'], alias: [] };

  test.each([
    ['', both, 'pass'],
    ['', { v4: [], v6: [], alias: [] }, 'fail'],
    [', expect: [192.0.2.2, 192.0.2.1]', both, 'pass'],
    [', expect: 192.0.2.1', both, 'fail'],
    [', expect: [192.0.2.1, 192.0.2.2, 192.0.2.3]', both, 'fail'],
    [', expect: "2001:DB8::1"', both, 'pass'],
    [', expect: lb.example.', { ...both, alias: ['lb.example'] }, 'pass'],
    [', expect: lb.example', both, 'fail'],
  ])('with%s and %j: %s', async (more, records, outcome) => {
    const finding = await told(`{id: own, dns: {host: shop.example${more}}}`, question, known(records));

    expect(finding.outcome).toBe(outcome);
  });

  test('that nobody tells is unknown', async () => {
    expect((await told('{id: own, dns: {host: shop.example}}', question, unknown('silent', 'look'))).outcome).toBe(
      'unknown',
    );
  });
});

test.each([
  [known({ open: true, because: '' }), 'pass'],
  [known({ open: false, because: 'refused' }), 'fail'],
  [unknown('no such name', 'look'), 'unknown'],
])('tcp with %j: %s', async (answer, outcome) => {
  const question = { kind: 'tcp', address: 'shop.example:443' } as const;

  expect((await told('{id: own, tcp: "shop.example:443"}', question, answer)).outcome).toBe(outcome);
});

describe.each([
  'http: "https://shop.example/"',
  'tls: {host: shop.example}',
  'dns: {host: shop.example}',
  'tcp: "shop.example:443"',
])('%s', (evidence) => {
  test('is asked at deploy', async () => {
    expect((await findingOf(reviewStory, `{id: own, ${evidence}}`)).outcome).toBe('asked-at-deploy');
  });

  test('of moment review is not asked there either', async () => {
    const finding = await findingOf(reviewStory, `{id: own, moment: review, ${evidence}}`);

    expect([finding.outcome, plain(finding.evidence)]).toEqual([
      'unknown',
      'the network is not asked on pull requests',
    ]);
  });
});
