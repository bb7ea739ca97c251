import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createRouter, type RouterWorld } from '../../../src/io/routers/router.ts';
import type { RouterOptions } from '../../../src/world.ts';
import { MemoryClock } from '../../world/memory/clock.ts';
import { answerJson, type Door, handling, openDoor, readJson } from '../../world/service/http.ts';
import { startRouter } from '../../world/service/router.ts';
import { type Service, startService } from '../../world/service/service.ts';
import type { Router as RealRouter } from '../../world/service/types.ts';

const sha = 'c'.repeat(40);
let service: Service;
let real: RealRouter;
const cancelling = new AbortController();
// Time that only passes when something waits: a deadline of 30 s costs the test nothing.
const world = () => ({
  http: createHttp(),
  command: createCommand(process.cwd(), cancelling.signal),
  clock: new MemoryClock(Date.now()),
});

beforeAll(async () => {
  service = await startService();
  await service.blue.deploy({ version: 'v1', sha: 'b'.repeat(40) });
  real = await startRouter({ upstreams: { blue: service.blue.url, green: service.green.url } });
});

beforeEach(() => {
  real.fault({});
  real.setWeights({ blue: 100, green: 0 });
});

afterAll(async () => {
  await real.stop();
  await service.stop();
});

function options(router: 'http' | 'command', own: Readonly<Record<string, unknown>> = {}): RouterOptions {
  const keys =
    router === 'http' ? { url: `${real.adminUrl}/weights` } : { get: real.commands.get, set: real.commands.set };
  const at = { blue: service.blue.url, green: service.green.url };
  return {
    router,
    sides: ['blue', 'green'],
    options: { ...keys, at, ...own },
    environment: 'production',
    leg: '',
    publicUrl: real.url,
  };
}

describe.each(['http', 'command'] as const)('the router %s', (name) => {
  test('reads what the real router says', async () => {
    real.setWeights({ blue: 75, green: 25 });

    expect(await createRouter(options(name), world()).get()).toEqual({ kind: 'known', value: { blue: 75, green: 25 } });
  });

  test('sets absolute weights and reads them back; the second time changes nothing', async () => {
    const router = createRouter(options(name), world());
    const before = real.log.length;

    const first = await router.set({ blue: 90, green: 10 });
    const second = await router.set({ blue: 90, green: 10 });

    expect(first).toEqual({ applied: { blue: 90, green: 10 }, changed: true });
    expect(second).toEqual({ applied: { blue: 90, green: 10 }, changed: false });
    expect(real.weights).toEqual({ blue: 90, green: 10 });
    expect(real.log.length - before).toBe(1);
  });

  test('says what a router answers that refuses, without changing anything', async () => {
    real.fault({ refuse: 'locked by ops' });

    await expect(createRouter(options(name), world()).set({ blue: 0, green: 100 })).rejects.toThrow('locked by ops');
    expect(real.weights.green).toBe(0);
  });

  test('cannot be read when nobody answers: unknown, not zero', async () => {
    real.fault({ unreachable: true });

    expect((await createRouter(options(name), world()).get()).kind).toBe('unknown');
  });
});

describe('patience', () => {
  let door: Door;
  let answers: ((method: string) => { status: number; body: unknown })[] = [];
  let seen: string[] = [];
  let weights: unknown = { blue: 100, green: 0 };
  let sent: unknown;

  beforeAll(async () => {
    door = await openDoor(
      handling(async (request, response) => {
        const method = request.method ?? '';
        seen.push(`${method} ${request.headers.authorization ?? ''}`.trim());
        if (method !== 'GET') sent = await readJson(request);
        const answer = answers.shift()?.(method) ?? { status: 200, body: weights };
        if (method !== 'GET' && answer.status === 200) weights = sent;
        answerJson(response, answer.status, answer.body);
      }),
    );
  });
  beforeEach(() => {
    answers = [];
    seen = [];
    weights = { blue: 100, green: 0 };
  });
  afterAll(() => door.close());

  const at = (own: Readonly<Record<string, unknown>> = {}) =>
    createRouter({ ...options('http'), options: { url: `${door.url}/w`, ...own } }, world());
  const ok = () => ({ status: 200, body: weights });

  test.each([408, 425, 429, 500, 503])('tries again after %d', async (status) => {
    answers = [ok, () => ({ status, body: {} }), ok];

    await expect(at().set({ blue: 50, green: 50 })).resolves.toMatchObject({ changed: true });
    expect(seen.filter((call) => call === 'PUT')).toHaveLength(2);
  });

  test.each([
    [400, 'router-refused'],
    [401, 'router-refused'],
    [409, 'contested'],
  ])('does not try again after %d', async (status, reason) => {
    answers = [ok, () => ({ status, body: { error: 'no' } })];

    await expect(at().set({ blue: 50, green: 50 })).rejects.toMatchObject({ parts: { reason } });
    expect(seen.filter((call) => call === 'PUT')).toHaveLength(1);
  });

  test('calls it contested when the router says something else than it was told', async () => {
    answers = Array.from({ length: 60 }, () => (method: string) => ({
      status: method === 'GET' ? 200 : 204,
      body: { blue: 100, green: 0 },
    }));

    await expect(at().set({ blue: 50, green: 50 })).rejects.toThrow(
      'told blue 50 %, green 50 % and says blue 100 %, green 0 %',
    );
  });

  test('takes a router that rounds, and says what it made of it', async () => {
    answers = [ok, () => ({ status: 200, body: {} }), () => ({ status: 200, body: { blue: 97, green: 3 } })];

    expect(await at().set({ blue: 97.5, green: 2.5 })).toEqual({ applied: { blue: 97, green: 3 }, changed: true });
  });

  test('finds and sends the weights where the pointer says, with the headers, by the method', async () => {
    weights = { spec: { weights: { blue: 100, green: 0 } } };
    const router = at({ weights: '/spec/weights', headers: { authorization: 'Bearer hidden-token' }, method: 'POST' });

    await router.set({ blue: 0, green: 100 });

    expect(sent).toEqual({ spec: { weights: { blue: 0, green: 100 } } });
    expect(new Set(seen)).toEqual(new Set(['GET Bearer hidden-token', 'POST Bearer hidden-token']));
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['other sides', { red: 100 }],
    ['weights that do not add up', { blue: 60, green: 60 }],
    ['a weight over 100', { blue: -50, green: 150 }],
  ])('does not believe %s', async (_name, body) => {
    answers = Array.from({ length: 60 }, () => () => ({ status: 200, body }));

    expect(await at().get()).toMatchObject({ kind: 'unknown', because: expect.stringContaining('answers no weights') });
  });

  test('never shows headers or credentials', async () => {
    answers = Array.from({ length: 60 }, () => () => ({ status: 403, body: { error: 'denied' } }));
    const url = `http://ops:hunter2-secret@127.0.0.1:${door.port}/w`;
    const router = at({ url, headers: { authorization: 'Bearer hidden-token' } });

    const text = JSON.stringify(await router.get());

    expect(text).toContain('403');
    expect(text).not.toContain('hunter2-secret');
    expect(text).not.toContain('hidden-token');
  });
});

describe('the command router', () => {
  const command = (get: string, set: string, sides: readonly [string, string] = ['blue', 'green']) =>
    createRouter({ ...options('command'), sides, options: { get, set } }, world());

  test.each([
    ['{"blue": 90, "green": 10}', { blue: 90, green: 10 }],
    ['10', { blue: 90, green: 10 }],
    ['reading …\n\n10\n', { blue: 90, green: 10 }],
    ['2.5', { blue: 97.5, green: 2.5 }],
  ])('understands %j', async (printed, value) => {
    expect(await command(`printf '%s' '${printed}'`, 'true').get()).toEqual({ kind: 'known', value });
  });

  test.each([
    ['prints no number', 'echo ten', 'printed “ten”'],
    ['fails', 'echo no route >&2; exit 3', 'exit code 3: no route'],
  ])('is unknown when get %s', async (_name, get, because) => {
    expect(await command(get, 'true').get()).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining(because),
    });
  });

  test('hands its values over by environment, so that no name can run', async () => {
    const sides = ['blue', 'green$(touch pwned)'] as const;
    const set = 'printf "%s" "$WEIGHT|$SIDE|$WEIGHTS|$WEIGHT_BLUE|$ENVIRONMENT" >&2; exit 1';
    const router = command('echo 0', set, sides);

    await expect(router.set({ blue: 75, 'green$(touch pwned)': 25 })).rejects.toThrow(
      '25|green$(touch pwned)|{"blue":75,"green$(touch pwned)":25}|75|production',
    );
  });

  test('brings traffic back although the job is cancelled', async () => {
    real.setWeights({ blue: 50, green: 50 });
    const cancelled = new AbortController();
    cancelled.abort();
    const router = createRouter(options('command'), {
      ...world(),
      command: createCommand(process.cwd(), cancelled.signal),
    });

    await router.set({ blue: 100, green: 0 });

    expect(real.weights).toEqual({ blue: 100, green: 0 });
  });
});

describe('the sides', () => {
  test('are asked past the router which version they run', async () => {
    expect(await createRouter(options('http'), world()).side('blue')).toMatchObject({
      answers: true,
      version: 'v1',
      sha: 'b'.repeat(40),
    });
  });

  test.each([
    ['a field', { path: '/version', field: 'side' }, 'blue'],
    ['a header', { path: '/health', header: 'X-Version' }, 'v1'],
  ])('name their version in %s', async (_name, version, expected) => {
    expect((await createRouter(options('http', { version }), world()).side('blue')).version).toBe(expected);
  });

  test.each([
    ['3412345', '3412345'],
    ['20261121134431001', '20261121134431001'],
    ['"v2"', 'v2'],
    ['1.5', ''],
    ['true', ''],
  ])('say %s, which is the version “%s”', async (said, expected) => {
    const http: RouterWorld['http'] = async () => ({
      kind: 'reply',
      status: 200,
      headers: {},
      body: `{"version":${said}}`,
      truncated: false,
      durationMs: 1,
    });

    expect((await createRouter(options('http'), { ...world(), http }).side('blue')).version).toBe(expected);
  });

  test('that do not answer are a fact, and so are those without an address', async () => {
    const router = createRouter(options('http'), world());
    const blind = createRouter(options('http', { at: {} }), world());

    expect(await router.side('green')).toMatchObject({
      answers: false,
      version: '',
      url: expect.stringContaining('http'),
    });
    expect(await blind.side('green')).toMatchObject({
      answers: false,
      url: '',
      because: expect.stringContaining('traffic.at.green'),
    });
  });

  test('are met at the entrance by the weights', async () => {
    await service.green.deploy({ version: 'v2', sha });
    real.setWeights({ blue: 50, green: 50 });

    const counts = await createRouter(options('http'), world()).sample(10);

    expect(counts).toEqual({ v1: 5, v2: 5 });
    await service.green.down();
  });
});

test('samples ten at a time, so that an entrance that hangs is known to hang within seconds', async () => {
  let [underWay, most] = [0, 0];
  const http: RouterWorld['http'] = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return { kind: 'failed', because: 'timeout', unreachable: false, durationMs: 5_000 };
  };

  const counts = await createRouter(
    { ...options('http'), publicUrl: 'http://shop.example' },
    { ...world(), http },
  ).sample(25);

  expect(most).toBe(10);
  expect(counts).toEqual({ '': 25 });
});

test('a router that nobody knows is refused by name, with what to use instead', () => {
  expect(() => createRouter({ ...options('http'), router: 'traefik' }, world())).toThrow('use the router `command`');
});

test('options that are missing are named', () => {
  expect(() => createRouter({ ...options('http'), options: {} }, world())).toThrow('traffic.url');
});
