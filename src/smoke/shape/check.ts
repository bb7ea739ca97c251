// The shape of one check: what kind it is, what it expects, what it needs and captures, how it is retried and cleaned up.
import { z } from 'zod';
import { name, words } from '../../policy/shape/leaf.ts';
import { expectation, kinds, wordsOf } from './expectation.ts';
import { field, file, header, hostIn, id, path, pattern, time, variable } from './leaf.ts';
import { request, requestTo } from './request.ts';
import { explainShorthand } from './shorthand.ts';
import { sparseObject } from './sparse.ts';

const mostAttempts = 20;

const failureClass = z.union([
  z.enum(['network', 'dns', 'tls', 'timeout', 'assertion', '5xx']),
  z.int().min(400).max(599),
]);
export const retry = z.union([
  z
    .literal('none', {
      error: ({ input }) =>
        `must be none or a map of keys; write ${typeof input === 'number' && input > 0 ? `{attempts: ${input}}` : 'none, or {attempts: 3}'}`,
    })
    .transform(() => ({ attempts: 1, backoff: 0, for: [] })),
  z.strictObject({
    attempts: z.int().min(1).max(mostAttempts).default(3),
    backoff: time.default(500),
    for: z.array(failureClass).default(['network', 502, 503, 504]),
  }),
]);

const sources = ['json', 'header', 'html', 'matches', 'stdout', 'value'] as const;
const capture = z
  .strictObject(
    {
      json: path.optional(),
      header: header.optional(),
      html: words.optional().describe('CSS selector, or selector@attribute'),
      matches: pattern
        .min(1, { error: 'must not be empty' })
        .optional()
        .describe('a pattern for the body; its first group, else the whole match'),
      stdout: z.literal('all').optional(),
      value: z.literal('first').optional().describe('the first field of the first row of sql'),
      secret: z.boolean().default(false),
    },
    explainShorthand((bare) =>
      bare.startsWith('$') || bare.startsWith('/') ? `{json: ${bare}}` : `{header: ${bare}}`,
    ),
  )
  .refine((from) => sources.filter((one) => from[one] !== undefined).length === 1, {
    error: `needs exactly one of ${sources.join(', ')}`,
  })
  .meta({ oneOf: sources.map((source) => ({ required: [source] })) });

const host = z.string().regex(/^(\{\{.*\}\}|\[[0-9a-f:.]+\]|[^\s/:@]+)$/i, {
  error: ({ input }) => `must be a host name, without scheme and port; write ${hostIn(String(input))}`,
});
const port = z.union([
  z.int().min(1).max(65_535),
  z.string().regex(/^\{\{.*\}\}$/, { error: 'must be a port; write its number, such as 5432' }),
]);

const environment = z.union([z.array(variable), z.record(variable, field)]);

const probe = z.strictObject(
  {
    http: request,
    repeat: z.int().min(1).max(1_000).default(20),
    warmup: z.int().min(0).max(20).default(2),
    exclusive: z.boolean().default(true).describe('alone, after all other checks'),
  },
  explainShorthand((url) => `{http: ${requestTo(url)}}`),
);

const command = z.strictObject(
  {
    run: z.union([words, z.array(words).min(1)]).describe('a program and its arguments, or one line for bash'),
    shell: z.literal('bash', { error: 'must be bash, which one line is for' }).optional(),
    timeout: time.optional().describe('as that of the check'),
    env: environment.default([]).describe('variables it gets: names that must be set, or names with values'),
  },
  explainShorthand((run) => `{run: ${run}}`),
);

const sql = z.strictObject(
  {
    client: z.enum(['psql', 'mysql', 'mariadb']).default('psql'),
    url: words.describe('postgres://… or mysql://…, from a secret'),
    query: words,
  },
  explainShorthand((query) => `{url: "{{ secrets.DATABASE_URL }}", query: ${query}}`),
);

const reports = z
  .union([file, z.array(file).min(1, { error: 'needs at least one path' }).max(50)])
  .refine((given) => given.length === 0 || [given].flat().some((one) => !one.startsWith('!')), {
    error: 'needs a path without ! as well',
  })
  .describe('a path or a glob such as target/surefire-reports/TEST-*.xml, or several of them');

const ingest = z.strictObject(
  { junit: reports },
  explainShorthand((report) => `{junit: ${report}}`),
);

const isOf = kinds.map((kind) => {
  const own = { required: [kind] };
  return kind === 'ingest' ? { ...own, not: { required: ['command'] } } : own;
});
/** For editors, what `superRefine` below says, and which words a kind understands. */
const oneKind = {
  oneOf: isOf,
  allOf: kinds.map((kind, at) => ({
    if: isOf[at],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: {
      properties: {
        expect: wordsOf[kind].length === 0 ? { maxProperties: 0 } : { propertyNames: { enum: wordsOf[kind] } },
      },
    },
  })),
};

/** Said of a check without a kind. */
export const asksNothing = 'the check does not say what it asks';

/** What `kindOf` tells apart; every check has exactly one kind, except that `ingest` may stand beside `command`. */
export const check = sparseObject(
  {
    id,
    title: words.optional(),
    http: request.optional(),
    assets: z
      .strictObject(
        {
          from: id,
          select: words.default('link[rel=stylesheet], script[src], img[src]'),
          max: z.int().min(1).max(200).default(20),
        },
        explainShorthand((from) => `{from: ${from}}`),
      )
      .optional(),
    probe: probe.optional(),
    tls: z.strictObject({ host: host.optional(), port: port.optional() }, explainShorthand(hostOrPort)).optional(),
    dns: z
      .strictObject(
        { name: host, type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SRV']).default('A') },
        explainShorthand((asked) => `{name: ${asked}}`),
      )
      .optional(),
    tcp: z
      .strictObject({ host: host.optional(), port, send: z.string().optional() }, explainShorthand(hostOrPort))
      .optional(),
    command: command.optional(),
    sql: sql.optional(),
    ingest: ingest.optional(),
    expect: expectation.prefault({}),
    needs: z.array(id).default([]),
    capture: z.record(name, capture).default({}),
    cleanup: z
      .strictObject(
        { http: request },
        explainShorthand((url) => `{http: {method: DELETE, url: ${url}}}`),
      )
      .optional(),
    writes: z.enum(['none', 'allowed']).optional().describe('in a protected environment what writes must say so'),
    tags: z.array(id).default([]),
    covers: z.array(name).default([]).describe('requirements of the catalogue that this check answers'),
    severity: z.enum(['blocking', 'advisory']).default('blocking'),
    retry: retry.optional(),
    timeout: time.optional(),
  },
  explainShorthand((bare) => (/^(?:\/|https?:)/.test(bare) ? `{id: ${idOf(bare)}, http: {url: ${bare}}}` : undefined)),
)
  .superRefine((asked, context) => {
    const named = kinds.filter((kind) => asked[kind] !== undefined && !besideCommand(asked, kind));
    if (named.length === 1) return;
    const [message, fix] =
      named.length === 0
        ? [asksNothing, `Give it one of ${kinds.join(', ')}`]
        : [`the check asks several things: ${named.join(', ')}`, 'Make a check of each'];
    context.addIssue({ code: 'custom', message, params: { fix } });
  })
  .meta(oneKind);

function besideCommand(asked: { readonly command?: unknown }, kind: string): boolean {
  return kind === 'ingest' && asked.command !== undefined;
}

/** A name for the check of an address: its last word. */
function idOf(url: string): string {
  return /([A-Za-z0-9][\w-]*)\W*$/.exec(url.replace(/^https?:\/\/[^/]*/, ''))?.[1] ?? 'home';
}

function hostOrPort(bare: string): string {
  if (/^\d+$/.test(bare)) return `{port: ${bare}}`;
  const [, host = bare, port] = /^"?([^:"]+):(\d+)"?$/.exec(bare) ?? [];
  return port === undefined ? `{host: ${host}}` : `{host: ${host}, port: ${port}}`;
}
