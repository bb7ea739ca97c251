// A flag of Unleash: its one gradual rollout is the share; a flag switched off reaches nobody.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import type { UnleashRouterOptions } from '../../providers/routers.ts';
import type { World } from '../../world.ts';
import { settled } from '../routers/reply.ts';
import { Refused } from '../routers/weights.ts';
import type { FlagSwitch } from './switch.ts';

const defaultTimeout = 10_000;
const remedies = {
  credentials:
    'The token must be one of the admin API that may change the flag (a service account or a personal token).',
  otherwise: 'Check project, flag and environments of the Unleash options.',
};

const place = z.looseObject({
  enabled: z.boolean(),
  strategies: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      disabled: z.boolean().nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

/** The switch of one flag in our environment. Strategies are OR-ed there, so a second active one would make every share untrue. */
export function unleashSwitch(options: UnleashRouterOptions, environment: string, http: World['http']): FlagSwitch {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const name = options.environments?.[environment] ?? environment;
  const words = ['api', 'admin', 'projects', options.project, 'features', options.flag, 'environments', name];
  const base = `${options.url.replace(/\/+$/, '')}/${words.map(encodeURIComponent).join('/')}`;

  async function call(method: string, path: string, body?: unknown): Promise<string> {
    const headers = { authorization: options.token, accept: 'application/json', 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return settled(
      method,
      `${base}${path}`,
      await http({ method, url: `${base}${path}`, headers, timeoutMs, ...sent }),
      remedies,
    );
  }

  async function rollout() {
    const read = place.safeParse(parsed(await call('GET', '')));
    if (!read.success) throw new Refused(`${base} answers no environment of a flag`, remedies.otherwise);
    const active = read.data.strategies.filter(({ disabled }) => disabled !== true);
    const named = options.strategy === undefined ? active : active.filter(({ id }) => id === options.strategy);
    const [strategy] = named;
    if (active.length !== 1 || strategy === undefined || strategy.name !== 'flexibleRollout') {
      throw new Refused(
        `the flag ${options.flag} has ${active.map((one) => one.name).join(', ') || 'no strategy'} in ${name}`,
        'Strategies are OR-ed: leave exactly one active, a gradual rollout (flexibleRollout).',
      );
    }
    // Unleash keeps it as a text and takes any.
    const share = Number(strategy.parameters?.rollout ?? '100');
    if (!Number.isFinite(share) || share < 0 || share > 100) {
      throw new Refused(
        `the rollout of ${options.flag} is “${String(strategy.parameters?.rollout)}”`,
        'Set it to 0 to 100 by hand.',
      );
    }
    return { on: read.data.enabled, share, strategy };
  }

  return {
    async read() {
      const { on, share } = await rollout();
      return { on, share };
    },
    async setShare(percent) {
      const { on, strategy } = await rollout();
      await call('PATCH', `/strategies/${encodeURIComponent(strategy.id)}`, [
        { op: 'replace', path: '/parameters/rollout', value: String(percent) },
      ]);
      if (percent > 0 && !on) await call('POST', '/on');
    },
    async turn(on) {
      await call('POST', on ? '/on' : '/off');
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
