// The shape of the suite file: what a repository may write in `.github/smoke.yml`. Strict: an unknown key is a fault.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';
import { name, words } from '../policy/shape/leaf.ts';
import { pathFault } from './path.ts';
import { patternFault } from './pattern.ts';

/** Most checks a suite may have, and most attempts of one: a suite is to end within minutes. */
const mostChecks = 10_000;
const mostAttempts = 20;

const time = z.string({ error: () => 'expected a duration such as 500ms, 5s or 2m' }).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: 'custom', message: `“${text}” is not a duration such as 500ms, 5s or 2m` });
  return z.NEVER;
});

/** A text that the function finds no fault with; the fault begins with “must”. */
function textWithout(fault: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

const pattern = textWithout(patternFault);
const path = textWithout(pathFault);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const number = z.number();

const bounds = {
  equals: scalar.optional(),
  lt: number.optional(),
  lte: number.optional(),
  gt: number.optional(),
  gte: number.optional(),
};
const positive = {
  ...bounds,
  exists: z.boolean().optional(),
  type: z.enum(['string', 'number', 'boolean', 'list', 'map', 'null']).optional(),
  contains: scalar.optional(),
  matches: pattern.optional(),
  count: z.union([z.int(), z.strictObject(bounds)]).optional(),
};

/** What is expected of one value: the value itself, or a map of words that must all hold. */
const rule = z.union([
  scalar,
  z.strictObject({ ...positive, not: z.union([scalar, z.strictObject(positive)]).optional() }),
]);

const status = z.union([
  z.int().min(100).max(599),
  z.string().regex(/^[1-5]xx$/, { error: 'must be a status such as 200, or a class such as 2xx' }),
]);
const header = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of an HTTP header' });

const expectation = z.strictObject({
  status: z
    .union([status.transform((only) => [only]), z.array(status).min(1, { error: 'needs at least one status' })])
    .optional(),
  header: z.record(header, rule).default({}),
  json: z.record(path, rule).default({}),
  body: rule.optional(),
  below: time.optional().describe('longest time until the whole answer is there'),
  certificate: z.strictObject({ days_left: rule }).optional(),
});

const request = z
  .strictObject({
    method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    url: z
      .string()
      .regex(/^(\/|https?:\/\/|\{\{)/, { error: 'must be a path such as /health, or begin with http:// or https://' }),
    headers: z.record(header, z.string()).default({}),
    json: z.unknown().optional(),
    form: z.record(words, z.union([z.string(), z.number(), z.boolean()])).optional(),
    body: z.string().optional(),
  })
  .refine(({ json, form, body }) => [json, form, body].filter((one) => one !== undefined).length <= 1, {
    error: 'must have only one of json, form and body',
  });

const failureClass = z.union([z.enum(['network', 'assertion', '5xx']), z.int().min(400).max(599)]);
const retry = z.union([
  z.literal('none').transform(() => ({ attempts: 1, backoff: 0, for: [] })),
  z.strictObject({
    attempts: z.int().min(1).max(mostAttempts).default(3),
    backoff: time.default(500),
    for: z.array(failureClass).default(['network', 502, 503, 504]),
  }),
]);

const capture = z
  .strictObject({ json: path.optional(), header: header.optional(), secret: z.boolean().default(false) })
  .refine(({ json, header }) => (json === undefined) !== (header === undefined), {
    error: 'needs exactly one of json and header',
  });

const check = z.strictObject({
  id: name,
  title: words.optional(),
  http: request,
  expect: expectation.prefault({}),
  needs: z.array(name).default([]),
  capture: z.record(name, capture).default({}),
  cleanup: z.strictObject({ http: request }).optional(),
  tags: z.array(name).default([]),
  severity: z.enum(['blocking', 'advisory']).default('blocking'),
  retry: retry.optional(),
  timeout: time.optional(),
});

const ready = z.strictObject({
  http: request,
  expect: expectation.prefault({}),
  within: time.default(120_000),
  every: time.default(2_000),
  consecutive: z.int().min(1).max(100).default(1),
  timeout: time.optional(),
});

export const suiteShape = z.strictObject({
  version: z.literal(1, { error: 'must be 1, the only version of the suite file there is' }),
  name: words.default('smoke'),
  budget: z.union([time.transform((suite) => ({ suite })), z.strictObject({ suite: time })]).optional(),
  concurrency: z
    .strictObject({ total: z.int().min(1).max(256).default(16), per_host: z.int().min(1).max(256).default(8) })
    .prefault({}),
  defaults: z
    .strictObject({
      timeout: time.default(5_000),
      retry: retry.prefault({}),
      max_body: z.int().min(1).max(10_485_760).optional(),
    })
    .prefault({}),
  vars: z.record(name, z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  secrets: z
    .array(z.string().regex(/^[A-Z_][A-Z0-9_]*$/, { error: 'must be the name of an environment variable' }))
    .default([]),
  ready: ready.optional(),
  checks: z.array(check).min(1, { error: 'needs at least one check' }).max(mostChecks),
});

export type SuiteShape = z.output<typeof suiteShape>;
export type Check = SuiteShape['checks'][number];
export type Ready = NonNullable<SuiteShape['ready']>;
export type SuiteRequest = Check['http'];
export type Expectation = Check['expect'];
export type Rule = z.output<typeof rule>;
export type Retry = SuiteShape['defaults']['retry'];
