// A flag of LaunchDarkly: the rollout of its default rule is the share, a rule before it each audience; targeting switched off reaches nobody.
import { z } from 'zod';
import { parseDuration } from '../../kit/duration.ts';
import type { FlagAudience } from '../../providers/flags.ts';
import type { LaunchdarklyRouterOptions } from '../../providers/routers.ts';
import type { World } from '../../world.ts';
import { settled } from '../routers/reply.ts';
import { Refused } from '../routers/weights.ts';
import { type FlagState, type FlagSwitch, markedIn, markOf } from './switch.ts';

const defaultTimeout = 10_000;
/** Weights are thousandths of a percent and must add up to exactly this. */
const whole = 100_000;
const remedies = {
  credentials:
    'The token must be one that may update the flag in this environment (a Writer, or a role with updateOn and updateFallthrough).',
  otherwise: 'Check project, flag and environments of the LaunchDarkly options.',
};

const ruleShape = z.looseObject({
  _id: z.string().optional(),
  description: z.string().nullish(),
  variation: z.number().nullish(),
});

const flagShape = z.looseObject({
  variations: z.array(z.looseObject({ _id: z.string(), name: z.string().optional(), value: z.unknown() })),
  environments: z.record(
    z.string(),
    z.looseObject({
      on: z.boolean(),
      offVariation: z.number().nullish(),
      rules: z.array(ruleShape).nullish(),
      targets: z.array(z.looseObject({ values: z.array(z.unknown()) })).nullish(),
      fallthrough: z.looseObject({
        variation: z.number().optional(),
        rollout: z
          .looseObject({ variations: z.array(z.looseObject({ variation: z.number(), weight: z.number() })) })
          .optional(),
      }),
    }),
  ),
});

/** The switch of one flag with two variations in our environment. Every change is an entry of its audit log: only what differs is sent.
 * `audiences` (plans by flag): rules for some users may stand before the share, and ours are made and taken away. */
export function launchdarklySwitch(
  options: LaunchdarklyRouterOptions,
  environment: string,
  http: World['http'],
  audiences?: readonly string[],
): FlagSwitch {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const name = options.environments?.[environment] ?? environment;
  const words = ['api', 'v2', 'flags', options.project, options.flag];
  const base = `${options.url.replace(/\/+$/, '')}/${words.map(encodeURIComponent).join('/')}`;
  const url = `${base}?env=${encodeURIComponent(name)}`;

  async function found() {
    const headers = { authorization: options.token, accept: 'application/json' };
    const body = settled('GET', url, await http({ method: 'GET', url, headers, timeoutMs }), remedies);
    const read = flagShape.safeParse(parsed(body));
    const here = read.success ? read.data.environments[name] : undefined;
    if (!read.success || here === undefined) {
      throw new Refused(`LaunchDarkly has no flag ${options.flag} in ${name}`, remedies.otherwise);
    }
    const { variations } = read.data;
    const on = variations.findIndex(({ _id, name: called, value }) =>
      options.on === undefined ? value === true : _id === options.on || called === options.on,
    );
    if (on === -1 || variations.length !== 2) {
      throw new Refused(
        `the flag ${options.flag} has ${variations.length} variations${on === -1 ? ', none of them the new version’s' : ''}`,
        'Use a flag with two variations, and name the new one in traffic.on.',
      );
    }
    return { here, on, variations };
  }

  function stateOf({ here, on }: Awaited<ReturnType<typeof found>>): FlagState {
    const { rollout, variation } = here.fallthrough;
    const weight = rollout?.variations.reduce((sum, one) => sum + (one.variation === on ? one.weight : 0), 0);
    const share = weight === undefined ? (variation === on ? 100 : 0) : (100 * weight) / whole;
    const given = oursIn(here.rules).flatMap((rule) => (rule.variation === on ? [rule.name] : []));
    return { on: here.on, share, audience: given };
  }

  /** A rule that gives the audience the new variation. */
  function ruleFor(audience: string, variationId: string): object {
    const meant: FlagAudience = options.audiences?.[audience] ?? { segment: audience };
    const [attribute, op, values] =
      typeof meant === 'string'
        ? ['segmentMatch', 'segmentMatch', [meant]]
        : 'segment' in meant
          ? ['segmentMatch', 'segmentMatch', [meant.segment]]
          : 'users' in meant
            ? ['key', 'in', meant.users]
            : [meant.attribute, 'in', meant.values];
    // A segment may hold contexts of any kind.
    const contextKind = op === 'segmentMatch' ? '' : 'user';
    const clauses = [{ contextKind, attribute, op, negate: false, values }];
    return { kind: 'addRule', description: markOf(audience), clauses, variationId };
  }

  async function send(instructions: readonly object[]): Promise<void> {
    if (instructions.length === 0) return;
    const headers = {
      authorization: options.token,
      'content-type': 'application/json; domain-model=launchdarkly.semanticpatch',
    };
    const body = JSON.stringify({ environmentKey: name, comment: 'boring-deploys', instructions });
    settled('PATCH', base, await http({ method: 'PATCH', url: base, headers, body, timeoutMs }), remedies);
  }

  return {
    async read() {
      const flag = await found();
      // Without plans by flag nobody here switches it off: then it matters only while it is.
      if (isNewWhenOff(flag) && (audiences !== undefined || !flag.here.on)) {
        throw new Refused(
          `switched off, the flag ${options.flag} gives everybody in ${name} the new version`,
          'Set its off variation to the old one: off has to be the way back.',
        );
      }
      return stateOf(flag);
    },
    async setShare(percent, audience = []) {
      const flag = await found();
      const rules =
        (flag.here.rules ?? []).length + (flag.here.targets ?? []).filter(({ values }) => values.length > 0).length;
      if (audiences === undefined && rules > 0 && percent > 0) {
        throw new Refused(
          `the flag ${options.flag} has ${rules} rules or targets in ${name}, which go before the default rule`,
          'A share of the traffic needs a flag whose default rule decides alone.',
        );
      }
      const state = stateOf(flag);
      const weight = Math.round((percent * whole) / 100);
      const rolloutWeights = Object.fromEntries(
        flag.variations.map(({ _id }, index) => [_id, index === flag.on ? weight : whole - weight]),
      );
      await send([
        ...(state.share === percent ? [] : [{ kind: 'updateFallthroughVariationOrRollout', rolloutWeights }]),
        ...audience.filter((one) => !state.audience.includes(one)).map((one) => ruleFor(one, idOf(flag))),
        ...oursIn(flag.here.rules)
          .filter(({ name: given, variation }) => variation !== flag.on || !audience.includes(given))
          .map(({ id }) => ({ kind: 'removeRule', ruleId: id })),
        ...((percent > 0 || audience.length > 0) && !state.on ? [{ kind: 'turnFlagOn' }] : []),
      ]);
    },
    async turn(on) {
      const flag = await found();
      // Then the share of nobody, which follows, is the way back.
      if (!on && isNewWhenOff(flag)) return;
      if (flag.here.on !== on) await send([{ kind: on ? 'turnFlagOn' : 'turnFlagOff' }]);
    },
  };
}

/** Whether everybody gets the new version while targeting is off. */
function isNewWhenOff(flag: {
  readonly here: { readonly offVariation?: number | null | undefined };
  readonly on: number;
}) {
  return flag.here.offVariation === flag.on;
}

/** The rules that this action made. */
function oursIn(rules: readonly z.infer<typeof ruleShape>[] | null | undefined) {
  return (rules ?? []).flatMap(({ _id = '', description, variation }) => {
    const name = markedIn(description);
    return name === undefined ? [] : [{ id: _id, name, variation }];
  });
}

function idOf({ variations, on }: { readonly variations: readonly { readonly _id: string }[]; readonly on: number }) {
  return variations[on]?._id ?? '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
