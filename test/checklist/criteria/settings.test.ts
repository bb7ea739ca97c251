// Files of settings: each number at, below and above, by whatever name and in whatever format, and files that say nothing.
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../../src/checklist/report/settings.ts';
import { plain } from '../../../src/kit/phrase.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { hostile, tooLarge } from '../report/hostile.ts';
import { deployStory, findingOf } from '../story.ts';

function judged(line: string, files: Readonly<Record<string, string>>) {
  return findingOf(deployStory, line, {
    change: ({ github }) => {
      for (const [path, text] of Object.entries(files)) github.files.set(path, text);
    },
  });
}

describe('connection-pooling-configured', () => {
  const line =
    '{id: connection-pooling-configured, with: {file: app.yml, maximum: 10, minimum-idle: 5, connection-timeout: 30s, idle-timeout: 10m, max-lifetime: 30m}}';
  const hikari = (given: object) =>
    JSON.stringify({
      spring: {
        datasource: {
          hikari: {
            'maximum-pool-size': 10,
            'minimum-idle': 5,
            'connection-timeout': 30_000,
            'idle-timeout': 600_000,
            'max-lifetime': '30m',
            ...given,
          },
        },
      },
    });

  test.each([
    ['at the numbers', {}, 'pass'],
    ['a connection more', { 'maximum-pool-size': 11 }, 'fail'],
    ['a connection less', { 'maximum-pool-size': 9 }, 'pass'],
    ['idle below', { 'minimum-idle': 4 }, 'fail'],
    ['a ms longer', { 'connection-timeout': 30_001 }, 'fail'],
    ['a ms shorter', { 'connection-timeout': 29_999 }, 'pass'],
    ['not said', { 'idle-timeout': undefined }, 'unknown'],
    ['left to the environment', { 'maximum-pool-size': '${DB_POOL:10}' }, 'unknown'],
    ['words', { 'max-lifetime': 'long' }, 'unknown'],
  ])('%s: %#', async (_what, given, outcome) => {
    expect((await judged(line, { 'app.yml': hikari(given) })).outcome).toBe(outcome);
  });

  test.each([
    ['app.properties', 'spring.datasource.hikari.maximumPoolSize=10', 'pass'],
    ['app.properties', 'spring.datasource.hikari.maximumPoolSize=11', 'fail'],
    ['.env', '# pool\nexport DB_POOL_MAX="10" # ten', 'pass'],
    ['pool.toml', '[database]\npool_size = 11', 'fail'],
    ['db.json', '{"pool": {"max": 10}}', 'pass'],
    ['db.yaml', 'a: {poolMax: 10}\n---\nb: {poolMax: 11}', 'fail'],
  ])('%s that says %s: %s', async (file, text, outcome) => {
    const own = `{id: connection-pooling-configured, with: {file: ${file}, maximum: 10}}`;

    expect((await judged(own, { [file]: text })).outcome).toBe(outcome);
  });

  test('looks where the policy says the number stands, and nowhere else', async () => {
    const text = 'limits.conns=12\npool.max=10';
    const named = (key: string) =>
      `{id: connection-pooling-configured, with: {file: a.properties, maximum: 10, keys: {maximum: ${key}}}}`;

    expect((await judged(named('limits.conns'), { 'a.properties': text })).outcome).toBe('fail');
    expect((await judged(named('none.such'), { 'a.properties': text })).outcome).toBe('unknown');
  });

  test('without numbers wants the first to be there, without a file a word', async () => {
    const bare = '{id: connection-pooling-configured, with: {file: a.properties}}';
    const word = { '.github/attestations/connection-pooling-configured.yml': 'by: dave\nat: 2026-11-16' };

    expect((await judged(bare, { 'a.properties': 'pool.max=10' })).outcome).toBe('pass');
    expect((await judged(bare, { 'a.properties': 'x=1' })).outcome).toBe('unknown');
    expect((await judged('connection-pooling-configured', word)).outcome).toBe('pass');
    expect((await judged('connection-pooling-configured', {})).outcome).toBe('unknown');
    expect((await judged(bare, {})).outcome).toBe('unknown');
  });
});

describe('circuit-breakers-present', () => {
  const line =
    '{id: circuit-breakers-present, with: {file: app.yml, failure-rate: 50 %, slow-rate: 50 %, slow-after: 10s, open-for: 60s, trial-calls: 3, window: 10, attempts: 3, wait: 2s, backoff: 2}}';
  const text = (given: object, retry: object = {}) =>
    JSON.stringify({
      'resilience4j.circuitbreaker.configs.default': {
        failureRateThreshold: 50,
        slowCallRateThreshold: 50,
        slowCallDurationThreshold: '10s',
        waitDurationInOpenState: '60s',
        permittedNumberOfCallsInHalfOpenState: 3,
        slidingWindowSize: 10,
        ...given,
      },
      'resilience4j.retry.configs.default': {
        maxAttempts: 3,
        waitDuration: '2s',
        exponentialBackoffMultiplier: 2,
        ...retry,
      },
    });

  test.each([
    ['at the numbers', text({}), 'pass'],
    ['opens later', text({ failureRateThreshold: 51 }), 'fail'],
    ['opens earlier', text({ failureRateThreshold: 40 }), 'pass'],
    ['a rate that may be either', text({ failureRateThreshold: 0.6 }), 'unknown'],
    ['slow after longer', text({ slowCallDurationThreshold: '11s' }), 'fail'],
    ['open for less', text({ waitDurationInOpenState: '59s' }), 'fail'],
    ['more trial calls', text({ permittedNumberOfCallsInHalfOpenState: 4 }), 'fail'],
    ['tries once more', text({}, { maxAttempts: 4 }), 'fail'],
    ['waits less', text({}, { waitDuration: '1s' }), 'fail'],
    ['without backing off', text({}, { exponentialBackoffMultiplier: 1.5 }), 'fail'],
  ])('%s: %#', async (_what, settings, outcome) => {
    expect((await judged(line, { 'app.yml': settings })).outcome).toBe(outcome);
  });
});

test.each([
  ['cache.applicationTtl=1h\nstatic-ttl=1d\napi_ttl=5m\nmaxmemory=2gb', 'pass'],
  ['cache.applicationTtl=61m\nstatic-ttl=1d\napi_ttl=5m\nmaxmemory=2gb', 'fail'],
  ['cache.applicationTtl=1h\nstatic-ttl=1d\napi_ttl=5m\nmaxmemory=3gb', 'fail'],
  ['cache.applicationTtl=1h\nstatic-ttl=1d\napi_ttl=5m', 'unknown'],
])('cache-policy with %j: %s', async (text, outcome) => {
  const line = '{id: cache-policy, with: {file: a.conf, application: 1h, static: 1d, api: 5m, memory: 2Gi}}';

  expect((await judged(line, { 'a.conf': text })).outcome).toBe(outcome);
});

test('numbers in seconds are seconds where the key or the policy says so', async () => {
  const line = (unit: string) => `{id: connection-pooling-configured, with: {file: a.env, idle-timeout: 10m${unit}}}`;

  expect((await judged(line(', unit: s'), { 'a.env': 'IDLE_TIMEOUT=601' })).outcome).toBe('fail');
  expect((await judged(line(''), { 'a.env': 'IDLE_TIMEOUT=601' })).outcome).toBe('pass');
});

test('a failed number says which it was and what it must be', async () => {
  const line = '{id: connection-pooling-configured, with: {file: a.env, maximum: 10}}';

  expect(plain((await judged(line, { 'a.env': 'POOL_MAX=20' })).evidence)).toBe(
    'a.env: POOL_MAX is 20, needs at most 10',
  );
});

describe('the options', () => {
  const shape = vocabulary.criteria.get('circuit-breakers-present')?.with?.();

  test.each([
    [{ 'failure-rate': '50 %', file: 'a.yml' }, true],
    [{ 'failure-rat': '50 %' }, false],
    [{ 'failure-rate': 'half' }, false],
    [{ keys: { window: 'a.b' } }, true],
    [{ keys: { windows: 'a.b' } }, false],
  ])('%j: %s', (given, fits) => {
    expect(shape?.safeParse(given).success).toBe(fits);
  });
});

describe('readSettings', () => {
  const cases = hostile.flatMap(([what, text]) =>
    ['a.json', 'a.yml', 'a.properties'].map((path) => [what, path, text] as const),
  );

  test.each(cases)('%s as %s never becomes a number of a pool', (_what, path, text) => {
    const told = readSettings(path, text);

    expect(told.kind === 'unreadable' || told.report.every(({ key }) => !/max/i.test(key))).toBe(true);
  });

  test('of endless blanks is read to its end', () => {
    const blanks = ' '.repeat(400_000);

    expect(readSettings('a.env', `POOL_MAX=${blanks}x${blanks}#\n${blanks}A=1`)).toMatchObject({ kind: 'report' });
    expect(readSettings('a.env', '\n'.repeat(1_000_000)).kind).toBe('unreadable');
  });

  test('of more than 2 MB is not read', () => {
    expect(readSettings('a.json', tooLarge).kind).toBe('unreadable');
    expect(readSettings('a.env', `POOL_MAX=1\n#${'x'.repeat(2 * 1024 * 1024)}`).kind).toBe('unreadable');
  });
});
