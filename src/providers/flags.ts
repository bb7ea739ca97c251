// Option shapes of the feature flag providers: the keys of `flags` that are a provider's own.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';
import { once } from '../kit/once.ts';
import type { Providers } from './shape.ts';

const words = once(() => z.string().min(1, { error: 'must not be empty' }));
const timeout = once(() =>
  z
    .string()
    .refine((written) => parseDuration(written) !== undefined, { error: 'must be a duration such as 10s' })
    .optional()
    .describe('deadline of one call; default 10s'),
);
const environments = once(() =>
  z.record(words(), words()).optional().describe('what the provider calls our environments; default: the same name'),
);

const audience = once(() =>
  z.union([
    words(),
    z.strictObject({ segment: words().describe('name (Unleash) or key (LaunchDarkly) of the segment') }),
    z.strictObject({ users: z.array(words()).min(1, { error: 'needs at least one user' }) }),
    z.strictObject({ attribute: words(), values: z.array(words()).min(1, { error: 'needs at least one value' }) }),
  ]),
);
/** Whom a stage's audience means: a segment by its name, some users, or all who have one of the values in an attribute. */
export type FlagAudience = z.infer<ReturnType<typeof audience>>;
const audiences = once(() =>
  z
    .record(words(), audience())
    .optional()
    .describe(
      'whom `audience:` of a stage means: a segment, {users: […]} or {attribute, values}; default: the segment of that name',
    ),
);

/** `unleash`: its admin API. The token may be one that only reads; a plan by flag needs one that may change the flag. */
export const unleashFlags = once(() =>
  z.strictObject({
    url: words().default('${UNLEASH_URL}').describe('base URL, before /api/admin; default ${UNLEASH_URL}'),
    token: words().default('${UNLEASH_TOKEN}').describe('admin or service token; default ${UNLEASH_TOKEN}'),
    project: words().default('default').describe('name of the project'),
    environments: environments(),
    audiences: audiences(),
    timeout: timeout(),
  }),
);

/** `launchdarkly`: its REST API. */
export const launchdarklyFlags = once(() =>
  z.strictObject({
    url: words().default('https://app.launchdarkly.com').describe('default https://app.launchdarkly.com'),
    token: words().default('${LAUNCHDARKLY_TOKEN}').describe('access token of a reader; default ${LAUNCHDARKLY_TOKEN}'),
    project: words().default('default').describe('key of the project'),
    environments: environments(),
    audiences: audiences(),
    timeout: timeout(),
  }),
);

/** `file`: a YAML or JSON file of the repository, a map of flags (see docs/providers.md). */
export const fileFlags = once(() =>
  z.strictObject({
    path: words()
      .default('flags.yml')
      .describe('{<flag>: {enabled, default, created, requires, targets, environments}}'),
  }),
);

const commandLine = once(() => z.union([words(), z.array(words()).min(1, { error: 'needs at least the program' })]));

/** `command`: scripts of the repository. FLAG and ENVIRONMENT stand in their environment. */
export const commandFlags = once(() =>
  z
    .strictObject({
      read: commandLine().optional().describe('a rollback: prints on or off in its last line; default: by `get`'),
      'turn-off': commandLine().optional().describe('a rollback: turns the flag off; default: by `set`'),
      get: commandLine()
        .optional()
        .describe('a plan by flag: prints the share, or {"off": 90, "on": 10, "beta": 100}, in its last line'),
      set: commandLine()
        .optional()
        .describe('a plan by flag: finds the wanted share in WEIGHT, the audiences in AUDIENCE, all of it in WEIGHTS'),
      timeout: timeout(),
    })
    .refine(
      (own) =>
        (own.get !== undefined && own.set !== undefined) || (own.read !== undefined && own['turn-off'] !== undefined),
      {
        error: 'needs get and set (a plan by flag), or read and turn-off (a rollback), or all four',
      },
    ),
);

/** `http`: an API of the repository's own. */
export const httpFlags = once(() =>
  z.strictObject({
    url: words().describe('GET answers the shares: {"off": 90, "on": 10, "beta": 100}'),
    'set-url': words().optional().describe('where they are written; default: url'),
    method: z.enum(['PUT', 'POST', 'PATCH']).optional().describe('default PUT'),
    headers: z.record(words(), words()).optional().describe('sent with each call'),
    weights: z
      .string()
      .regex(/^(?:\/[^/]*)*$/, { error: 'must be a JSON pointer such as /shares' })
      .optional()
      .describe('JSON pointer to the map inside answer and body; default: the whole'),
    timeout: timeout(),
  }),
);

export type UnleashFlagOptions = z.infer<ReturnType<typeof unleashFlags>>;
export type LaunchdarklyFlagOptions = z.infer<ReturnType<typeof launchdarklyFlags>>;

export const flagProviders: Providers = new Map<string, () => z.ZodType>([
  ['unleash', unleashFlags],
  ['launchdarkly', launchdarklyFlags],
  ['file', fileFlags],
  ['command', commandFlags],
  ['http', httpFlags],
]);
