/** The shape of the whole policy file; the parsed type has milliseconds, fractions and conditions where the file has texts. */
import { z } from 'zod';
import { once } from '../kit/once.ts';
import { criterion } from './shape/checklist.ts';
import { name, words } from './shape/leaf.ts';
import { areas, deploymentType, environment, overrides, roles, tiers, windows } from './shape/people.ts';
import { alpha, caretaker, compare, limit, metrics, plan, traffic } from './shape/rollout.ts';
import { migrations } from './shape/schema.ts';
import { announce, archive, flags, rollback, smoke, targets } from './shape/way-back.ts';

const unit = once(() =>
  z.union([
    name.transform((only) => ({ name: only, paths: ['**'] })),
    z.strictObject({ name, paths: z.array(words).min(1, { error: 'needs at least one path' }) }),
  ]),
);

const variable = once(() =>
  z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/, { error: 'must be the name of an environment variable, such as PROMETHEUS_URL' }),
);

export const policyShape = once(() =>
  z.strictObject({
    version: z.literal(1, { error: 'must be 1, the only version of the policy language there is' }),
    unit: unit().optional(),
    extends: z.union([words.transform((only) => [only]), z.array(words)]).optional(),
    locked: z.array(words).optional().describe('in a base: paths that may be tightened, never loosened'),
    'trusted-refs': z.array(words).default([]),
    enforce: z.enum(['full', 'report']).default('full'),
    timezone: words.optional(),
    env: z.array(variable()).default([]),
    masked: z.array(variable()).default([]),
    roles: roles().default({}),
    overrides: overrides().default({ allow: [], by: [], 'break-glass': false }),
    environments: z.record(name, environment()).default({}),
    areas: areas().default({}),
    types: z.record(name, deploymentType()).default({}),
    tiers: tiers().default({ rules: [], default: 'medium', apply: {} }),
    windows: windows().optional(),
    checklist: z.array(criterion()).default([]),
    'in-flight': z.enum(['wait', 'supersede', 'close']).default('wait'),
    migrations: migrations().optional(),
    traffic: traffic().optional(),
    caretaker: caretaker().optional(),
    plans: z.record(name, plan()).default({}),
    metrics: metrics().default({ sources: {}, queries: {}, required: [], shown: [] }),
    compare: compare().default({}),
    alpha: alpha.default(0.01),
    limits: z.array(limit()).default([]),
    smoke: smoke().optional(),
    rollback: rollback().optional(),
    announce: z.array(announce()).default([]),
    targets: targets().default({}),
    flags: flags().optional(),
    archive: archive().optional(),
  }),
);

/** The policy file, parsed. */
export type PolicyShape = z.output<ReturnType<typeof policyShape>>;
