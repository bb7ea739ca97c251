// The ready suites of the five processes: they cover what their preset wants, pass against a shop that works, and name what is broken.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lintSuite } from '../../src/smoke/lint.ts';
import { kindOf } from '../../src/smoke/shape.ts';
import { type Suite, suiteOrProblem } from '../../src/smoke/suite.ts';
import { runSuite } from '../../src/smoke/walk.ts';
import { deployStory, findingOf } from '../checklist/story.ts';
import { type Defect, Flows } from '../world/flows.ts';
import { Neighbours } from './neighbours.ts';
import { aWalk } from './town.ts';

const folder = 'docs/examples/smoke';
const suites = readdirSync(folder).map((file): [string, string] => [
  basename(file, '.yml'),
  readFileSync(join(folder, file), 'utf8'),
]);
const sha = 'c'.repeat(40);

let around: Neighbours;
let shop: Flows;
beforeEach(async () => {
  around = new Neighbours();
  shop = await Flows.start({ version: 'v1.8.0', sha });
  around.write('test/fixtures/receipt.pdf', '%PDF-1.4\n');
  around.write('ops/log-errors.sh', 'cat app.log 2>/dev/null || true\n');
  around.write('ops/db-sanity.sh', 'cat db.json\n');
  around.write('db.json', '{"query_ms": 3, "lock_waits": 0, "rows_lost": 0, "replica_lag_ms": 12}');
});
afterEach(async () => {
  await shop.stop();
  await around.stop();
});

/** Runs without the patience that a real service is owed: nothing here heals by itself. */
function run(text: string) {
  const hasty = text
    .replace(/retry: \{attempts: \d+, backoff: \d+ms/g, 'retry: {attempts: 2, backoff: 1ms')
    .replace('ready:', 'ready:\n  every: 5ms')
    .replace(/^budget:/m, 'defaults: {retry: {attempts: 2, backoff: 1ms}}\nbudget:');
  const suite = suiteOrProblem(hasty, 'smoke.yml');
  const env = (name: string) => ({ SMOKE_MAIL: 'smoke@test.example', SMOKE_PASSWORD: 'pass-word-1' })[name];
  return runSuite(around.port(), suite, aWalk({ address: { baseUrl: shop.url }, env }));
}

/** The route that a check asks, as the shop knows it; undefined where it asks no HTTP of its own. */
function routeOf(suite: Suite, id: string): string | undefined {
  const check = suite.checks.find((one) => one.id === id);
  const request = check?.http ?? check?.probe?.http;
  if (request === undefined) return undefined;
  return `${request.method} ${request.url.replace(/\{\{ \w+ \}\}/, '*')}`;
}

describe.each(suites)('%s', (name, text) => {
  const suite = suiteOrProblem(text, `${name}.yml`);

  test('covers what its preset wants of a suite', async () => {
    const covers = await findingOf(deployStory, 'ci-all-green', {
      id: 'smoke-suite-covers',
      policy: `extends: ${name}@1\ntimezone: UTC\nareas: {payment: {paths: [src/**]}}`,
      change: ({ github }) => void github.files.set('.github/smoke.yml', text),
    }).catch((error: Error) => error.message);

    if (name === 'risk-tiered') expect(covers).toMatch(/No finding/);
    else expect(covers).toMatchObject({ outcome: 'pass' });
  });

  test('has nothing that a reader should be warned of', () => {
    expect(lintSuite(suite).filter(({ text: hint }) => !hint.includes('status alone'))).toEqual([]);
  });

  test('passes, leaves nothing behind, and sends no secret to the report', async () => {
    const result = await run(text);

    expect(result).toMatchObject({ verdict: 'pass', because: '', failed: 0, flaky: [] });
    expect(result.cleanups.filter(({ because }) => because !== '')).toEqual([]);
    expect([...shop.made]).toEqual([]);
    expect(JSON.stringify(result)).not.toMatch(/pass-word-1|tok-\d/);
  });

  test('names each check whose part is broken', async () => {
    const routes = new Map<string, string>();
    for (const { id } of suite.checks) {
      const route = routeOf(suite, id);
      // Of two checks of one route the first that is asked there is to blame; a stranger is refused before anything breaks.
      if (route !== undefined && id !== 'refused' && ![...routes.values()].includes(route)) routes.set(id, route);
    }
    const told: string[] = [];
    for (const [id, route] of routes) {
      shop.broken.clear();
      shop.broken.set(route, 'fails');
      const result = await run(text);
      told.push(`${id}: ${result.verdict} ${result.reason}`);
      if (result.verdict === 'fail') expect(result.because).toMatch(/expected .*, got 500/);
    }

    expect(told).toEqual([...routes.keys()].map((id) => `${id}: fail check:${id}`));
  });

  test('does not take a wrong version for the right one', async () => {
    shop.broken.set('GET /version', 'lies');

    const result = await run(text.replace('ready:', 'ready:\n  within: 1500ms'));

    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'another-version', passed: 0 });
  });
});

describe('what answers 200 and is ill all the same', () => {
  test.each<[string, string, Defect, string]>([
    ['strict-blue-green', 'GET /actuator/health', 'lies', 'health'],
    ['strict-blue-green', 'GET /', 'lies', 'landing'],
    ['strict-blue-green', 'POST /api/payments/orders', 'lies', 'payment-order'],
    ['strict-blue-green', 'GET /api/account', 'lies', 'tier-upgraded'],
    ['standard-sop', 'GET /', 'lies', 'home'],
    ['standard-sop', 'GET /health/database', 'lies', 'database'],
    ['rolling-baseline', 'GET /health', 'slow', 'response-time'],
    ['rolling-baseline', 'GET /api/documents/*', 'lies', 'processed'],
    ['production-checklist', 'GET /b.js', 'fails', 'assets'],
    ['risk-tiered', 'GET /api/mobile/version', 'lies', 'old-path'],
  ])('%s with %s that %s: %s', async (name, route, defect, id) => {
    shop.broken.set(route, defect);
    const text = suites.find(([one]) => one === name)?.[1] ?? '';

    // Twenty slow samples would take twelve seconds.
    expect(
      await run(text.replace('repeat: 20', defect === 'slow' ? 'repeat: 2, warmup: 0' : 'repeat: 20')),
    ).toMatchObject({
      verdict: 'fail',
      reason: `check:${id}`,
    });
  });

  test.each([
    ['app.log', '10:02:11 GET /api/orders 502 41ms\n', 'logs'],
    ['app.log', 'TypeError: x is undefined\n', 'logs'],
    ['db.json', '{"query_ms": 700, "lock_waits": 0, "rows_lost": 0, "replica_lag_ms": 12}', 'database'],
    ['db.json', '{"query_ms": 3, "lock_waits": 2, "rows_lost": 0, "replica_lag_ms": 12}', 'database'],
    ['db.json', '{"query_ms": 3, "lock_waits": 0, "rows_lost": 0, "replica_lag_ms": 100}', 'database'],
  ])('production-checklist with %s: %s', async (file, content, id) => {
    around.write(file, content);

    expect(await run(suites.find(([name]) => name === 'production-checklist')?.[1] ?? '')).toMatchObject({
      verdict: 'fail',
      reason: `check:${id}`,
    });
  });
});

test('every kind that the suites use is one of ours', () => {
  const kinds = new Set(suites.flatMap(([name, text]) => suiteOrProblem(text, name).checks.map(kindOf)));

  expect([...kinds].sort()).toEqual(['assets', 'command', 'http', 'probe']);
});
