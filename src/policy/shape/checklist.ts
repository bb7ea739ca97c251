/** Shape of the checklist: a criterion by its id, or an own one with exactly one kind of evidence. */
import { z } from 'zod';
import { once } from '../../kit/once.ts';
import { command, condition, duration, name, oneOrMore, words } from './leaf.ts';
import { when } from './people.ts';

/** Options of a criterion; each known criterion has its own schema in the vocabulary. */
export const options = once(() => z.record(words, z.json()));

export const level = once(() => z.enum(['required', 'warn', 'info']));
export const moment = once(() => z.enum(['review', 'deploy', 'after', 'hygiene']));

const http = once(() =>
  z.strictObject({
    url: words,
    status: z.union([z.int().min(100).max(599), z.array(z.int().min(100).max(599))]).optional(),
    contains: words.optional(),
    json: z
      .record(words, z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('values in the JSON of the answer'),
    timeout: duration.optional(),
  }),
);

const artifactFrom = once(() =>
  z
    .strictObject({ artifact: words, workflow: words.optional() })
    .describe('the artifact of a workflow run on this commit; else the workspace'),
);

/** The kinds of evidence an own criterion may take; exactly one. */
export const evidenceShapes = once(() => ({
  command: command.optional(),
  metric: z.strictObject({ metric: name, is: condition, over: duration.optional() }).optional(),
  http: z.union([words.transform((url) => ({ url })), http()]).optional(),
  tls: z.strictObject({ host: words, above: duration.optional() }).optional(),
  dns: z.strictObject({ host: words, expect: oneOrMore(words).optional() }).optional(),
  tcp: words.optional(),
  sql: z
    .strictObject({
      query: words,
      expect: z
        .union([words, z.number()])
        .describe('of the first value: a number, a limit such as < 100, no rows, rows, or the text itself'),
      url: words.optional().describe('default ${DATABASE_URL}'),
    })
    .optional(),
  file: z.strictObject({ path: words, contains: words.optional(), 'max-age': duration.optional() }).optional(),
  changed: z
    .strictObject({ paths: oneOrMore(words), when: when().optional(), count: z.int().min(0).optional() })
    .optional(),
  report: z
    .strictObject({
      path: words,
      format: words.optional(),
      max: words.optional(),
      from: artifactFrom().optional(),
    })
    .optional(),
  flag: z
    .strictObject({
      name: words,
      is: z.enum(['enabled', 'disabled']).optional(),
      default: z.literal('safe').optional().describe('off serves the old behaviour'),
      'max-age': duration.optional(),
      tested: words.optional().describe('a JUnit report that has the flag on and off'),
      from: artifactFrom().optional(),
    })
    .refine(({ tested, from }) => from === undefined || tested !== undefined, {
      path: ['from'],
      error: 'from: says where the report under tested: lies, and there is none',
      params: { fix: 'Name the report of the artifact under tested:, or take from: out' },
    })
    .optional(),
  attestation: z.strictObject({ path: words, 'max-age': duration.optional() }).optional(),
  'sign-off': oneOrMore(name).optional(),
}));

/** The names of the kinds of evidence. */
export const evidenceKinds = [
  'command',
  'metric',
  'http',
  'tls',
  'dns',
  'tcp',
  'sql',
  'file',
  'changed',
  'report',
  'flag',
  'attestation',
  'sign-off',
] as const;

const written = once(() =>
  z.strictObject({
    ...evidenceShapes(),
    id: name,
    title: words.optional(),
    with: options().optional(),
    level: level().optional(),
    moment: moment().optional(),
    binds: z.enum(['commit', 'change', 'deployment']).optional(),
    owner: name.optional(),
    when: when().optional(),
    ahead: duration.optional().describe('so long before planned-start it must be true'),
    within: duration.optional().describe('moment after: due so long after the deployment'),
    every: duration.optional().describe('moment hygiene: older than this warns'),
  }),
);

/** A line of the checklist; a bare id is the criterion with its defaults. */
export const criterion = once(() =>
  z.union([name.transform((id): z.output<ReturnType<typeof written>> => ({ id })), written()]),
);
