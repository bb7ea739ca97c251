/** Shapes of the way forward: traffic, plans with their stages, metrics, comparison, limits, caretaker. */
import { z } from 'zod';
import { once } from '../../kit/once.ts';
import {
  breachAction,
  condition,
  duration,
  name,
  oneOrMore,
  percent,
  points,
  severity,
  wayBack,
  weight,
  words,
} from './leaf.ts';

/**
 * Where versions run and how the share moves. `at` and `version` are how canary-step, smoke-test and rollback reach one side past the router:
 * `at: {blue: "http://10.0.0.1:8080", green: …}`, and `version: {path: /version, field: version, header: x-version}` says where its answer
 * names the version (a JSON field, or a header). Other keys belong to the router named; the vocabulary has their shape.
 */
export const traffic = once(() =>
  z.looseObject({
    router: name.optional(),
    sides: z.tuple([name, name], { error: 'needs exactly two sides, such as [blue, green]' }).optional(),
    after: z.enum(['swap', 'replace']).default('swap'),
    'keep-old': duration.optional(),
    at: z.record(name, words).optional().describe('address of each side, past the router'),
    version: z
      .strictObject({ path: words.default('/version'), field: words.optional(), header: words.optional() })
      .optional(),
    health: z.strictObject({ path: words.default('/health') }).optional(),
    hosts: z.array(words).optional(),
    via: words.optional(),
  }),
);

/** The keys of `traffic` that every router shares. */
export const trafficKeys = once((): readonly string[] => Object.keys(traffic().shape));

const smokeTags = once(() => z.array(words).min(1, { error: 'needs at least one tag; [all] is the whole suite' }));

export const stage = once(() =>
  z.strictObject({
    id: name,
    weight,
    bake: duration,
    'max-bake': duration.optional(),
    warmup: duration.optional(),
    baseline: z.strictObject({ offset: duration }).optional(),
    smoke: smokeTags().optional(),
    audience: z.array(name).optional().describe('segments of the flag provider, beside the weight'),
  }),
);

const band = once(() =>
  z.strictObject({
    id: name.optional(),
    to: duration,
    every: duration,
    heartbeat: duration.optional(),
    reach: duration.optional(),
  }),
);

export const plan = once(() =>
  z.strictObject({
    by: z.enum(['traffic', 'flag', 'rollout']).default('traffic'),
    every: duration.optional().describe('poll interval of the stages'),
    stages: z.array(stage()).min(1, { error: 'needs at least one stage' }),
    inconclusive: z.enum(['restore', 'stay', 'ask']).default('restore'),
    'low-traffic': name.optional(),
    smoke: z.strictObject({ before: name.optional(), after: name.optional() }).default({}),
    watch: z.array(band()).default([]),
  }),
);

/** One metric: a value; a ratio of bad (or good) to total; or a histogram. The source gives the texts their meaning (PromQL, JSON pointer, command). */
export const query = once(() =>
  z.strictObject({
    source: name.optional(),
    value: words.optional(),
    bad: words.optional(),
    good: words.optional(),
    total: words.optional(),
    histogram: words.optional(),
    labels: words.optional(),
    slow: duration.optional().describe('histogram: what counts as slow for <name>-slow'),
    unit: z
      .enum(['ratio', 'percent', 's', 'ms', 'bytes', 'count', 'per-minute'])
      .optional()
      .describe('of the numbers the source gives'),
  }),
);

export const metrics = once(() =>
  z.strictObject({
    sources: z.record(name, z.looseObject({})).default({}),
    queries: z.record(name, query()).default({}),
    required: z.array(name).default([]).describe('without data: hold'),
    shown: z.array(name).default([]).describe('reported, no limit'),
  }),
);

export const compare = once(() =>
  z.record(
    name,
    z.strictObject({
      margin: points,
      'min-effect': points.optional(),
      strata: words.optional().describe('label that the query groups by: like is compared with like'),
    }),
  ),
);
export const alpha = percent;

export const limit = once(() =>
  z.strictObject({
    id: name.optional(),
    metric: name,
    continue: condition.optional().describe('must hold to promote'),
    breach: condition.optional().describe('has its action'),
    for: duration.optional(),
    during: oneOrMore(name).optional().describe('canary, watch, smoke, or ids of stages and watch bands'),
    severity: severity.optional(),
    // biome-ignore lint/suspicious/noThenProperty: the policy's own word, and never awaited
    then: breachAction.optional(),
    within: duration.optional(),
    otherwise: breachAction.exclude(['ask']).optional(),
    how: wayBack.optional(),
  }),
);

export const caretaker = once(() =>
  z.strictObject({
    workflow: words,
    every: duration.optional(),
    'max-job-time': duration.optional(),
  }),
);
