// Option shapes of the routers: the keys of `traffic` that are a router's own.
import { z } from 'zod';
import { parseDuration } from '../kit/duration.ts';
import { once } from '../kit/once.ts';
import { launchdarklyFlags, unleashFlags } from './flags.ts';
import type { Providers } from './shape.ts';

const words = once(() => z.string().min(1, { error: 'must not be empty' }));

/** Program and arguments, or one text for a shell. Values reach it by its environment alone: SIDE, SIDES, ENVIRONMENT, LEG. */
const commandLine = once(() => z.union([words(), z.array(words()).min(1, { error: 'needs at least the program' })]));

const timeout = once(() =>
  z
    .string()
    .refine((written) => parseDuration(written) !== undefined, { error: 'must be a duration such as 10s' })
    .optional()
    .describe('deadline of one call; default 10s'),
);

/**
 * Router `command`: `get` prints the weights; `set` finds the wanted ones in WEIGHTS (JSON), WEIGHT (share of SIDE, the second side) and
 * WEIGHT_<SIDE>, and leaves the rest as it is. Back to one side is a `set` like any other.
 */
export const commandRouter = once(() =>
  z.strictObject({
    get: commandLine().describe('last line printed: {"blue": 90, "green": 10}, or the share of the second side'),
    set: commandLine().describe('moves the weights it finds in WEIGHTS, WEIGHT and WEIGHT_<SIDE>'),
    timeout: timeout(),
  }),
);

/** Router `http`: GET `url` answers the weights as a JSON map, PUT (or `method`) of the same map moves them. */
export const httpRouter = once(() =>
  z.strictObject({
    url: words().describe('GET answers the weights: {"blue": 90, "green": 10}'),
    'set-url': words().optional().describe('where they are written; default: url'),
    method: z.enum(['PUT', 'POST', 'PATCH']).optional().describe('default PUT'),
    headers: z.record(words(), words()).optional().describe('sent with each call'),
    weights: z
      .string()
      .regex(/^(?:\/[^/]*)*$/, { error: 'must be a JSON pointer such as /weights' })
      .optional()
      .describe('JSON pointer to the map inside answer and body; default: the whole'),
    timeout: timeout(),
  }),
);

/** A server, or several, that together are one side. */
const serversOfSide = once(() => z.union([words(), z.array(words()).min(1, { error: 'needs at least one server' })]));

/** Router `nginx`: the servers of one upstream get their weights in the file that holds it; all hosts follow or none does. */
export const nginxRouter = once(() =>
  z.strictObject({
    config: words().describe('the file that holds the upstream; only its server lines change'),
    upstream: words().describe('name of the upstream block'),
    servers: z
      .record(words(), serversOfSide())
      .optional()
      .describe('server or servers of each side, as the upstream writes them; default: host and port of traffic.at'),
    nginx: words().optional().describe('how nginx is called there, e.g. "sudo nginx"; default nginx'),
    at: z.record(words(), words()).optional().describe('shared: URL of each side'),
    hosts: z.array(words()).optional().describe('shared: the hosts; default: the runner itself'),
    via: words().optional().describe('shared: what takes a host and a command, e.g. ssh'),
    timeout: timeout(),
  }),
);

/** Router `haproxy`: weights of a backend's servers through the admin socket; all sockets follow or none does. */
export const haproxyRouter = once(() =>
  z.strictObject({
    socket: serversOfSide().describe('admin socket: path, or host:port; several for several load balancers'),
    backend: words().describe('name of the backend'),
    servers: z
      .record(words(), serversOfSide())
      .optional()
      .describe('server or servers of each side; default: the side’s name'),
    timeout: timeout(),
  }),
);

const kubectl = once(() => ({
  kubectl: words().optional().describe('how kubectl is called; default kubectl'),
  context: words().optional().describe('context of its configuration; default: the current one'),
  namespace: words().optional().describe('default: that of the context'),
  timeout: timeout(),
}));

const tolerance = once(() =>
  z
    .number()
    .min(0)
    .max(50)
    .optional()
    .describe('percentage points that the possible share may be off the wanted one; default 5'),
);

/** Router `kubernetes-replicas`: the share of a side is its share of the ready pods. */
export const replicasRouter = once(() =>
  z.strictObject({
    replicas: z.int().min(1).describe('pods of both sides together'),
    deployments: z.record(words(), words()).optional().describe('deployment of each side; default: the side’s name'),
    tolerance: tolerance(),
    'ready-within': timeout().describe('how long new pods may take to be ready; default 2m'),
    ...kubectl(),
  }),
);

/** Router `gateway-api`: weights of two backends of an HTTPRoute. */
export const gatewayRouter = once(() =>
  z.strictObject({
    route: words().describe('name of the HTTPRoute'),
    services: z.record(words(), words()).optional().describe('backend service of each side; default: the side’s name'),
    deployments: z
      .record(words(), words())
      .optional()
      .describe('deployment of each side, whose pods pods-ready counts'),
    ...kubectl(),
  }),
);

/** Router `istio`: weights of two destinations of a VirtualService. */
export const istioRouter = once(() =>
  z.strictObject({
    'virtual-service': words().describe('name of the VirtualService'),
    destinations: z
      .record(words(), z.union([words(), z.strictObject({ host: words(), subset: words().optional() })]))
      .optional()
      .describe('destination of each side: host, or {host, subset}; default: the side’s name'),
    deployments: z
      .record(words(), words())
      .optional()
      .describe('deployment of each side, whose pods pods-ready counts'),
    ...kubectl(),
  }),
);

/** Router `ingress-nginx`: the weight of the canary Ingress, which is the second side's. */
export const ingressRouter = once(() =>
  z.strictObject({
    ingress: words().describe('name of the canary Ingress; it serves the second side'),
    deployments: z
      .record(words(), words())
      .optional()
      .describe('deployment of each side, whose pods pods-ready counts'),
    ...kubectl(),
  }),
);

const flagOf = once(() => words().describe('name of the flag; its share is the second side’s'));

/** A number of pods, or a share of them, as Kubernetes writes it. */
const surge = once(() =>
  z.union([
    z.int().min(0),
    z.string().regex(/^\d{1,3} ?%$/, { error: 'must be a number of pods or a percentage such as 25 %' }),
  ]),
);

/** Router `kubernetes-rollout`: one Deployment that rolls from the old image to the new one in batches (plans `by: rollout`). */
export const rolloutRouter = once(() =>
  z.strictObject({
    deployment: words().describe('name of the Deployment'),
    container: words()
      .optional()
      .describe('the container with the version; default: the one whose image is that of the artifact, else the first'),
    image: words()
      .optional()
      .describe('the new image; {{version}} and {{sha}} are filled in; default: the artifact that the gate was given'),
    'max-surge': surge()
      .optional()
      .describe('pods more than wanted while it rolls, `2` or `25 %`; default: as the Deployment has it'),
    'max-unavailable': surge()
      .optional()
      .describe('pods fewer than wanted while it rolls; default: as the Deployment has it'),
    tolerance: tolerance(),
    'progress-deadline': timeout().describe('how long a batch may take to be ready; default 10m'),
    ...kubectl(),
  }),
);

/** Router `unleash`: the one gradual rollout of a flag. */
export const unleashRouter = once(() =>
  z.strictObject({
    flag: flagOf(),
    strategy: words().optional().describe('id of the gradual rollout where the flag has several strategies'),
    ...unleashFlags().shape,
  }),
);

/** Router `launchdarkly`: the rollout of a flag’s default rule. */
export const launchdarklyRouter = once(() =>
  z.strictObject({
    flag: flagOf(),
    on: words()
      .optional()
      .describe('name or id of the variation of the new version; default: the one with the value true'),
    ...launchdarklyFlags().shape,
  }),
);

/** Options of `unleash` as an adapter gets them. */
export type UnleashRouterOptions = z.infer<ReturnType<typeof unleashRouter>>;
/** Options of `launchdarkly` as an adapter gets them. */
export type LaunchdarklyRouterOptions = z.infer<ReturnType<typeof launchdarklyRouter>>;
/** What all routers through kubectl share. */
export type KubectlOptions = z.infer<z.ZodObject<ReturnType<typeof kubectl>>>;
/** Options of `kubernetes-replicas` as an adapter gets them. */
export type ReplicasRouterOptions = z.infer<ReturnType<typeof replicasRouter>>;
/** Options of `kubernetes-rollout` as an adapter gets them. */
export type RolloutRouterOptions = z.infer<ReturnType<typeof rolloutRouter>>;
/** Options of `gateway-api` as an adapter gets them. */
export type GatewayRouterOptions = z.infer<ReturnType<typeof gatewayRouter>>;
/** Options of `istio` as an adapter gets them. */
export type IstioRouterOptions = z.infer<ReturnType<typeof istioRouter>>;
/** Options of `ingress-nginx` as an adapter gets them. */
export type IngressRouterOptions = z.infer<ReturnType<typeof ingressRouter>>;
/** Options of `nginx` as an adapter gets them. */
export type NginxRouterOptions = z.infer<ReturnType<typeof nginxRouter>>;
/** Options of `haproxy` as an adapter gets them. */
export type HaproxyRouterOptions = z.infer<ReturnType<typeof haproxyRouter>>;
/** Options of `command` as an adapter gets them. */
export type CommandRouterOptions = z.infer<ReturnType<typeof commandRouter>>;
/** Options of `http` as an adapter gets them. */
export type HttpRouterOptions = z.infer<ReturnType<typeof httpRouter>>;

export const routers: Providers = new Map<string, () => z.ZodType>([
  ['command', commandRouter],
  ['http', httpRouter],
  ['nginx', nginxRouter],
  ['haproxy', haproxyRouter],
  ['kubernetes-replicas', replicasRouter],
  ['kubernetes-rollout', rolloutRouter],
  ['gateway-api', gatewayRouter],
  ['istio', istioRouter],
  ['ingress-nginx', ingressRouter],
  ['unleash', unleashRouter],
  ['launchdarkly', launchdarklyRouter],
]);
