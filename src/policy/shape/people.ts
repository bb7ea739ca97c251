/** Shapes of who and when: environments, roles, overrides, areas, types, tiers, windows. */
import { z } from 'zod';
import { once } from '../../kit/once.ts';
import { clock, day, days, duration, name, oneOrMore, tierName, words } from './leaf.ts';

/** Who holds a role: users, @org/team, `codeowners`, `environment-reviewers`; an empty list is declared and held by nobody. */
export const roles = once(() => z.record(name, z.array(words)));

export const overrides = once(() =>
  z.strictObject({
    allow: z
      .array(words)
      .default([])
      .describe('ids of criteria, guards and limits, or families such as deploy-window-*'),
    by: z.array(name).default([]).describe('roles that may override'),
    'break-glass': z.boolean().default(false),
  }),
);

/** A condition on the change; every key given must hold, any entry of a list is enough. */
export const when = once(() =>
  z.strictObject({
    labels: oneOrMore(words).optional(),
    area: oneOrMore(name).optional(),
    paths: oneOrMore(words).optional(),
    'only-paths': oneOrMore(words).optional(),
    'only-added': z.literal(true).optional().describe('only new files that nothing uses yet'),
    migration: oneOrMore(z.enum(['expand', 'contract', 'any'])).optional(),
    flag: z.literal('disabled').optional().describe('all changed code is behind a flag at 0 %'),
    type: oneOrMore(name).optional(),
  }),
);

export const areas = once(() =>
  z.record(name, z.strictObject({ paths: z.array(words).default([]), labels: z.array(words).default([]) })),
);

export const approval = once(() => z.strictObject({ role: name, count: z.int().min(1).default(1) }));

/** The words that a type, a tier and an environment share. */
const chosen = once(() => ({
  plan: name.optional(),
  approvals: z.array(approval()).optional(),
}));

export const deploymentType = once(() =>
  z.strictObject({
    ...chosen(),
    when: when().optional(),
    'required-only': z.array(name).optional().describe('these criteria stay required; all others are owed'),
    owed: duration.optional().describe('within this time the others are made up for'),
    'in-flight': z.enum(['wait', 'supersede', 'close']).optional(),
    breach: z.literal('rollback').optional().describe('any breach rolls back, whatever its own action'),
  }),
);

export const tiers = once(() =>
  z.strictObject({
    rules: z.array(z.strictObject({ id: name.optional(), tier: tierName, when: when() })).default([]),
    default: tierName.default('medium'),
    apply: z.partialRecord(tierName, z.strictObject(chosen())).default({}),
  }),
);

const weekday = once(() => z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']));
const row = once(() => ({
  days: z.array(weekday()).min(1, { error: 'needs at least one day' }).optional(),
  dates: days.optional(),
  from: clock.optional(),
  to: clock.optional().describe('exclusive; earlier than from: crosses midnight'),
  reason: words.optional(),
}));

const mostRows = 100;
const tooLong = { error: `must have at most ${mostRows} lines` };
const grade = once(() => z.enum(['optimal', 'acceptable', 'discouraged']).default('acceptable'));
/** Whoever writes the same time twice may mean the whole day or nothing. */
const apart = { error: 'must differ from “from”; "24:00" is the end of the day', path: ['to'] };
const lasts = ({ from, to }: { readonly from?: number | undefined; readonly to?: number | undefined }): boolean =>
  to === undefined || to !== (from ?? 0);

export const windows = once(() =>
  z.strictObject({
    allow: z
      .array(z.strictObject({ ...row(), grade: grade() }).refine(lasts, apart))
      .max(mostRows, tooLong)
      .default([]),
    deny: z.array(z.strictObject(row()).refine(lasts, apart)).max(mostRows, tooLong).default([]),
    holidays: z.array(day).default([]),
    except: z.array(z.strictObject({ type: name, by: name })).default([]),
    otherwise: z.enum(['discouraged', 'denied']).default('discouraged').describe('times that no allow line names'),
  }),
);

/** What an environment or a leg may say differently; deep merge over the file. */
const overlay = once(() => ({
  traffic: z.looseObject({}).nullish(),
  metrics: z.looseObject({}).nullish(),
  smoke: z.looseObject({}).nullish(),
  rollback: z.looseObject({}).nullish(),
  enforce: z.enum(['full', 'report']).nullish(),
}));

export const environment = once(() =>
  z.strictObject({
    ...overlay(),
    ...chosen(),
    url: words.optional(),
    needs: oneOrMore(name).optional(),
    ref: oneOrMore(words)
      .optional()
      .describe('branches and tags that may be deployed; default: the default branch and tags'),
    order: z.enum(['one-by-one', 'together']).default('together').describe('of the legs'),
    legs: z.record(name, z.strictObject({ ...overlay(), url: words.optional() })).default({}),
    'required-only': z.array(name).optional(),
    windows: z.looseObject({}).nullish(),
  }),
);
