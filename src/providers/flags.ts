// Option shapes of the feature flag providers: the keys of `flags` that are a provider's own.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';

const words = z.string().min(1, { error: 'must not be empty' });
const timeout = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, { error: 'must be a duration such as 10s' })
  .optional()
  .describe('deadline of one call; default 10s');
const environments = z
  .record(words, words)
  .optional()
  .describe('what the provider calls our environments; default: the same name');

/** `unleash`: its admin API. The token may be one that only reads. */
export const unleashFlags = z.strictObject({
  url: words.default('${UNLEASH_URL}').describe('base URL, before /api/admin; default ${UNLEASH_URL}'),
  token: words.default('${UNLEASH_TOKEN}').describe('admin or service token; default ${UNLEASH_TOKEN}'),
  project: words.default('default').describe('name of the project'),
  environments,
  timeout,
});

/** `launchdarkly`: its REST API. */
export const launchdarklyFlags = z.strictObject({
  url: words.default('https://app.launchdarkly.com').describe('default https://app.launchdarkly.com'),
  token: words.default('${LAUNCHDARKLY_TOKEN}').describe('access token of a reader; default ${LAUNCHDARKLY_TOKEN}'),
  project: words.default('default').describe('key of the project'),
  environments,
  timeout,
});

/** `file`: a YAML or JSON file of the repository, a map of flags (see docs/providers.md). */
export const fileFlags = z.strictObject({
  path: words.default('flags.yml').describe('{<flag>: {enabled, default, created, requires, targets, environments}}'),
});

const commandLine = z.union([words, z.array(words).min(1, { error: 'needs at least the program' })]);

/** `command`: scripts of the repository. FLAG and ENVIRONMENT stand in their environment. Only a rollback asks them. */
export const commandFlags = z.strictObject({
  read: commandLine.describe('prints on or off in its last line'),
  'turn-off': commandLine.describe('turns the flag off'),
  timeout,
});

export type UnleashFlagOptions = z.infer<typeof unleashFlags>;
export type LaunchdarklyFlagOptions = z.infer<typeof launchdarklyFlags>;

export const flagProviders: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['unleash', unleashFlags],
  ['launchdarkly', launchdarklyFlags],
  ['file', fileFlags],
  ['command', commandFlags],
]);
