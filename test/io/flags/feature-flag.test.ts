// A flag as a rollback needs it: read and turned off at Unleash, LaunchDarkly and by commands, with what goes wrong.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createFlag } from '../../../src/io/flags/feature-flag.ts';
import { createHttp } from '../../../src/io/http.ts';
import type { CommandOptions, FeatureFlag } from '../../../src/world.ts';
import {
  type FlagProvider,
  type LaunchdarklyFlag,
  launchdarklyToken,
  startLaunchdarkly,
  startUnleash,
  type UnleashFlag,
  unleashToken,
} from '../../world/flags.ts';

let unleash: FlagProvider<UnleashFlag>;
let launchdarkly: FlagProvider<LaunchdarklyFlag>;

beforeAll(async () => {
  [unleash, launchdarkly] = await Promise.all([startUnleash(), startLaunchdarkly()]);
});
afterAll(() => Promise.all([unleash.stop(), launchdarkly.stop()]));
beforeEach(() => {
  unleash.flag.enabled = true;
  Object.assign(launchdarkly.flag, { on: true, offVariation: 0 });
  for (const provider of [unleash, launchdarkly]) {
    provider.refuse(undefined);
    provider.calls.splice(0);
  }
});

function flag(
  provider: string,
  own: Readonly<Record<string, unknown>> = {},
  commands: CommandOptions[] = [],
): FeatureFlag {
  const url = provider === 'unleash' ? unleash.url : launchdarkly.url;
  const options = provider === 'command' ? own : { url, token: '${FLAG_TOKEN}', timeout: '2s', ...own };
  const token = provider === 'unleash' ? unleashToken : launchdarklyToken;
  return createFlag(
    { provider, options, environment: 'production', name: 'checkout' },
    {
      http: createHttp(),
      env: (name) => (name === 'FLAG_TOKEN' ? token : undefined),
      command: async (asked) => {
        commands.push(asked);
        return { code: asked.line === './broken' ? 1 : 0, stdout: 'asking\non\n', stderr: 'no route', timedOut: false };
      },
    },
  );
}

describe.each(['unleash', 'launchdarkly'])('%s', (provider) => {
  const server = () => (provider === 'unleash' ? unleash : launchdarkly);

  test('is read, turned off, and off twice is off', async () => {
    const one = flag(provider);
    expect(await one.read()).toMatchObject({ kind: 'known', value: { on: true } });

    await one.off();
    await one.off();

    expect(await one.read()).toMatchObject({ kind: 'known', value: { on: false } });
  });

  test('a token that may not is refused by name of the key, and is in no message', async () => {
    const one = flag(provider, { token: 'a-wrong-secret' });

    const error = await one.off().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ parts: { reason: 'flag-refused', fix: expect.stringContaining('flags: token') } });
    expect(String(error)).not.toContain('a-wrong-secret');
  });

  test('a provider that is down may be tried again, and reading it says why it is unknown', async () => {
    server().refuse(503);

    await expect(flag(provider).off()).rejects.toMatchObject({ parts: { reason: 'flag-unreachable' } });
    expect(await flag(provider).read()).toMatchObject({ kind: 'unknown', because: expect.stringContaining('503') });
  });
});

test.each([true, false])(
  'a flag that is true for everybody while LaunchDarkly has it off is no way back (on: %s)',
  async (on) => {
    Object.assign(launchdarkly.flag, { on, offVariation: 1 });

    expect(await flag('launchdarkly').read()).toEqual({ kind: 'known', value: { on: true } });
    await expect(flag('launchdarkly').off()).rejects.toMatchObject({
      parts: {
        what: expect.stringContaining('switched off, checkout is true for everybody in production'),
        fix: expect.stringContaining('off variation'),
        reason: 'flag-refused',
      },
    });
    expect(launchdarkly.calls.some((call) => call.startsWith('PATCH'))).toBe(false);
  },
);

test('LaunchDarkly gets no entry in its audit log for what is off already', async () => {
  Object.assign(launchdarkly.flag, { on: false });

  await flag('launchdarkly').off();

  expect(launchdarkly.calls.some((call) => call.startsWith('PATCH'))).toBe(false);
});

describe('command', () => {
  test('values reach it by its environment alone', async () => {
    const commands: CommandOptions[] = [];
    const one = flag('command', { read: './read', 'turn-off': './off' }, commands);

    expect(await one.read()).toMatchObject({ value: { on: true } });
    await one.off();

    expect(commands.map(({ line, env }) => ({ line, env }))).toEqual([
      { line: './read', env: { FLAG: 'checkout', ENVIRONMENT: 'production' } },
      { line: './off', env: { FLAG: 'checkout', ENVIRONMENT: 'production' } },
    ]);
  });

  test('one that fails says what it said', async () => {
    await expect(flag('command', { read: './read', 'turn-off': './broken' }).off()).rejects.toThrow('no route');
  });

  test('lines that lack are named', () => {
    expect(() => flag('command', {})).toThrow('flags');
  });
});

test('a file of the repository cannot be turned off from here', () => {
  expect(() => flag('file')).toThrow('provider file cannot be turned off');
});

describe('a provider that knows the share', () => {
  const shares = (print: string, commands: CommandOptions[]) =>
    createFlag(
      {
        provider: 'command',
        options: { get: './get', set: './set' },
        environment: 'production',
        name: 'checkout',
        audiences: ['beta'],
      },
      {
        http: createHttp(),
        command: async (asked) => {
          commands.push(asked);
          return { code: 0, stdout: print, stderr: '', timedOut: false };
        },
        env: () => undefined,
      },
    );

  test.each([
    ['0', false],
    ['5', true],
    ['{"off": 100, "on": 0, "beta": 100}', true],
    ['{"off": 100, "on": 0, "beta": 0}', false],
  ])('is on while anybody has it: %s', async (print, on) => {
    expect(await shares(print, []).read()).toEqual({ kind: 'known', value: { on } });
  });

  test('is turned off by a share of nobody, which reaches the script by its environment', async () => {
    const commands: CommandOptions[] = [];
    await shares('5', commands).off();

    expect(commands).toMatchObject([
      { line: './set', env: { FLAG: 'checkout', WEIGHT: '0', AUDIENCE: '', WEIGHTS: '{"off":100,"on":0}' } },
    ]);
  });

  test('by http takes the same map', async () => {
    const sent: unknown[] = [];
    const one = createFlag(
      { provider: 'http', options: { url: 'http://flags' }, environment: 'production', name: 'checkout' },
      {
        http: async (request) => {
          sent.push([request.method, request.body]);
          return {
            kind: 'reply',
            status: 200,
            headers: {},
            body: '{"off": 90, "on": 10}',
            truncated: false,
            durationMs: 1,
          };
        },
        command: async () => ({ code: 1, stdout: '', stderr: '', timedOut: false }),
        env: () => undefined,
      },
    );

    expect(await one.read()).toMatchObject({ value: { on: true } });
    await one.off();
    expect(sent).toEqual([
      ['GET', undefined],
      ['PUT', '{"off":100,"on":0}'],
    ]);
  });
});
