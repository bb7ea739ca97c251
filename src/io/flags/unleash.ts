// A flag of Unleash: its one gradual rollout is the share, a strategy beside it each audience; a flag switched off reaches nobody.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import type { FlagAudience } from '../../providers/flags.ts';
import type { UnleashRouterOptions } from '../../providers/routers.ts';
import type { World } from '../../world.ts';
import { settled } from '../routers/reply.ts';
import { Refused } from '../routers/weights.ts';
import { type FlagSwitch, markedIn, markOf } from './switch.ts';

const defaultTimeout = 10_000;
const remedies = {
  credentials:
    'The token must be one of the admin API that may change the flag (a service account or a personal token).',
  otherwise: 'Check project, flag and environments of the Unleash options.',
};

const strategyShape = z.looseObject({
  id: z.string(),
  name: z.string(),
  title: z.string().nullish(),
  disabled: z.boolean().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  constraints: z.array(z.unknown()).nullish(),
  segments: z.array(z.unknown()).nullish(),
});
const place = z.looseObject({ enabled: z.boolean(), strategies: z.array(strategyShape) });
const segmentsShape = z.looseObject({ segments: z.array(z.looseObject({ id: z.number(), name: z.string() })) });
type Strategy = z.infer<typeof strategyShape>;

/** Strategies that reach some users by name or place, whatever the share. */
const pointed = ['userWithId', 'remoteAddress', 'applicationHostname'];

/** The switch of one flag in our environment. Strategies are OR-ed there, so a second active one for everybody would make every share untrue.
 * `audiences` (plans by flag): strategies for some users may stand beside the share, and ours are made and taken away. */
export function unleashSwitch(
  options: UnleashRouterOptions,
  environment: string,
  http: World['http'],
  audiences?: readonly string[],
): FlagSwitch {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const name = options.environments?.[environment] ?? environment;
  const words = ['api', 'admin', 'projects', options.project, 'features', options.flag, 'environments', name];
  const home = options.url.replace(/\/+$/, '');
  const base = `${home}/${words.map(encodeURIComponent).join('/')}`;

  async function call(method: string, url: string, body?: unknown): Promise<string> {
    const headers = { authorization: options.token, accept: 'application/json', 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return settled(method, url, await http({ method, url, headers, timeoutMs, ...sent }), remedies);
  }

  async function rollout() {
    const read = place.safeParse(parsed(await call('GET', base)));
    if (!read.success) throw new Refused(`${base} answers no environment of a flag`, remedies.otherwise);
    const active = read.data.strategies.filter(({ disabled }) => disabled !== true);
    const open = audiences === undefined ? active : active.filter(isForEverybody);
    const named = options.strategy === undefined ? open : open.filter(({ id }) => id === options.strategy);
    const [strategy] = named;
    const none = audiences !== undefined && open.length === 0 && options.strategy === undefined;
    if (!none && (open.length !== 1 || strategy === undefined || strategy.name !== 'flexibleRollout')) {
      throw new Refused(
        `the flag ${options.flag} has ${open.map((one) => one.name).join(', ') || 'no strategy'} in ${name}`,
        'Strategies are OR-ed: leave exactly one active for everybody, a gradual rollout (flexibleRollout).',
      );
    }
    // Unleash keeps it as a text and takes any.
    const share = strategy === undefined ? 0 : Number(strategy.parameters?.rollout ?? '100');
    if (!Number.isFinite(share) || share < 0 || share > 100) {
      throw new Refused(
        `the rollout of ${options.flag} is “${String(strategy?.parameters?.rollout)}”`,
        'Set it to 0 to 100 by hand.',
      );
    }
    const ours = read.data.strategies.filter(({ title }) => markedIn(title) !== undefined);
    return { on: read.data.enabled, share, strategy, ours };
  }

  async function reach(audience: string): Promise<object> {
    const meant: FlagAudience = options.audiences?.[audience] ?? { segment: audience };
    if (typeof meant === 'object' && 'users' in meant) return within('userId', meant.users);
    if (typeof meant === 'object' && 'attribute' in meant) return within(meant.attribute, meant.values);
    const wanted = typeof meant === 'string' ? meant : meant.segment;
    const read = segmentsShape.safeParse(parsed(await call('GET', `${home}/api/admin/segments`)));
    const found = read.success ? read.data.segments.find((one) => one.name === wanted) : undefined;
    if (found !== undefined) return { constraints: [], segments: [found.id] };
    throw new Refused(
      `Unleash has no segment ${wanted} for the audience ${audience}`,
      `Make the segment, or say under flags.audiences.${audience} whom it means: a segment, {users: […]} or {attribute, values}.`,
    );
  }

  async function add(parameters: Readonly<Record<string, string>>, more: object): Promise<void> {
    const whole = { stickiness: 'default', groupId: options.flag, ...parameters };
    await call('POST', `${base}/strategies`, { name: 'flexibleRollout', parameters: whole, ...more });
  }

  const pathOf = ({ id }: Strategy) => `${base}/strategies/${encodeURIComponent(id)}`;
  const replaced = (share: string) => [{ op: 'replace', path: '/parameters/rollout', value: share }];
  return {
    async read() {
      const { on, share, ours } = await rollout();
      return { on, share, audience: ours.filter(isWhole).flatMap(({ title }) => markedIn(title) ?? []) };
    },
    async setShare(percent, audience = []) {
      const { on, share, strategy, ours } = await rollout();
      const given = ours.filter(isWhole).flatMap(({ title }) => markedIn(title) ?? []);
      const lacking = await Promise.all(
        audience
          .filter((one) => !given.includes(one))
          .map(async (one) => ({ title: markOf(one), ...(await reach(one)) })),
      );
      // A flag that is turned on without any strategy for everybody would get one of 100 %.
      if (strategy === undefined) await add({ rollout: String(percent) }, { constraints: [], segments: [] });
      else if (share !== percent || audiences === undefined)
        await call('PATCH', pathOf(strategy), replaced(String(percent)));
      for (const more of lacking) await add({ rollout: '100' }, more);
      for (const one of ours) {
        if (!isWhole(one) || !audience.includes(markedIn(one.title) ?? '')) await call('DELETE', pathOf(one));
      }
      if ((percent > 0 || audience.length > 0) && !on) await call('POST', `${base}/on`);
    },
    async turn(on) {
      await call('POST', `${base}/${on ? 'on' : 'off'}`);
    },
  };
}

function within(contextName: string, values: readonly string[]): object {
  return { constraints: [{ contextName, operator: 'IN', values }], segments: [] };
}

/** Whether a strategy reaches everybody alike. */
function isForEverybody({ name, constraints, segments, title }: Strategy): boolean {
  const some = (constraints ?? []).length > 0 || (segments ?? []).length > 0 || markedIn(title) !== undefined;
  return !some && !pointed.includes(name);
}

/** Ours, and as we made it: somebody may have switched it off, or given it a share. */
function isWhole({ disabled, parameters }: Strategy): boolean {
  return disabled !== true && String(parameters?.rollout ?? '100') === '100';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
