// The shape of one HTTP request of a suite: method, address, headers, and one body at most.
import { z } from 'zod';
import { words } from '../../policy/shape/leaf.ts';
import { field, file, header, variable } from './leaf.ts';
import { explainShorthand } from './shorthand.ts';
import { sparseObject } from './sparse.ts';

const part = z.union([
  field,
  z.strictObject({ file, type: words.default('application/octet-stream'), name: words.optional() }),
]);

/** Ways to write a body; a request has one of them at most. */
export const bodies = ['json', 'form', 'multipart', 'body', 'file', 'graphql'] as const;

export const redirects = z.enum(['none', 'same-origin', 'any']);

const given = sparseObject(
  {
    method: z.enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']).optional(),
    url: z.string().regex(/^(\/|https?:\/\/|\{\{)/, {
      error: ({ input }) =>
        `must be a path such as /health, or begin with http:// or https://; write ${wholeOf(String(input))}`,
    }),
    query: z.record(words, field).optional(),
    headers: z.record(header, z.string()).default({}),
    cookies: z.record(words, z.string()).default({}),
    json: z.unknown().optional(),
    form: z.record(words, field).optional(),
    multipart: z.record(words, part).optional(),
    body: z
      .string({
        error: ({ input }) =>
          typeof input === 'object' ? 'expected a text; write json: instead of body: for what is no text' : undefined,
      })
      .optional(),
    file: file.optional().describe('a file of the repository as the body'),
    graphql: z
      .strictObject({
        query: words,
        variables: z.record(variable, z.unknown()).optional(),
        operation: words.optional(),
      })
      .optional(),
    redirects: redirects.optional().describe('default none: a redirect is an answer like any other'),
  },
  explainShorthand(requestTo),
);

/** The request that somebody means who writes no more than an address, with its method before it or not. */
export function requestTo(bare: string): string {
  const [, method = '', url = bare] = /^"?(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE|TRACE) +([^"]+)"?$/i.exec(bare) ?? [];
  return method === '' ? `{url: ${url}}` : `{method: ${method.toUpperCase()}, url: ${url}}`;
}

/** A host is known by its dot or port before the first slash. */
function wholeOf(bare: string): string {
  const [first = ''] = bare.split('/');
  if (/^(?:localhost|[\w.-]+:\d+$|127\.)/.test(first)) return `http://${bare}`;
  return first.includes('.') && !/\.(?:html?|php|json|txt|xml|js|css)$/i.test(first) ? `https://${bare}` : `/${bare}`;
}

/** A request; one with a GraphQL document or a body of fields or files is a POST unless it says otherwise. */
export const request = given
  .refine((asked) => bodies.filter((one) => asked[one] !== undefined).length <= 1, {
    error: ({ input }) =>
      `the request has several bodies: ${bodies.filter((one) => Object.hasOwn(Object(input), one)).join(', ')}; write only one of ${bodies.join(', ')}`,
  })
  .meta({ not: { anyOf: pairsOf(bodies).map((pair) => ({ required: pair })) } })
  .transform((asked) => ({ ...asked, method: asked.method ?? (asked.graphql === undefined ? 'GET' : 'POST') }));

function pairsOf<T>(all: readonly T[]): readonly (readonly [T, T])[] {
  return all.flatMap((one, at) => all.slice(at + 1).map((other) => [one, other] as const));
}
