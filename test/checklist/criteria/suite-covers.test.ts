// What the suite must cover: by the suite of the judged commit, with the options of the policy, at review and at deploy.
import { describe, expect, test } from '@jest/globals';
import { plain } from '../../../src/kit/phrase.ts';
import { deployStory, findingOf, reviewStory } from '../story.ts';

const id = 'smoke-suite-covers';

async function told(covers: string, suite: string | undefined, story = deployStory) {
  return findingOf(story, 'ci-all-green', {
    id,
    policy: `areas: {payment: {paths: [src/pay/**]}}\nsmoke: {covers: ${covers}}`,
    change: ({ github }) => {
      if (suite !== undefined) github.files.set('.github/smoke.yml', suite);
    },
  });
}

const suite = (check: string) => `version: 1\nchecks:\n  - {id: a, http: {url: /}, ${check}}\n`;

describe('the gate asks what the suite covers', () => {
  test.each([
    ['[smoke-homepage]', suite('covers: [smoke-homepage]'), 'pass'],
    ['[smoke-homepage, smoke-login]', suite('covers: [smoke-homepage]'), 'fail'],
    ['[smoke-homepage]', suite('covers: [smoke-homepage], severity: advisory'), 'fail'],
    ['[smoke-homepage]', suite('tags: [smoke-homepage]'), 'fail'],
    ['[smoke-homepage]', 'version: 1\nchecks: [', 'unknown'],
    ['[smoke-homepage]', undefined, 'unknown'],
    ['[{id: smoke-payment-order, when: {area: payment}}]', undefined, 'pass'],
  ])('%s of %j: %s', async (covers, text, outcome) => {
    expect(await told(covers, text)).toMatchObject({ outcome, required: true });
  });

  test('says what is missing, and how to declare it', async () => {
    const finding = await told('[smoke-homepage, smoke-login]', suite('covers: [smoke-homepage]'));

    expect(plain(finding.evidence)).toBe('1 of 2 requirements not covered by .github/smoke.yml: smoke-login');
    expect(plain(finding.todo)).toContain('covers: [');
  });

  test('is asked at review too: the change that adds the suite brings what covers it', async () => {
    expect((await told('[smoke-homepage]', suite('covers: [smoke-homepage]'), reviewStory)).outcome).toBe('pass');
  });

  test('is not there where the policy says nothing', async () => {
    await expect(findingOf(deployStory, 'ci-all-green', { id })).rejects.toThrow(/No finding/);
  });
});

describe('an option is looked for in what the check expects', () => {
  test.each([
    ['{below: 500ms}', 'expect: {below: 500ms}', 'pass'],
    ['{below: 500ms}', 'expect: {below: 501ms}', 'fail'],
    ['{below: 500ms}', 'expect: {json: {$.query_ms: {lt: 500}}}', 'pass'],
    ['{below: 500ms}', 'expect: {status: 200}', 'fail'],
    ['{status: 201}', 'expect: {status: 201}', 'pass'],
    ['{status: 201}', 'expect: {status: [200, 201]}', 'pass'],
    ['{status: 201}', 'expect: {status: 200}', 'fail'],
    ['{status: 200, body: UP}', 'expect: {status: 200, json: {$.status: UP}}', 'pass'],
    ['{status: 200, body: UP}', 'expect: {status: 200}', 'fail'],
    [
      '{shape: [order-id, qr-code]}',
      'expect: {json: {$.orderId: {exists: true}, $.qrCodeUrl: {exists: true}}}',
      'pass',
    ],
    ['{shape: [order-id, qr-code]}', 'expect: {json: {$.orderId: {exists: true}}}', 'fail'],
    ['{at-most: 0}', 'expect: {value: 0}', 'pass'],
    ['{at-most: 0}', 'expect: {value: {lte: 1}}', 'fail'],
    ['{none-of: [5xx, timeout]}', String.raw`expect: {body: {not: {matches: "timeout| 5\\d\\d "}}}`, 'pass'],
    ['{none-of: [5xx, timeout]}', 'expect: {body: {not: {contains: timeout}}}', 'fail'],
  ])('%s by %s: %s', async (options, expectation, outcome) => {
    const covers = `[{id: smoke-database, with: ${options}}]`;

    expect((await told(covers, suite(`covers: [smoke-database], ${expectation}`))).outcome).toBe(outcome);
  });

  test.each([
    ['20', '500ms', 'pass'],
    ['19', '500ms', 'fail'],
    ['20', '501ms', 'fail'],
  ])('%s samples with an average below %s: %s', async (repeat, average, outcome) => {
    const check = `{id: p, probe: {http: {url: /}, repeat: ${repeat}}, covers: [smoke-response-time-average], expect: {latency: {avg: {lt: ${average}}}}}`;
    const covers = '[{id: smoke-response-time-average, with: {samples: 20, average: "< 500ms"}}]';

    expect((await told(covers, `version: 1\nchecks: [${check}]`)).outcome).toBe(outcome);
  });
});
