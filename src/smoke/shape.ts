// The shape of the suite file: what a repository may write in `.github/smoke.yml`. Strict: an unknown key is a fault.
import { z } from 'zod';
import { name, words } from '../policy/shape/leaf.ts';
import { check, retry } from './shape/check.ts';
import { expectation, type Kind, kinds, wordsOfReady } from './shape/expectation.ts';
import { field, hostIn, time } from './shape/leaf.ts';
import { redirects, request, requestTo } from './shape/request.ts';
import { explainShorthand } from './shape/shorthand.ts';

/** Most checks a suite may have: it is to end within minutes. */
export const mostChecks = 10_000;

const ready = z.strictObject(
  {
    http: request,
    expect: expectation.meta({ propertyNames: { enum: wordsOfReady } }).prefault({}),
    within: time.default(120_000),
    every: time.default(2_000),
    consecutive: z.int().min(1).max(100).default(1),
    timeout: time.optional(),
  },
  explainShorthand((url) => `{http: ${requestTo(url)}}`),
);

const address = z.string().regex(/^https?:\/\/[^/]/, {
  error: ({ input }) =>
    `must begin with http:// or https://; write https://${String(input).replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\//i, '') || 'shop.example'}`,
});

/** A name or an address, in which * may stand; anything else is never met. */
const listedHost = z.string().regex(/^(\[?[0-9a-f]*:[0-9a-f:.]*\]?|[^\s/:@]+)$/i, {
  error: ({ input }) => `must be a host such as shop.example or *.shop.example; write ${hostIn(String(input))}`,
});

const environment = z.strictObject(
  {
    base: address.optional().describe('the address where the policy names none'),
    protected: z.boolean().default(false).describe('what writes must say `writes: allowed`'),
    vars: z.record(name, field.transform(String)).default({}),
    skip: z.array(name).default([]).describe('tags of checks that are not asked there'),
  },
  explainShorthand((base) => `{base: ${base}}`),
);

/** Bytes: a number, or `512KiB`, `1MiB`. */
const size = z.union([
  z.int().min(1).max(10_485_760),
  z
    .string()
    .meta({ pattern: '^\\d{1,8}\\s*(KiB|MiB)$' })
    .transform((text, context) => {
      const match = /^(\d{1,8})\s*(KiB|MiB)$/.exec(text);
      const bytes = Number(match?.[1]) * (match?.[2] === 'MiB' ? 1_048_576 : 1_024);
      if (match !== null && bytes >= 1 && bytes <= 10_485_760) return bytes;
      context.addIssue({ code: 'custom', message: `“${text}” is not a size up to 10MiB such as 512KiB` });
      return z.NEVER;
    }),
]);

export const suiteShape = z.strictObject({
  version: z.literal(1, { error: 'must be 1, the only version of the suite file there is' }),
  name: words.default('smoke'),
  budget: z
    .union(
      [
        time.transform((suite) => ({ suite })),
        z
          .strictObject({
            suite: time,
            pass: z.literal(['100%', '100 %'], { error: 'must be 100 %: a suite passes only whole' }).optional(),
          })
          .transform(({ suite }) => ({ suite })),
      ],
      {
        error: ({ input }) =>
          `expected a duration such as 5m, or a map of keys; write ${typeof input === 'number' ? `${input}s` : '5m'}`,
      },
    )
    .optional(),
  concurrency: z
    .strictObject(
      { total: z.int().min(1).max(256).default(16), per_host: z.int().min(1).max(256).default(8) },
      explainShorthand((total) => `{total: ${total}}`),
    )
    .prefault({}),
  defaults: z
    .strictObject({
      timeout: time.default(5_000),
      connect_timeout: time.optional(),
      retry: retry.prefault({}),
      max_body: size.optional(),
    })
    .prefault({}),
  environments: z.record(name, environment).default({}),
  network: z
    .strictObject({
      hosts: z
        .array(listedHost)
        .optional()
        .describe('hosts that may be asked besides the address under test; * is any label'),
      private: z.enum(['allow', 'deny']).optional().describe('default: denied on pull requests'),
      redirects: redirects.default('none'),
    })
    .prefault({}),
  vars: z.record(name, field.transform(String)).default({}),
  secrets: z
    .array(
      z.string().regex(/^[A-Z_][A-Z0-9_]*$/, {
        error: ({ input }) =>
          `must be the name of an environment variable in capitals; write ${String(input).toUpperCase().replace(/\W+/g, '_')}`,
      }),
    )
    .default([]),
  ready: ready.optional(),
  checks: z
    .array(check, { error: ({ input }) => `expected a list of checks; write ${asItem(input)}` })
    .min(1, { error: 'needs at least one check' })
    .max(mostChecks),
});

/** How the list of checks begins that is written as something else: a map of them by id, one check without its dash, an address. */
function asItem(input: unknown): string {
  const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [];
  if (keys.includes('id')) return 'a dash before it: - id: …';
  return keys[0] === undefined ? '- {id: home, http: {url: /}}' : `each check as an item with its id: - id: ${keys[0]}`;
}

/** The JSON Schema of the suite file, for editors: `dist/smoke.schema.json`. */
export function suiteSchema(): object {
  const schema = z.toJSONSchema(suiteShape, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'Smoke suite of Boring Deploys' };
}

/** The kind of a check: a command whose report is ingested is a command. */
export function kindOf(asked: Check): Kind {
  if (asked.command !== undefined) return 'command';
  return kinds.find((kind) => asked[kind] !== undefined) ?? 'http';
}

export type { Kind } from './shape/expectation.ts';
export type SuiteShape = z.output<typeof suiteShape>;
export type Check = SuiteShape['checks'][number];
export type Ready = NonNullable<SuiteShape['ready']>;
export type SuiteRequest = z.output<typeof request>;
export type Expectation = z.output<typeof expectation>;
export type Rule = z.output<typeof import('./shape/leaf.ts').rule>;
export type TimeBounds = z.output<typeof import('./shape/leaf.ts').timeBounds>;
export type Retry = SuiteShape['defaults']['retry'];

/** A suite that can be run. */
export interface Suite extends SuiteShape {
  readonly path: string;
  /** First 12 hex digits of the SHA-256 of the file. */
  readonly digest: string;
  /** Line of each check in the file, by id. */
  readonly lines: Readonly<Record<string, number>>;
  /** Line on which the file names each secret. */
  readonly secretLines: Readonly<Record<string, number>>;
  /** The captured values that each check uses, by its id and their names, with the id of the check that captures them for it. */
  readonly givers: ReadonlyMap<string, ReadonlyMap<string, string>>;
}
