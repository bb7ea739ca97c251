// The shape of `expect`: every word that a check may use, and which kinds of checks understand it.
import { z } from 'zod';
import { file, header, path, rule, status, time, timeBounds } from './leaf.ts';
import { explainShorthand } from './shorthand.ts';
import { sparseObject } from './sparse.ts';

const protocols = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const protocol = z.enum(protocols);

/** A JSON Schema (2020-12) as it stands, or in a file of the repository. */
const schema = z.union([z.strictObject({ file }), z.looseObject({})]);

const selector = z
  .string()
  .min(1, { error: 'must not be empty' })
  .max(200, { error: 'must be at most 200 characters long' });

export const expectation = sparseObject(
  {
    status: z
      .union([status.transform((only) => [only]), z.array(status).min(1, { error: 'needs at least one status' })])
      .optional(),
    header: z.record(header, rule, explainShorthand(headerOf)).default({}),
    json: z
      .record(
        path,
        rule,
        explainShorthand((bare) => `{${bare}: {exists: true}}`),
      )
      .default({}),
    schema: schema.optional(),
    cookie: z
      .record(
        selector,
        rule,
        explainShorthand((bare) => `{${bare}: {exists: true}}`),
      )
      .default({})
      .describe('a cookie that the answer sets, or one of its attributes: name@attribute'),
    html: z
      .record(
        selector,
        rule,
        explainShorthand((bare) => `{${bare}: {exists: true}}`),
      )
      .default({})
      .describe('CSS selector, or selector@attribute, of the first match'),
    body: rule.optional(),
    below: time.optional().describe('longest time until the whole answer is there'),
    certificate: z
      .strictObject(
        { days_left: rule },
        explainShorthand((days) => `{days_left: {gte: ${days}}}`),
      )
      .optional(),
    redirect_to: rule.optional().describe('the Location of an answer that redirects'),
    latency: z
      .strictObject({
        min: timeBounds.optional(),
        avg: timeBounds.optional(),
        p50: timeBounds.optional(),
        p90: timeBounds.optional(),
        p95: timeBounds.optional(),
        p99: timeBounds.optional(),
        max: timeBounds.optional(),
      })
      .optional(),
    errors: z.int().min(0).optional().describe('most samples of a probe that may fail; default none'),
    count: rule.optional().describe('how many assets the page has'),
    days_left: rule.optional(),
    chain: z.enum(['trusted', 'any']).optional(),
    protocol: z.union([protocol, z.strictObject({ gte: protocol }).transform(({ gte }) => gte)]).optional(),
    san: z
      .union([
        z.string().transform((only) => [only]),
        z.array(z.string()).min(1),
        z.strictObject({ includes: z.string() }).transform(({ includes }) => [includes]),
      ])
      .optional(),
    issuer: rule.optional(),
    answers: rule.optional(),
    ttl: rule.optional().describe('seconds for which addresses may be kept'),
    open: z.boolean().optional(),
    banner: rule.optional(),
    exit: z.int().min(0).max(255).optional(),
    stdout: rule.optional(),
    stderr: rule.optional(),
    rows: rule.optional(),
    value: rule.optional(),
  },
  explainShorthand((bare) =>
    /^\[?[1-5](?:\d\d|xx)\b/.test(bare) ? `{status: ${bare}}` : '{status: 200} or what else is expected',
  ),
);

/** `content-type: text/html` in one text, or the name of a header alone. */
function headerOf(bare: string): string {
  const [, name, value] = /^"?([\w-]+): *([^"]+)"?$/.exec(bare) ?? [];
  return name === undefined ? `{${bare}: {exists: true}}` : `{${name}: ${value}}`;
}

/** The kinds of checks, each a key of the check itself. */
export const kinds = ['http', 'assets', 'probe', 'tls', 'dns', 'tcp', 'command', 'sql', 'ingest'] as const;
export type Kind = (typeof kinds)[number];

const ofHttp = ['status', 'header', 'cookie', 'json', 'schema', 'html', 'body', 'below', 'certificate', 'redirect_to'];

/** Words of `expect` by kind: any other word would be asked of nothing, and so pass unseen. */
export const wordsOf: Readonly<Record<Kind, readonly string[]>> = {
  http: ofHttp,
  assets: ['status', 'header', 'below', 'count'],
  probe: [...ofHttp, 'latency', 'errors'],
  tls: ['days_left', 'chain', 'protocol', 'san', 'issuer'],
  dns: ['answers', 'ttl'],
  tcp: ['open', 'banner', 'below'],
  command: ['exit', 'stdout', 'stderr', 'json', 'schema', 'below'],
  sql: ['rows', 'value', 'json', 'below'],
  ingest: [],
};

/** Words of `ready`: it asks again and again while nothing else is read, no place for a file. */
export const wordsOfReady: readonly string[] = ofHttp.filter((word) => word !== 'schema');

/** Protocols from the oldest to the newest. */
export function isAtLeast(got: string, wanted: string): boolean {
  const known: readonly string[] = protocols;
  return known.indexOf(got) >= known.indexOf(wanted) && known.includes(got);
}
