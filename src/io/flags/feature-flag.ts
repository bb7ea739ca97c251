// A feature flag as a rollback needs it: whether it is on, and off for everybody, at Unleash, LaunchDarkly or by a command.
import { z } from 'zod';
import { known, unknown } from '../../evidence/answer.ts';
import { parseDuration } from '../../kit/duration.ts';
import { Problem } from '../../kit/problem.ts';
import { withVariables } from '../../kit/variable.ts';
import { commandFlags, httpFlags, launchdarklyFlags, unleashFlags } from '../../providers/flags.ts';
import type { Command, FeatureFlag, FlagOptions, RouterOptions, World } from '../../world.ts';
import { commandWeighing } from '../routers/command.ts';
import { httpWeighing } from '../routers/http.ts';
import { settled } from '../routers/reply.ts';
import { Refused, Unreached, type Weighing } from '../routers/weights.ts';

const defaultTimeout = 10_000;
const remedies = {
  credentials: 'Give a token that may change the flag in this environment under `flags: token`.',
  otherwise: 'Check the name under `rollback.flag`, and project and environments under `flags:`.',
};

/** The two calls of a provider. Both throw Unreached or Refused. */
interface Calls {
  read(): Promise<boolean>;
  off(): Promise<void>;
}

export interface FlagWorld {
  readonly http: World['http'];
  readonly command: Command;
  readonly env: World['env'];
}

/** The flag of the policy. Throws a Problem when the provider cannot turn flags, or when its options are wrong. */
export function createFlag(options: FlagOptions, world: FlagWorld): FeatureFlag {
  const calls = callsOf(options, world);
  return {
    async read() {
      try {
        return known({ on: await calls.read() });
      } catch (error) {
        if (error instanceof Unreached) return unknown(error.message, error.remedy);
        throw error;
      }
    },
    async off() {
      try {
        await calls.off();
      } catch (error) {
        if (!(error instanceof Unreached)) throw error;
        throw new Problem({
          what: `The flag ${options.name} was not turned off: ${error.message}`,
          where: `flags of ${options.environment}, provider ${options.provider}`,
          fix: error.remedy,
          reason: error instanceof Refused ? 'flag-refused' : 'flag-unreachable',
        });
      }
    },
  };
}

function callsOf(options: FlagOptions, world: FlagWorld): Calls {
  switch (options.provider) {
    case 'unleash':
      return unleash(options, world);
    case 'launchdarkly':
      return launchdarkly(options, world);
    case 'command':
      return byCommand(options, world);
    case 'http':
      return byHttp(options, world);
    default:
      throw new Problem({
        what: `A flag of the provider ${options.provider} cannot be turned off from here`,
        where: '.github/deploy-policy.yml: flags.provider',
        fix: 'Use unleash, launchdarkly or http, or `command` with the lines `read` and `turn-off`.',
        reason: 'flag-refused',
      });
  }
}

function unleash({ options, environment, name }: FlagOptions, { http, env }: FlagWorld): Calls {
  const own = withVariables(unleashFlags().parse(options), env, 'flags');
  const place = own.environments?.[environment] ?? environment;
  const words = ['api', 'admin', 'projects', own.project, 'features', name, 'environments', place];
  const base = `${own.url.replace(/\/+$/, '')}/${words.map(encodeURIComponent).join('/')}`;
  const timeoutMs = parseDuration(own.timeout ?? '') ?? defaultTimeout;
  const headers = { authorization: own.token, accept: 'application/json', 'content-type': 'application/json' };
  const call = async (method: string, url: string) =>
    settled(method, url, await http({ method, url, headers, timeoutMs }), remedies);
  return {
    async read() {
      return read(z.looseObject({ enabled: z.boolean() }), await call('GET', base), base).enabled;
    },
    async off() {
      await call('POST', `${base}/off`);
    },
  };
}

function launchdarkly({ options, environment, name }: FlagOptions, { http, env }: FlagWorld): Calls {
  const own = withVariables(launchdarklyFlags().parse(options), env, 'flags');
  const place = own.environments?.[environment] ?? environment;
  const words = ['api', 'v2', 'flags', own.project, name];
  const base = `${own.url.replace(/\/+$/, '')}/${words.map(encodeURIComponent).join('/')}`;
  const timeoutMs = parseDuration(own.timeout ?? '') ?? defaultTimeout;
  const found = async () => {
    const url = `${base}?env=${encodeURIComponent(place)}`;
    const headers = { authorization: own.token, accept: 'application/json' };
    const body = settled('GET', url, await http({ method: 'GET', url, headers, timeoutMs }), remedies);
    const { environments, variations } = read(flagShape, body, base);
    const here = environments[place];
    if (here === undefined) throw new Refused(`LaunchDarkly has no flag ${name} in ${place}`, remedies.otherwise);
    return { ...here, served: variations[here.offVariation ?? -1]?.value };
  };
  return {
    async read() {
      const { on, served } = await found();
      return on || served === true;
    },
    async off() {
      // Every change is an entry of its audit log: only what differs is sent.
      const { on, served } = await found();
      if (served === true) {
        throw new Refused(
          `switched off, ${name} is true for everybody in ${place}`,
          'Point its default rule at false by hand; then set its off variation to false, so that off is a way back.',
        );
      }
      if (!on) return;
      const headers = {
        authorization: own.token,
        'content-type': 'application/json; domain-model=launchdarkly.semanticpatch',
      };
      const instructions = [{ kind: 'turnFlagOff' }];
      const body = JSON.stringify({ environmentKey: place, comment: 'boring-deploys rollback', instructions });
      settled('PATCH', base, await http({ method: 'PATCH', url: base, headers, body, timeoutMs }), remedies);
    },
  };
}

const flagShape = z.looseObject({
  variations: z.array(z.looseObject({ value: z.unknown() })).default([]),
  environments: z.record(z.string(), z.looseObject({ on: z.boolean(), offVariation: z.number().nullish() })),
});

/** `read` prints on or off in its last line; `turn-off` turns it off. The flag and the environment reach both as FLAG and ENVIRONMENT. Where the
 * policy has only `get` and `set`, the share says whether it is on. */
function byCommand(flag: FlagOptions, { command }: FlagWorld): Calls {
  const { options, environment, name } = flag;
  const own = commandFlags().safeParse(options);
  if (!own.success) {
    throw new Problem({
      what: 'The flag provider command lacks what it needs',
      where: '.github/deploy-policy.yml: flags',
      fix: 'Add the lines `read: ./ops/flag.sh` (prints on or off) and `turn-off: ./ops/flag-off.sh`; both find FLAG and ENVIRONMENT.',
      reason: 'flag-refused',
    });
  }
  const { timeout, get, set, read: reading, 'turn-off': turning } = own.data;
  const shares =
    get === undefined || set === undefined
      ? undefined
      : byShare(commandWeighing(shared(flag), { get, set, timeout }, command), flag.cohorts);
  const env = { FLAG: name, ENVIRONMENT: environment };
  const run = async (words: string | readonly string[]) => {
    const reply = await command({
      line: words,
      env,
      timeoutMs: parseDuration(timeout ?? '') ?? defaultTimeout,
      despiteCancel: true,
    });
    if (reply.code === 0 && !reply.timedOut) return reply.stdout.trim().split('\n').at(-1)?.trim() ?? '';
    const said = reply.timedOut ? 'no answer in time' : reply.stderr.trim().slice(-300) || `exit code ${reply.code}`;
    throw new Unreached(`the command of the flag failed: ${said}`, 'Mend the command under `flags:`.');
  };
  return {
    async read() {
      if (reading === undefined) return shares?.read() ?? false;
      const said = await run(reading);
      if (said === 'on' || said === 'true') return true;
      if (said === 'off' || said === 'false') return false;
      throw new Refused('the command of the flag prints neither on nor off', 'Mend `flags: read`.');
    },
    async off() {
      if (turning === undefined) await shares?.off();
      else await run(turning);
    },
  };
}

function byHttp(flag: FlagOptions, { http, env }: FlagWorld): Calls {
  const own = withVariables(httpFlags().parse(flag.options), env, 'flags');
  return byShare(httpWeighing(shared(flag), own, http), flag.cohorts);
}

const cohorts = ['off', 'on'] as const;

function shared({ provider, environment, name, cohorts: sides = cohorts, audiences = [] }: FlagOptions): RouterOptions {
  return { router: provider, sides, options: { flag: name }, environment, leg: '', by: 'flag', audiences };
}

/** On while anybody gets it. */
function byShare(weighing: Weighing, sides: readonly [string, string] = cohorts): Calls {
  const [off, on] = sides;
  return {
    async read() {
      const weights = await weighing.read();
      return Object.entries(weights).some(([name, weight]) => name !== off && weight > 0);
    },
    off: () => weighing.write({ [off]: 100, [on]: 0 }),
  };
}

function read<T>(shape: z.ZodType<T>, text: string, url: string): T {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    throw new Refused(`${url} answers no flag`, remedies.otherwise);
  }
}
