import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCommand } from '../../../src/io/command.ts';
import { launchdarklySwitch } from '../../../src/io/flags/launchdarkly.ts';
import { flagWeighing } from '../../../src/io/flags/switch.ts';
import { unleashSwitch } from '../../../src/io/flags/unleash.ts';
import { createHttp } from '../../../src/io/http.ts';
import { createRouter } from '../../../src/io/routers/router.ts';
import {
  type FlagProvider,
  type LaunchdarklyFlag,
  launchdarklyToken,
  startLaunchdarkly,
  startUnleash,
  type UnleashFlag,
  unleashToken,
} from '../../world/flags.ts';
import { MemoryClock } from '../../world/memory/clock.ts';

const http = createHttp();
let unleash: FlagProvider<UnleashFlag>;
let launchdarkly: FlagProvider<LaunchdarklyFlag>;

beforeAll(async () => {
  [unleash, launchdarkly] = await Promise.all([startUnleash(), startLaunchdarkly()]);
});
afterAll(() => Promise.all([unleash.stop(), launchdarkly.stop()]));
beforeEach(() => {
  unleash.flag.enabled = true;
  unleash.flag.strategies.splice(1);
  const [strategy] = unleash.flag.strategies;
  if (strategy !== undefined) strategy.parameters.rollout = '0';
  Object.assign(launchdarkly.flag, { on: true, offVariation: 0, rules: [], weight: 0 });
  for (const provider of [unleash, launchdarkly]) provider.refuse(undefined);
});

const router = (name: 'unleash' | 'launchdarkly', own: Readonly<Record<string, unknown>> = {}) => {
  const [url, token] = name === 'unleash' ? [unleash.url, unleashToken] : [launchdarkly.url, launchdarklyToken];
  return createRouter(
    {
      router: name,
      sides: ['off', 'on'],
      options: { flag: 'checkout', url, token, ...own },
      environment: 'production',
      leg: '',
    },
    { http, command: createCommand(process.cwd(), new AbortController().signal), clock: new MemoryClock(Date.now()) },
  );
};

describe.each(['unleash', 'launchdarkly'] as const)('the flag as a router: %s', (name) => {
  const provider = () => (name === 'unleash' ? unleash : launchdarkly);

  test.each([
    [10, 10],
    [0.4, 1],
    [99.7, 99],
    [100, 100],
    [0, 0],
  ])('asked for %d %% it gives %d %%', async (asked, given) => {
    await router(name).set({ off: 50, on: 50 });

    expect((await router(name).set({ off: 100 - asked, on: asked })).applied).toEqual({ off: 100 - given, on: given });
  });

  test('the same share again changes nothing', async () => {
    await router(name).set({ off: 90, on: 10 });
    const before = provider().calls.filter((call) => !call.startsWith('GET')).length;

    expect((await router(name).set({ off: 90, on: 10 })).changed).toBe(false);
    expect(provider().calls.filter((call) => !call.startsWith('GET'))).toHaveLength(before);
  });

  test('a flag that is off reaches nobody; a share turns it on', async () => {
    await router(name).set({ off: 75, on: 25 });
    if (name === 'unleash') unleash.flag.enabled = false;
    else launchdarkly.flag.on = false;

    expect(await router(name).get()).toEqual({ kind: 'known', value: { off: 100, on: 0 } });
    expect((await router(name).set({ off: 75, on: 25 })).applied).toEqual({ off: 75, on: 25 });
  });

  test('a token that may not is refused with what it must be able to do, and never shown', async () => {
    const refused = router(name, { token: 'wrong-token-of-somebody' }).set({ off: 90, on: 10 });

    await expect(refused).rejects.toThrow(/401.*The token must be one/);
    await expect(refused).rejects.not.toThrow('wrong-token-of-somebody');
  });

  test('a provider that is down is waited for, then told as unknown', async () => {
    provider().refuse(503);

    expect(await router(name).get()).toMatchObject({ kind: 'unknown', because: expect.stringContaining('503') });
  });
});

test('Unleash: a second active strategy makes every share untrue', async () => {
  unleash.flag.strategies.push({ id: 's2', name: 'default', parameters: {} });

  await expect(router('unleash').set({ off: 90, on: 10 })).rejects.toThrow('flexibleRollout, default');
});

test.each(['101', 'ten', '-1'])('Unleash: a rollout of %s, which it takes, is not believed', async (rollout) => {
  const [strategy] = unleash.flag.strategies;
  if (strategy !== undefined) strategy.parameters.rollout = rollout;

  expect(await router('unleash').get()).toMatchObject({ kind: 'unknown', because: expect.stringContaining(rollout) });
});

test('LaunchDarkly: rules that go before the default rule stand in the way of a share, not of the way back', async () => {
  await router('launchdarkly').set({ off: 50, on: 50 });
  launchdarkly.flag.rules.push({ clauses: [] });

  await expect(router('launchdarkly').set({ off: 90, on: 10 })).rejects.toThrow('go before the default rule');
  expect((await router('launchdarkly').set({ off: 100, on: 0 })).applied).toEqual({ off: 100, on: 0 });
});

test('LaunchDarkly: off is no way back where it gives everybody the new version; nobody’s share is, and it is told', async () => {
  const options = { flag: 'checkout', url: launchdarkly.url, token: launchdarklyToken, project: 'default' };
  const plan = flagWeighing(
    { router: 'launchdarkly', sides: ['off', 'on'], options, environment: 'production', leg: '', by: 'flag' },
    launchdarklySwitch(options, 'production', http, []),
  );
  await plan.write({ off: 70, on: 30 });
  launchdarkly.flag.offVariation = 1;

  await expect(plan.read()).rejects.toThrow('switched off, the flag checkout gives everybody in production the new');
  await plan.write({ off: 100, on: 0 });
  expect(launchdarkly.flag).toMatchObject({ on: true, weight: 0 });
  launchdarkly.flag.on = false;
  expect(await router('launchdarkly').get()).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('switched off, the flag checkout gives everybody'),
  });
  expect((await router('launchdarkly').set({ off: 90, on: 10 })).applied).toEqual({ off: 90, on: 10 });
});

test('turning off is one call, and twice is the same as once', async () => {
  const project = 'default';
  const ofUnleash = unleashSwitch(
    { flag: 'checkout', url: unleash.url, token: unleashToken, project },
    'production',
    http,
  );
  const ofLaunchdarkly = launchdarklySwitch(
    { flag: 'checkout', url: launchdarkly.url, token: launchdarklyToken, project },
    'production',
    http,
  );
  for (const flag of [ofUnleash, ofLaunchdarkly]) {
    await flag.setShare(30);
    await flag.turn(false);
    await flag.turn(false);

    expect(await flag.read()).toEqual({ on: false, share: 30, audience: [] });
  }
});

describe.each(['unleash', 'launchdarkly'] as const)('a plan by flag: %s', (name) => {
  const provider = () => (name === 'unleash' ? unleash : launchdarkly);
  const byFlag = (own: Readonly<Record<string, unknown>> = {}) => {
    const [url, token] = name === 'unleash' ? [unleash.url, unleashToken] : [launchdarkly.url, launchdarklyToken];
    return createRouter(
      {
        router: name,
        sides: ['off', 'on'],
        options: { flag: 'checkout', url, token, ...own },
        environment: 'production',
        leg: '',
        by: 'flag',
        audiences: ['internal', 'beta', 'friends'],
      },
      { http, command: createCommand(process.cwd(), new AbortController().signal), clock: new MemoryClock(Date.now()) },
    );
  };
  const isOn = () => (name === 'unleash' ? unleash.flag.enabled : launchdarkly.flag.on);
  const off = { off: 100, on: 0, internal: 0, beta: 0, friends: 0 };

  test('internal users, beta users, then a percentage, read back each time; the flag goes off again at the end', async () => {
    const internal = { ...off, internal: 100 };
    expect((await byFlag().set({ off: 100, on: 0, internal: 100 })).applied).toEqual(internal);
    expect(isOn()).toBe(true);
    const both = { ...internal, beta: 100 };
    expect((await byFlag().set(both)).applied).toEqual(both);
    const share = { ...both, off: 75, on: 25 };
    expect((await byFlag().set(share)).applied).toEqual(share);
    expect((await byFlag().set(share)).changed).toBe(false);
    expect((await byFlag().set({ off: 0, on: 100 })).applied).toEqual({ ...off, off: 0, on: 100 });
    expect((await byFlag().set({ off: 100, on: 0 })).applied).toEqual(off);

    expect(isOn()).toBe(false);
  });

  test('users by name are meant where the policy says so', async () => {
    await byFlag({ audiences: { friends: { users: ['alice', 'bob'] } } }).set({ ...off, friends: 100 });

    const told = JSON.stringify(provider().flag);
    expect(told).toContain('"values":["alice","bob"]');
    expect(told).toContain(name === 'unleash' ? '"contextName":"userId"' : '"attribute":"key"');
  });

  test('what people gave some users by hand is left alone', async () => {
    if (name === 'unleash')
      unleash.flag.strategies.push({
        id: 'by-hand',
        name: 'flexibleRollout',
        parameters: { rollout: '100' },
        segments: [7],
      });
    else launchdarkly.flag.rules.push({ _id: 'by-hand', clauses: [], variation: 1 });
    await byFlag().set({ ...off, off: 90, on: 10, internal: 100 });
    await byFlag().set({ off: 100, on: 0 });

    expect(JSON.stringify(provider().flag)).toContain('by-hand');
    expect(JSON.stringify(provider().flag)).not.toContain('boring-deploys');
  });
});

test('Unleash: a segment that is not there is named before anything is turned on', async () => {
  unleash.flag.enabled = false;
  const { url } = unleash;
  const none = createRouter(
    {
      router: 'unleash',
      sides: ['off', 'on'],
      options: { flag: 'checkout', url, token: unleashToken },
      environment: 'production',
      leg: '',
      by: 'flag',
      audiences: ['nobody'],
    },
    { http, command: createCommand(process.cwd(), new AbortController().signal), clock: new MemoryClock(Date.now()) },
  );

  await expect(none.set({ off: 100, on: 0, nobody: 100 })).rejects.toThrow(
    /no segment nobody.*flags.audiences.nobody/s,
  );
  expect(unleash.flag.enabled).toBe(false);
});

test('Unleash: a flag without any strategy gets one of the wanted share, and none of everybody', async () => {
  unleash.flag.strategies.splice(0);
  const { url } = unleash;
  const router = createRouter(
    {
      router: 'unleash',
      sides: ['off', 'on'],
      options: { flag: 'checkout', url, token: unleashToken },
      environment: 'production',
      leg: '',
      by: 'flag',
      audiences: [],
    },
    { http, command: createCommand(process.cwd(), new AbortController().signal), clock: new MemoryClock(Date.now()) },
  );

  expect((await router.set({ off: 90, on: 10 })).applied).toEqual({ off: 90, on: 10 });
  expect(unleash.flag.strategies).toMatchObject([{ parameters: { rollout: '10' } }]);
  unleash.flag.strategies.splice(0, 1, {
    id: 's1',
    name: 'flexibleRollout',
    parameters: { rollout: '0', stickiness: 'default', groupId: 'checkout' },
  });
});
