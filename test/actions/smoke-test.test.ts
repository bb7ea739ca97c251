// The smoke-test procedure, from the inputs to what stands on the Deployment, in the in-memory World.
import { describe, expect, test } from '@jest/globals';
import { inputs as shape } from '../../actions/smoke-test/inputs.ts';
import { step } from '../../actions/smoke-test/smoke-test.ts';
import type { DeploymentState } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import type { Entry } from '../../src/record/entry.ts';
import { describeEntry } from '../../src/record/words.ts';
import type { HttpReply, HttpRequest } from '../../src/world.ts';
import { forwardPayload } from '../record/deployments.ts';
import { anEvidence, aRecord } from '../record/evidences.ts';
import { type MemoryOptions, type MemoryWorld, memoryWorld, sha } from '../world/memory/world.ts';

const policy = `
version: 1
env: [GREEN_URL]
environments: {production: {url: "https://shop.example"}}
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://10.0.0.7:8080", green: "\${GREEN_URL}"}
plans:
  canary:
    stages: [{id: ten, weight: 10 %, bake: 1m}, {id: full, weight: 100 %, bake: 1m}]
    smoke: {before: ten, after: full}
`;
const suite = `
version: 1
ready: {within: 10s, every: 1s, http: {url: /version}, expect: {json: {version: "{{ deployment.version }}"}}}
checks:
  - {id: home, http: {url: /}}
  - {id: orders, http: {url: /orders}, tags: [core]}
`;

type Said = readonly [DeploymentState, Entry];
const begun: Said = ['in_progress', { kind: 'begun', tier: 'medium', plan: 'canary' }];
const ten: Said = ['in_progress', { kind: 'stage', stage: 'ten', weight: 10, verdict: 'promote', reason: '' }];
const full: Said = ['in_progress', { kind: 'stage', stage: 'full', weight: 100, verdict: 'promote', reason: '' }];
const completed: Said = ['in_progress', { kind: 'completed', side: 'green' }];

const given = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, '']));

function inputs(words: Readonly<Record<string, string>> = {}) {
  return shape.parse({ ...given, ...words });
}

function well(request: HttpRequest): HttpReply {
  const body = request.url.endsWith('/version') ? '{"version":"v1.8.0"}' : '';
  return { kind: 'reply', status: 200, headers: {}, body, truncated: false, durationMs: 5 };
}

function broken(request: HttpRequest): HttpReply {
  const reply = well(request);
  return request.url.endsWith('/orders') && reply.kind === 'reply'
    ? { ...reply, status: 500, body: 'no stock table' }
    : reply;
}

interface Past extends MemoryOptions {
  readonly said?: readonly Said[];
  readonly plan?: string;
  readonly legs?: readonly string[];
  readonly suiteText?: string;
}

/** A shop whose Deployment 9001 of v1.8.0 was begun by this run and has come as far as `said`. */
async function town({
  said = [begun],
  plan = 'canary',
  legs = [],
  suiteText = suite,
  ...options
}: Past = {}): Promise<MemoryWorld> {
  const world = memoryWorld({ policy, http: well, env: { GREEN_URL: 'http://10.0.0.8:8080' }, ...options });
  if (suiteText !== '') world.github.files.set('.github/smoke.yml', suiteText);
  const payload = forwardPayload({
    sha: sha('c'),
    plan,
    legs,
    run: { id: 7001, attempt: 1, url: 'https://github.example/run' },
  });
  const made = await world.github.store.create({
    sha: sha('c'),
    environment: 'production',
    task: 'deploy',
    description: '',
    payload,
  });
  for (const [state, entry] of said)
    world.github.say(made.id, { state, description: describeEntry(entry), logUrl: '' });
  return world;
}

function storyOf(world: MemoryWorld): readonly string[] {
  return world.github.story(world.github.deployments[0]?.id ?? 0);
}

describe('before the first shift', () => {
  test('asks the side that is not public yet, with the name of the public address, and ends nothing', async () => {
    const world = await town();

    const outcome = await step(world, inputs({ 'connect-to': 'green' }));

    expect(outcome).toMatchObject({
      verdict: 'pass',
      reason: 'pass',
      exit: 0,
      rollback: false,
      version: 'v1.8.0',
      sha: sha('c'),
      error: '',
    });
    expect(outcome.outputs).toMatchObject({
      passed: '2',
      failed: '0',
      flaky: '',
      junit: expect.stringMatching(/^\/tmp\/smoke-junit-7001-1-\d+\.xml$/),
    });
    expect(new Set(world.requests.map(({ connectTo }) => connectTo))).toEqual(new Set(['10.0.0.8:8080']));
    expect(world.requests[0]?.url).toBe('http://shop.example/version');
    expect(storyOf(world).at(-1)).toBe('in_progress: smoke pass: 2 of 2');
  });

  test('a failure neither ends the Deployment nor asks for a rollback: no user has it', async () => {
    const world = await town({ http: broken });

    const outcome = await step(world, inputs({ 'connect-to': 'green' }));

    expect(outcome).toMatchObject({ verdict: 'fail', reason: 'check:orders', exit: 1, rollback: false });
    expect(storyOf(world).at(-1)).toBe('in_progress: smoke fail: 1 of 2');
    expect(outcome.error).toContain('orders: status: expected 2xx, got 500, no stock table');
    expect(outcome.error).toContain('.github/smoke.yml:6');
    expect(outcome.evidence).toMatchObject({
      title: '1 of 2 checks passed',
      found: { passed: 1, total: 2, phase: 'before' },
    });
    expect(outcome.evidence?.rows.map(({ id, outcome: one }) => [id, one])).toEqual([
      ['home', 'pass'],
      ['orders', 'fail'],
    ]);
  });

  test('without connect-to nothing is asked: the public address has the old version', async () => {
    const world = await town();

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'inconclusive', reason: 'plan-unfinished', exit: 1, rollback: false });
    expect(outcome.error).toContain('connect-to');
    expect(world.requests).toEqual([]);
    expect(storyOf(world)).toHaveLength(1);
  });

  test('asks by host:port too', async () => {
    const world = await town();

    await step(world, inputs({ 'connect-to': '127.0.0.1:9000' }));

    expect(world.requests[0]).toMatchObject({ url: 'https://shop.example/version', connectTo: '127.0.0.1:9000' });
  });
});

describe('a selection by tags', () => {
  const said = [begun, ten, full, completed];

  test('is told as such: on the Deployment, in the record, to readers', async () => {
    const world = await town({ said });

    const outcome = await step(world, inputs({ tags: 'core\ncore' }));

    expect(storyOf(world).at(-1)).toBe('success: smoke pass: 1 of 1, tags core');
    expect(outcome.evidence).toMatchObject({
      title: '1 of 1 checks passed (tag core)',
      found: { total: 1, tags: ['core'] },
      moments: [{ stage: 'smoke, tag core', figures: '1 of 1' }],
    });
    expect(plain(outcome.evidence?.sentence ?? '')).toContain('Every blocking check of the tag core passed at ');
  });

  test.each([
    ['1 of 1 checks passed (tag core)', 'core'],
    ['2 of 2 checks passed', 'all, core'],
    ['2 of 2 checks passed', ''],
  ])('“%s”, asked for “%s”', async (title, tags) => {
    const world = await town();

    const outcome = await step(world, inputs({ tags, 'connect-to': 'green' }));

    expect(outcome.evidence?.title).toBe(title);
    expect(outcome.evidence?.found.tags).toEqual(tags === 'core' ? ['core'] : undefined);
    expect(storyOf(world).at(-1)).toBe(`in_progress: smoke pass: ${tags === 'core' ? '1 of 1, tags core' : '2 of 2'}`);
  });

  test('of which something fails names the tags in the error', async () => {
    const world = await town({ http: broken });

    const outcome = await step(world, inputs({ tags: 'core', 'connect-to': 'green' }));

    expect(storyOf(world).at(-1)).toBe('in_progress: smoke fail: 0 of 1, tags core');
    expect(outcome.error).toMatch(/^Smoke test \(tag core\) of v1.8.0 in production: fail/);
  });
});

describe('between two stages', () => {
  test('a failure of the side that users have asks for a rollback and ends the Deployment', async () => {
    const world = await town({ said: [begun, ten], http: broken });

    const outcome = await step(world, inputs({ 'connect-to': 'green' }));

    expect(outcome).toMatchObject({ verdict: 'fail', rollback: true });
    expect(storyOf(world).at(-1)).toBe('failure: smoke fail: 1 of 2');
  });

  test('the public address proves nothing', async () => {
    expect(await step(await town({ said: [begun, ten] }), inputs())).toMatchObject({ reason: 'plan-unfinished' });
  });
});

describe('after the plan', () => {
  const said = [begun, ten, full, completed];

  test('a pass is the last duty and ends the Deployment with success', async () => {
    const world = await town({ said });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'pass', exit: 0 });
    expect(storyOf(world).at(-1)).toBe('success: smoke pass: 2 of 2');
    expect(world.requests[0]?.connectTo).toBeUndefined();
  });

  test('a failure asks for a rollback', async () => {
    const world = await town({ said, http: broken });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'fail', exit: 1, rollback: true });
    expect(storyOf(world).at(-1)).toBe('failure: smoke fail: 1 of 2');
  });

  test.each(['hold', 'page'])('unless on-failure is %s', async (word) => {
    const world = await town({ said, http: broken, policy: `${policy}smoke: {on-failure: ${word}}\n` });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'fail', rollback: false });
  });

  test('enforce: report tells the truth and stops nothing', async () => {
    const world = await town({ said, http: broken, policy: `${policy}enforce: report\n` });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'fail', exit: 0, rollback: false, evidence: { reportOnly: true } });
    expect(storyOf(world).at(-1)).toBe('success: smoke fail: 1 of 2');
  });

  test('a second run after the success looks, and writes nothing on it', async () => {
    const world = await town({ said: [begun, ten, full, ['success', { kind: 'completed', side: 'green' }]] });

    const outcome = await step(world, inputs());

    expect(outcome.verdict).toBe('pass');
    expect(storyOf(world)).toHaveLength(4);
  });

  test('nobody answering is unreachable: no rollback, the Deployment stays open', async () => {
    const gone = () => ({ kind: 'failed', because: 'connection refused', unreachable: true, durationMs: 1 }) as const;
    const world = await town({ said, http: gone });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'unreachable', exit: 1, rollback: false });
    expect(outcome.error).toContain('nothing answered within 10 s (asked 10 times): connection refused (');
    expect(outcome.evidence?.rows.map(({ evidence }) => evidence)).toEqual(['nothing answered', 'nothing answered']);
    expect(await step(world, inputs({ 'on-unreachable': 'inconclusive' }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'unreachable',
      exit: 1,
    });
    expect(storyOf(world).at(-1)).toBe('in_progress: smoke inconclusive: 0 of 2');
  });

  test('the old version still answering is inconclusive', async () => {
    const old = (): HttpReply => ({
      kind: 'reply',
      status: 200,
      headers: {},
      body: '{"version":"v1.7.4"}',
      truncated: false,
      durationMs: 5,
    });

    const outcome = await step(await town({ said, http: old }), inputs());

    expect(outcome).toMatchObject({ verdict: 'inconclusive', reason: 'another-version', rollback: false });
    expect(outcome.evidence?.facts.join()).toMatch(/not ready within .*, asked \d+ times/);
    expect(plain(outcome.evidence?.sentence ?? '')).toMatch(
      /got "v1\.7\.4"\. Look whether the deployment reached this address/,
    );
  });

  test('a cancel is inconclusive', async () => {
    const world = await town({ said });
    world.cancel();

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'inconclusive', reason: 'cancelled', rollback: false });
    expect(outcome.evidence?.facts).toContain('cancelled before the version was asked');
    expect(outcome.evidence?.rows[0]?.evidence).toBe('the run was cancelled');
  });

  test('dry-run gives the verdict and writes nothing', async () => {
    const world = await town({ said });

    expect(await step(world, inputs({ 'dry-run': 'true' }))).toMatchObject({ verdict: 'pass', silent: true });
    expect(storyOf(world)).toHaveLength(4);
  });
});

test('of two legs the last one to pass ends the Deployment', async () => {
  const legs = policy.replace('https://shop.example"}', 'https://shop.example", legs: {eu: {}, us: {}}}');
  const world = await town({ policy: legs, legs: ['eu', 'us'], said: [begun, full, completed] });

  await step(world, inputs({ leg: 'eu' }));
  expect(storyOf(world).at(-1)).toBe('in_progress: [eu] smoke pass: 2 of 2');
  await step(world, inputs({ leg: 'us' }));

  expect(storyOf(world).slice(-2)).toEqual(['in_progress: [us] smoke pass: 2 of 2', 'success: finished']);
});

describe('without a plan', () => {
  const plain = 'version: 1\nenvironments: {production: {url: "https://shop.example"}}\n';

  test('a pass at the address of the environment ends the Deployment', async () => {
    const world = await town({ policy: plain, plan: 'direct' });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'pass' });
    expect(storyOf(world).at(-1)).toBe('success: smoke pass: 2 of 2');
  });

  test('a pass at another address does not', async () => {
    const world = await town({ policy: plain, plan: 'direct' });

    await step(world, inputs({ 'base-url': 'http://10.0.0.9:8080' }));

    expect(storyOf(world).at(-1)).toBe('in_progress: smoke pass: 2 of 2');
  });
});

describe('without any policy or suite', () => {
  function alone(http: (request: HttpRequest) => HttpReply): MemoryWorld {
    return memoryWorld({ http });
  }

  test('asks the first page and the certificate of base-url', async () => {
    const certificate = {
      validFrom: '',
      validTo: new Date(Date.UTC(2026, 11, 24)).toISOString(),
      subject: 'shop.example',
      issuer: 'Acme',
    };
    const world = alone((request) => ({ ...well(request), certificate }) as HttpReply);

    const outcome = await step(world, inputs({ 'base-url': 'https://shop.example' }));

    expect(outcome).toMatchObject({ verdict: 'pass', outputs: { passed: '2' } });
    expect(outcome.evidence?.rows.map(({ id }) => id)).toEqual(['home', 'certificate']);
  });

  test('a certificate of 14 days is a failure, and asks for no rollback: no policy says so', async () => {
    const certificate = {
      validFrom: '',
      validTo: new Date(Date.UTC(2026, 11, 1, 12)).toISOString(),
      subject: '',
      issuer: '',
    };
    const world = alone((request) => ({ ...well(request), certificate }) as HttpReply);

    expect(await step(world, inputs({ 'base-url': 'https://shop.example' }))).toMatchObject({
      verdict: 'fail',
      reason: 'check:certificate',
      rollback: false,
    });
  });

  test('a redirect is an answer, a server error is not', async () => {
    const status = (code: number) => alone((request) => ({ ...well(request), status: code }) as HttpReply);

    expect((await step(status(301), inputs({ 'base-url': 'http://shop.example' }))).verdict).toBe('pass');
    expect((await step(status(500), inputs({ 'base-url': 'http://shop.example' }))).verdict).toBe('fail');
  });
});

describe('what must be mended first is a Problem', () => {
  test.each<[string, Past, Readonly<Record<string, string>>, RegExp]>([
    ['no address', { policy: 'version: 1' }, {}, /Nobody says which address.*base-url/],
    ['an address that is none', {}, { 'base-url': 'shop.example' }, /is no address to ask \(input base-url\)/],
    ['a side without an address', {}, { 'connect-to': 'red' }, /neither host:port nor a side.*blue, green/],
    ['a variable that is not set', { env: {} }, { 'connect-to': 'green' }, /\$\{GREEN_URL\}/],
    ['a suite that is not there', {}, { suite: 'ops/smoke.yml' }, /no smoke suite at ops\/smoke.yml \(input suite\)/],
    [
      'a suite with faults',
      { suiteText: 'version: 1\nchecks:\n  - {id: a}\n  - {id: b, htp: {}}' },
      { 'connect-to': 'green' },
      /2 faults[\s\S]*does not say what it asks\. Give it one of http[\s\S]*unknown key “htp”/,
    ],
    ['unknown tags', {}, { tags: 'cor', 'connect-to': 'green' }, /No check .* tag cor.*core/],
    [
      'a report out of the repository',
      {},
      { ingest: '../results.xml' },
      /“\.\.\/results\.xml” is no path inside the repository \(input ingest\)/,
    ],
    ['nothing to take away from', {}, { ingest: '!old/**' }, /“!old\/\*\*” takes away, and no path says what from/],
    ['a deployment that is not there', {}, { 'deployment-id': '1' }, /There is no deployment 1 of ours in production/],
    ['another commit', {}, { 'expected-sha': sha('d') }, /is of c{40}, not of d{40} \(input expected-sha\)/],
  ])('%s', async (_name, past, words, message) => {
    const world = await town(past);

    await expect(step(world, inputs(words))).rejects.toThrow(message);
  });

  test.each(['on-unreachable', 'policy-source', 'expected-sha', 'deployment-id'])('a bad %s', (name) => {
    expect(shape.safeParse({ ...given, [name]: 'nonsense' }).success).toBe(false);
  });
});

describe('the one error says what to do next', () => {
  const failed =
    (trouble: 'tls' | 'timeout' | 'network') =>
    (request: HttpRequest): HttpReply =>
      request.url.endsWith('/version')
        ? well(request)
        : { kind: 'failed', because: 'it went wrong', unreachable: false, durationMs: 5, trouble };
  const answering = (status: number) => (request: HttpRequest) =>
    (request.url.endsWith('/version') ? well(request) : { ...well(request), status }) as HttpReply;
  const asking = (check: string) => `version: 1\ndefaults: {retry: none}\nchecks:\n  - {id: a, ${check}}\n`;

  test.each<[string, Past, RegExp]>([
    ['a certificate', { http: failed('tls') }, /fail: a: no answer: .*smoke\.yml:4\)\. .*NODE_EXTRA_CA_CERTS/],
    ['a timeout', { http: failed('timeout') }, /raise `timeout` of the check/],
    ['a connection', { http: failed('network') }, /Look whether the service runs and listens/],
    ['a status', { http: broken, suiteText: asking('http: {url: /orders}') }, /correct the expectation in the suite/],
    [
      'a report that is missing',
      { suiteText: asking('ingest: {junit: results.xml}') },
      /a could not be asked: .*smoke\.yml:4\)\. Run the other runner before this in the same job/,
    ],
    [
      'a variable that is missing',
      { suiteText: asking('command: {run: a, env: [NOT_SET]}') },
      /could not be asked: NOT_SET is not set.*Correct the check, or give the step/,
    ],
    [
      'a redirect',
      { http: answering(302), suiteText: asking('http: {url: /x}') },
      /Follow it with `redirects: same-origin`/,
    ],
    ['a refusal', { http: answering(401), suiteText: asking('http: {url: /x}') }, /Send credentials/],
    [
      'a page that is not there',
      { http: answering(404), suiteText: asking('http: {url: /x}') },
      /Correct the path in the suite/,
    ],
    [
      'plain http',
      { http: (request) => ({ ...failed('tls')(request), because: 'shop.example:443 speaks no TLS' }) as HttpReply },
      /Write the address with http:/,
    ],
  ])('after %s', async (_name, past, words) => {
    const outcome = await step(
      await town({ suiteText: asking('http: {url: /}'), ...past }),
      inputs({ 'connect-to': 'green' }),
    );

    expect(outcome.error).toMatch(words);
    expect(outcome.place).toEqual({ file: '.github/smoke.yml', line: 4 });
  });
});

test('on a pull request the suite comes from the default branch, not from the change', async () => {
  const pull = { number: 482, headSha: sha('e'), baseSha: sha('m'), fork: false, labels: [] };
  const world = memoryWorld({
    policy,
    http: well,
    run: { event: 'pull_request', ref: 'refs/pull/482/merge', sha: sha('f'), pull },
  });
  world.github.files.set(`.github/smoke.yml@${sha('e')}`, suite.replace('/orders', '/nothing'));
  world.github.files.set(`.github/smoke.yml@${world.github.defaultBranch.sha}`, suite.replace('ready', '# ready'));

  const outcome = await step(world, inputs({ 'base-url': 'http://preview.example' }));

  expect(outcome).toMatchObject({ verdict: 'pass', sha: sha('e'), evidence: { moment: 'review', pulls: [482] } });
  expect(world.requests.map(({ url }) => new URL(url).pathname)).toEqual(['/', '/orders']);
});

describe('the suite is asked for beside the policy', () => {
  const pull = { number: 482, headSha: sha('e'), baseSha: sha('m'), fork: false, labels: [] };
  const review = { event: 'pull_request', ref: 'refs/pull/482/merge', sha: sha('f'), pull };

  function filesOf({ github }: MemoryWorld): readonly string[] {
    return github.asked.flatMap((one) => (one.kind === 'file' ? [`${one.path}@${one.sha.slice(0, 1)}`] : []));
  }

  test.each<readonly [string, Past, Readonly<Record<string, string>>, readonly string[]]>([
    ['where suites usually stand', {}, {}, ['.github/smoke.yml@c', '.github/deploy-policy.yml@f']],
    ['where the input says', {}, { suite: 'ops/smoke.yml' }, ['ops/smoke.yml@c', '.github/deploy-policy.yml@f']],
    [
      'and again where the policy says something else',
      { policy: `${policy}smoke: {suite: ops/smoke.yml}\n` },
      {},
      ['.github/smoke.yml@c', '.github/deploy-policy.yml@f', 'ops/smoke.yml@c'],
    ],
    ['but after it on a pull request', { run: review }, {}, ['.github/deploy-policy.yml@f', '.github/smoke.yml@c']],
  ])('%s', async (_, past, words, asked) => {
    const world = await town(past);
    world.github.files.set('ops/smoke.yml', suite);

    await step(world, inputs({ 'base-url': 'http://preview.example', ...words }));

    expect(filesOf(world)).toEqual(asked);
  });
});

test('a secret of the suite is masked before anything is asked, and stands nowhere in the outcome', async () => {
  const text = `${suite}secrets: [SMOKE_TOKEN]\n`.replace(
    '{url: /orders}',
    '{url: /orders, headers: {x-key: "{{ secrets.SMOKE_TOKEN }}"}}',
  );
  const told = (request: HttpRequest): HttpReply => {
    const reply = broken(request);
    return reply.kind === 'reply' && reply.status === 500
      ? { ...reply, body: `wrong key ${request.headers?.['x-key']}` }
      : reply;
  };
  const world = await town({
    suiteText: text,
    http: told,
    env: { GREEN_URL: 'http://10.0.0.8:8080', SMOKE_TOKEN: 'hush-hush' },
  });

  const outcome = await step(world, inputs({ 'connect-to': 'green' }));

  expect(outcome.error).toContain('wrong key ***');
  expect(JSON.stringify([outcome, world.told, world.github.deployments])).not.toContain('hush-hush');
  expect(world.masked).toEqual(['hush-hush']);
});

test('a status that cannot be written is a warning; the verdict stands', async () => {
  const world = await town({ said: [begun, full, completed] });
  const store = { ...world.deployments, say: async () => Promise.reject(new Error('403: needs deployments: write')) };

  const outcome = await step({ ...world, deployments: store }, inputs());

  expect(outcome).toMatchObject({ verdict: 'pass', exit: 0 });
  expect(outcome.warnings.join()).toContain('403: needs deployments: write');
});

describe('an environment of the suite', () => {
  const suiteText = `${suite}environments: {production: {base: "https://other.example"}, staging: {base: "https://staging.example"}}\n`;

  test('gives the address where the policy has none', async () => {
    const world = await town({
      policy: policy.replace('{url: "https://shop.example"}', '{}'),
      suiteText,
      said: [begun, ten, full, completed],
    });

    expect(await step(world, inputs())).toMatchObject({ verdict: 'pass' });
    expect(world.requests[0]?.url).toBe('https://other.example/version');
  });

  test('that is another one is named where there is no address', async () => {
    const world = memoryWorld({});
    world.github.files.set('.github/smoke.yml', suiteText.replace('production:', 'prod:'));

    await expect(step(world, inputs())).rejects.toThrow(
      /Nobody says which address to test in production .*The suite has one for prod, staging: is that the input `environment`/,
    );
  });

  test('does not set the address of the policy aside', async () => {
    const world = await town({ suiteText, said: [begun, ten, full, completed] });

    await step(world, inputs());

    expect(world.requests[0]?.url).toBe('https://shop.example/version');
  });
});

describe('reports of other runners', () => {
  const said = [begun, ten, full, completed];
  const report = (cases: string) => `<testsuite name="ui" timestamp="2026-11-17T10:00:00Z">${cases}</testsuite>`;

  test.each([
    ['pass', report('<testcase name="login"/>'), 'pass', ['home', 'orders', 'report', 'report › ui › login']],
    [
      'fail',
      report('<testcase name="login"><failure message="no dashboard"/></testcase>'),
      'fail',
      ['home', 'orders', 'report', 'report › ui › login'],
    ],
    ['are empty', report(''), 'fail', ['home', 'orders', 'report']],
    [
      'are of yesterday',
      report('<testcase name="login"/>').replace('11-17', '11-16'),
      'fail',
      ['home', 'orders', 'report'],
    ],
    ['are missing', undefined, 'inconclusive', ['home', 'orders', 'report']],
  ])('that %s count beside the suite', async (_name, xml, verdict, rows) => {
    const world = await town({ said });
    if (xml !== undefined) world.github.workspace.set('results.xml', xml);

    const outcome = await step(world, inputs({ ingest: 'results.xml' }));

    expect(outcome.verdict).toBe(verdict);
    expect(outcome.rollback).toBe(verdict === 'fail');
    expect(outcome.evidence?.rows.map(({ id }) => id)).toEqual(rows);
  });

  test('are found by globs too, what ! begins taken away from each', async () => {
    const world = await town({ said });
    world.github.workspace.set('ui/junit-a.xml', report('<testcase name="login"/>'));
    world.github.workspace.set('api/junit.xml', report('<testcase name="login"/>').replace('"ui"', '"api"'));
    world.github.workspace.set('old/junit.xml', report('').replace('11-17', '11-16'));

    const outcome = await step(world, inputs({ ingest: 'ui/*.xml, **/{junit,TEST}.xml\n!old/**' }));

    expect(outcome.verdict).toBe('pass');
    expect(outcome.evidence?.rows.map(({ id }) => id)).toEqual([
      'home',
      'orders',
      'report-1',
      'report-1 › ui › login',
      'report-2',
      'report-2 › api › login',
    ]);
  });

  test('name their flaky cases one a line, for names may hold commas', async () => {
    const world = await town({ said });
    const flaky = '<flakyFailure message="once" type="x"/>';
    world.github.workspace.set('results.xml', report(`<testcase name="pays, and&#10;leaves">${flaky}</testcase>`));

    const outcome = await step(world, inputs({ ingest: 'results.xml' }));

    expect(outcome.outputs?.flaky?.split('\n')).toEqual(['report', 'report › ui › pays, and leaves']);
    expect(outcome.evidence?.rows.at(-1)?.evidence).toMatch(/ \(before: case: expected a pass, got once\)$/);
  });

  test('are asked whatever the tags', async () => {
    const world = await town({ said });
    world.github.workspace.set('results.xml', report('<testcase name="login"/>'));

    const outcome = await step(world, inputs({ ingest: 'results.xml', tags: 'core' }));

    expect(outcome.evidence?.rows.map(({ id }) => id)).toEqual(['orders', 'report', 'report › ui › login']);
    expect(outcome.evidence?.facts).toContain('left out by tags, environment or pull request: home');
  });
});

describe('what a reader sees', () => {
  const said = [begun, ten, full, completed];
  const text = `${suite}  - {id: slow, http: {url: /slow}, severity: advisory, expect: {json: {$.state: open}}}\n`;

  test('the one error stands on the line of the check, other failures are warnings on theirs', async () => {
    const world = await town({ said, http: broken, suiteText: text });

    const outcome = await step(world, inputs());

    expect(outcome.place).toEqual({ file: '.github/smoke.yml', line: 6 });
    expect(outcome.annotations).toEqual([
      {
        file: '.github/smoke.yml',
        line: 7,
        message: expect.stringMatching(/Smoke check slow \(advisory\) failed: body: expected JSON/),
      },
    ]);
    expect(outcome.evidence?.details[0]).toMatchObject({
      heading: 'Expected, and what came',
      open: true,
      table: [
        ['Check', 'What', 'Expected', 'Came'],
        ['orders', 'status', '2xx', '500, no stock table'],
        ['slow', 'body', 'JSON', 'an empty body'],
      ],
    });
    expect(world.told.join('\n')).toContain('      - expected 2xx\ninfo:       + came     500, no stock table');
  });

  test('a failure is said with its question, once as text and once as a table, and not a third time', async () => {
    const world = await town({ http: broken, suiteText: text.replace('id: orders,', 'id: orders, title: The list,') });

    const { error, evidence } = await step(world, inputs({ 'connect-to': 'green' }));

    expect(error).toContain(
      '(GET http://shop.example/orders by way of 10.0.0.8:8080 (green), .github/smoke.yml:6). Look',
    );
    expect(evidence?.rows.find(({ id }) => id === 'orders')).toMatchObject({
      title: 'The list (orders)',
      evidence: 'asked GET http://shop.example/orders, 0 ms',
    });
    expect(JSON.stringify(evidence).match(/no stock table/g)).toHaveLength(2);
  });

  test('of forty checks that failed the table shows twelve, those that decide first, and the rows all others', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, n) => `  - {id: c${n}, http: {url: /${n}/orders}${n === 0 ? ', severity: advisory' : ''}}\n`,
    );
    const world = await town({ said, http: broken, suiteText: `version: 1\nchecks:\n${lines.join('')}` });

    const { evidence, annotations } = await step(world, inputs());

    const table = evidence?.details[0]?.table ?? [];
    expect(table.map(([id]) => id)).toEqual([
      'Check',
      ...Array.from({ length: 12 }, (_, n) => `c${n + 1}`),
      'and 28 more, below',
    ]);
    expect(evidence?.rows.filter((row) => String(row.evidence).includes('no stock table'))).toHaveLength(28);
    expect(annotations).toHaveLength(10);
  });

  test('where nothing answers the one error says so for all, at the address that was asked', async () => {
    const gone = () => ({ kind: 'failed', because: 'connection refused', unreachable: true, durationMs: 1 }) as const;
    const alone = memoryWorld({ http: gone });
    alone.github.files.set('.github/smoke.yml', suite.replace(/^ready.*\n/m, ''));

    const outcome = await step(alone, inputs({ 'base-url': 'https://shop.example' }));
    const waited = await step(await town({ said, http: gone }), inputs());

    expect(outcome).toMatchObject({ verdict: 'unreachable', annotations: [] });
    expect(outcome.error).toContain('nothing answered: connection refused (at https://shop.example)');
    expect(waited.error).toContain('(GET https://shop.example/version, .github/smoke.yml:3)');
    expect(waited.place).toEqual({ file: '.github/smoke.yml', line: 3 });
  });

  test('the sentence holds the beginning of what came, the error all that is kept of it', async () => {
    const wordy = (request: HttpRequest) =>
      request.url.endsWith('/orders')
        ? ({ ...well(request), status: 500, body: 'x'.repeat(900) } as HttpReply)
        : well(request);
    const outcome = await step(await town({ said, http: wordy }), inputs());

    expect(plain(outcome.evidence?.sentence ?? '')).toMatch(/^Failed: orders: status: .* got 500, x{100,170}… Look /);
    expect(outcome.error).toMatch(/x{250,}/);
  });

  test('the built-in suite stands in no file: nothing is marked on a line of one', async () => {
    const ill = (request: HttpRequest) => ({ ...well(request), status: 500 }) as HttpReply;

    const outcome = await step(memoryWorld({ http: ill }), inputs({ 'base-url': 'http://shop.example' }));

    expect(outcome.verdict).toBe('fail');
    expect(outcome.place).toBeUndefined();
  });

  test.each([
    ['10s', [expect.stringContaining('`ready` may wait 10 s of a budget of 10 s')]],
    ['11s', []],
  ])('a wait for the version as long as the budget of the policy is warned of: %s', async (budget, warned) => {
    const world = await town({ said, policy: `${policy}smoke: {budget: ${budget}}\n` });

    const { annotations = [] } = await step(world, inputs());

    expect(annotations.map(({ message }) => message).filter((message) => message.includes('budget'))).toEqual(warned);
  });

  test('hints about the suite stand folded in the report', async () => {
    const outcome = await step(await town({ said }), inputs());

    expect(outcome.evidence?.details.map(({ heading }) => heading)).toContain('What the suite could ask');
  });

  test.each([
    ['without a suite on record', {}, []],
    [
      'with another suite',
      { suite: '000000000000' },
      ['The suite has changed since: a check of the same id may ask something else.'],
    ],
  ])(
    'latencies stand beside those of the last version that passed, and decide nothing: %s',
    async (_name, kept, lines) => {
      const slow = (request: HttpRequest): HttpReply => {
        const reply = well(request);
        return request.url.endsWith('/orders') && reply.kind === 'reply' ? { ...reply, durationMs: 900 } : reply;
      };
      const world = await town({ said, http: slow });
      const before = await world.github.store.create({
        sha: sha('b'),
        environment: 'production',
        task: 'deploy',
        description: '',
        payload: forwardPayload({ sha: sha('b') }),
      });
      world.github.say(before.id, { state: 'success', description: describeEntry(completed[1]), logUrl: '' });
      const found = { 'latencies-ms': ['home 4', 'orders 90'], ...kept };
      const last = { action: 'smoke-test', verdict: 'pass', sha: sha('b'), version: 'v1.7.4', found } as const;
      world.github.records.set(sha('b'), [
        // Newer, and not to be compared with: one that failed, one of another place, one without figures.
        ...[
          { verdict: 'fail' as const },
          { environment: 'staging' },
          { leg: 'eu' },
          { action: 'canary-step' as const },
        ].map((other) =>
          aRecord(anEvidence({ ...last, at: 4_000_000_000_000, found: { 'latencies-ms': ['orders 1'] }, ...other })),
        ),
        aRecord(anEvidence({ ...last, at: 4_000_000_000_000, found: {} })),
        aRecord(anEvidence(last)),
      ]);

      const outcome = await step(world, inputs());

      expect(outcome.verdict).toBe('pass');
      expect(outcome.evidence?.found['latencies-ms']).toEqual(['home 5', 'orders 900']);
      expect(outcome.evidence?.details).toContainEqual({
        heading: 'Slower than with v1.7.4',
        lines,
        table: [
          ['Check', 'Then', 'Now'],
          ['orders', '90 ms', '900 ms'],
        ],
      });
    },
  );

  test('of a suite of thousands what did not pass, then the first of what did', async () => {
    const lines = Array.from(
      { length: 1_000 },
      (_, n) => `  - {id: c${n}, http: {url: ${n === 900 ? '/orders' : '/'}}}\n`,
    );
    const world = await town({ said, http: broken, suiteText: `version: 1\nchecks:\n${lines.join('')}` });

    const outcome = await step(world, inputs());

    expect(outcome.evidence?.rows).toHaveLength(300);
    expect(outcome.evidence?.rows.at(-1)).toMatchObject({ id: 'c900', outcome: 'fail' });
    expect(outcome.evidence?.facts).toContain('700 checks are not listed');
    expect(outcome.outputs).toMatchObject({ passed: '999', failed: '1' });
  });
});
