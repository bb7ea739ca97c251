// Option shapes of the routers: the keys of `traffic` that are a router's own.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';

const words = z.string().min(1, { error: 'must not be empty' });

/** Program and arguments, or one text for a shell. Values reach it by its environment alone: SIDE, SIDES, ENVIRONMENT, LEG. */
const commandLine = z.union([words, z.array(words).min(1, { error: 'needs at least the program' })]);

const timeout = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, { error: 'must be a duration such as 10s' })
  .optional()
  .describe('deadline of one call; default 10s');

/**
 * Router `command`: `get` prints the weights; `set` finds the wanted ones in WEIGHTS (JSON), WEIGHT (share of SIDE, the second side) and
 * WEIGHT_<SIDE>, and leaves the rest as it is. Back to one side is a `set` like any other.
 */
export const commandRouter = z.strictObject({
  get: commandLine.describe('last line printed: {"blue": 90, "green": 10}, or the share of the second side'),
  set: commandLine.describe('moves the weights it finds in WEIGHTS, WEIGHT and WEIGHT_<SIDE>'),
  timeout,
});

/** Router `http`: GET `url` answers the weights as a JSON map, PUT (or `method`) of the same map moves them. */
export const httpRouter = z.strictObject({
  url: words.describe('GET answers the weights: {"blue": 90, "green": 10}'),
  'set-url': words.optional().describe('where they are written; default: url'),
  method: z.enum(['PUT', 'POST', 'PATCH']).optional().describe('default PUT'),
  headers: z.record(words, words).optional().describe('sent with each call'),
  weights: z
    .string()
    .regex(/^(?:\/[^/]*)*$/, { error: 'must be a JSON pointer such as /weights' })
    .optional()
    .describe('JSON pointer to the map inside answer and body; default: the whole'),
  timeout,
});

/** Options of `command` as an adapter gets them. */
export type CommandRouterOptions = z.infer<typeof commandRouter>;
/** Options of `http` as an adapter gets them. */
export type HttpRouterOptions = z.infer<typeof httpRouter>;

/** Routers whose adapter comes with a later release: their keys are read, not checked. */
const later = [
  'nginx',
  'haproxy',
  'kubernetes-replicas',
  'gateway-api',
  'istio',
  'ingress-nginx',
  'unleash',
  'launchdarkly',
] as const;

export const routers: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['command', commandRouter],
  ['http', httpRouter],
  ...later.map((name) => [name, z.looseObject({})] as const),
]);

/** Whether the policy may name the router although nothing can drive it yet. */
export function isLaterRouter(name: string): boolean {
  return later.some((other) => other === name);
}
