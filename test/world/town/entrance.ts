// What stands before the two sides of a town's shop: the toy router, or a real one in its place, and what a policy writes about it.
import { startUnleash, unleashToken } from '../flags.ts';
import { startHaproxy } from '../haproxy.ts';
import { type Cluster, deploymentOf, startCluster } from '../kubernetes/cluster.ts';
import type { JsonObject } from '../kubernetes/patch.ts';
import { startNginx } from '../nginx.ts';
import type { Words } from '../runner/types.ts';
import type { Router, Service, Weights } from '../service/types.ts';
import { startUnleashItself } from '../unleash.ts';

/** `unleash-itself`: the real server, `unleash`: our stand-in of its API. */
export type EntranceKind =
  | 'toy'
  | 'nginx'
  | 'haproxy'
  | 'kubernetes-replicas'
  | 'gateway-api'
  | 'istio'
  | 'ingress-nginx'
  | 'kubernetes-rollout'
  | 'unleash'
  | 'unleash-itself';

export type Entrance = {
  /** Where users go. */
  readonly url: string;
  /** What the lines of `trafficLines` read of the environment. */
  readonly env: Words;
  /** Somebody reloads it: it is as it was when it began, where it forgets. */
  reload(): Promise<void>;
  stop(): Promise<void>;
};

/** The variables that the lines below name. */
export const entranceVariables = [
  'NGINX_CONFIG',
  'NGINX_COMMAND',
  'HAPROXY_SOCKET',
  'KUBECTL',
  'UNLEASH_URL',
  'UNLEASH_TOKEN',
] as const;

/** The lines of a policy's `traffic:` that are this router's own. */
export function trafficLines(kind: EntranceKind): string {
  switch (kind) {
    case 'toy':
      return '  router: http\n  url: "${ROUTER_URL}/weights"\n';
    case 'nginx':
      return '  router: nginx\n  config: "${NGINX_CONFIG}"\n  upstream: shop\n  nginx: "${NGINX_COMMAND}"\n';
    case 'haproxy':
      return '  router: haproxy\n  socket: "${HAPROXY_SOCKET}"\n  backend: shop\n';
    case 'kubernetes-replicas':
      return '  router: kubernetes-replicas\n  replicas: 10\n  deployments: {blue: shop-blue, green: shop-green}\n  kubectl: "${KUBECTL}"\n';
    case 'gateway-api':
      return '  router: gateway-api\n  route: shop\n  services: {blue: shop-blue, green: shop-green}\n  kubectl: "${KUBECTL}"\n';
    case 'istio':
      return '  router: istio\n  virtual-service: shop\n  destinations: {blue: shop-blue, green: shop-green}\n  kubectl: "${KUBECTL}"\n';
    case 'kubernetes-rollout':
      return '  router: kubernetes-rollout\n  deployment: shop\n  image: "shop:{{version}}"\n  kubectl: "${KUBECTL}"\n';
    case 'ingress-nginx':
      return '  router: ingress-nginx\n  ingress: shop-canary\n  kubectl: "${KUBECTL}"\n';
    case 'unleash':
    case 'unleash-itself':
      return '  router: unleash\n  url: "${UNLEASH_URL}"\n  token: "${UNLEASH_TOKEN}"\n  project: default\n  flag: checkout\n';
  }
}

type Behind = { readonly service: Service; readonly router: Router };

/** Starts what the policy names, all users on blue. */
export async function startEntrance(kind: EntranceKind, { service, router }: Behind): Promise<Entrance> {
  const { blue, green } = service;
  switch (kind) {
    case 'toy':
      return { url: router.url, env: {}, reload: async () => undefined, stop: async () => undefined };
    case 'nginx': {
      const upstream = `upstream shop {\n  server 127.0.0.1:${blue.port} weight=1;\n  server 127.0.0.1:${green.port} down;\n}\n`;
      const nginx = await startNginx(upstream);
      const { url, config, command } = nginx;
      const env = { NGINX_CONFIG: config, NGINX_COMMAND: command };
      return { url, env, reload: () => nginx.reload(), stop: () => nginx.stop() };
    }
    case 'haproxy': {
      const line = (name: string, port: number, weight: number) => `server ${name} 127.0.0.1:${port} weight ${weight}`;
      const haproxy = await startHaproxy([line('blue', blue.port, 100), line('green', green.port, 0)]);
      const env = { HAPROXY_SOCKET: haproxy.socket };
      return { url: haproxy.url, env, reload: () => haproxy.restart(), stop: () => haproxy.stop() };
    }
    case 'kubernetes-replicas':
    case 'kubernetes-rollout':
    case 'gateway-api':
    case 'istio':
    case 'ingress-nginx':
      return startInCluster(kind, router);
    case 'unleash':
      return followFlag(router, await startUnleash());
    case 'unleash-itself':
      return followFlag(router, await startUnleashItself());
  }
}

type Provider = { readonly url: string; stop(): Promise<void> };

/** Users whose shop asks the flag: the toy router splits them as the flag says, as soon as an SDK would hear of it. */
async function followFlag(router: Router, provider: Provider): Promise<Entrance> {
  const home = `${provider.url}/api/admin/projects/default/features/checkout/environments/production`;
  const follow = async (): Promise<void> => {
    const answer = await fetch(home, { headers: { authorization: unleashToken } });
    const { enabled, strategies } = (await answer.json()) as {
      enabled: boolean;
      strategies: { parameters: { rollout: string } }[];
    };
    const share = enabled ? Number(strategies[0]?.parameters.rollout ?? 0) : 0;
    router.setWeights({ blue: 100 - share, green: share });
  };
  const following = setInterval(() => follow().catch(() => undefined), 4 * followMs);
  return {
    url: router.url,
    env: { UNLEASH_URL: provider.url, UNLEASH_TOKEN: unleashToken },
    reload: async () => undefined,
    async stop() {
      clearInterval(following);
      await provider.stop();
    },
  };
}

/** How often the network of the cluster follows what its API says. */
const followMs = 25;

type InCluster = 'kubernetes-replicas' | 'kubernetes-rollout' | 'gateway-api' | 'istio' | 'ingress-nginx';

/** A cluster whose network is the toy router: it splits as the pods or the route say. */
async function startInCluster(kind: InCluster, router: Router): Promise<Entrance> {
  const cluster = await startCluster({ readyMs: 50 });
  fill(cluster, kind);
  const read = (): Weights | undefined => {
    const [blue = 0, green = 0] = splitOf(cluster, kind);
    if (blue + green === 0) return undefined;
    const share = Math.round((100 * green) / (blue + green));
    return { blue: 100 - share, green: share };
  };
  const following = setInterval(() => {
    const weights = read();
    if (weights !== undefined) router.setWeights(weights);
  }, followMs);
  // Its pods get ready first: a router that nobody stands behind is no start.
  while (read() === undefined) await new Promise((done) => setTimeout(done, followMs));
  return {
    url: router.url,
    env: { KUBECTL: cluster.kubectl },
    reload: async () => undefined,
    async stop() {
      clearInterval(following);
      await cluster.stop();
    },
  };
}

/** What stands in it before any deployment: everybody on blue. */
function fill(cluster: Cluster, kind: InCluster): void {
  switch (kind) {
    case 'kubernetes-replicas':
      cluster.create('deployments', deploymentOf('shop-blue', 'shop:1', 10));
      cluster.create('deployments', deploymentOf('shop-green', 'shop:2', 0));
      break;
    case 'kubernetes-rollout':
      cluster.create('deployments', deploymentOf('shop', 'shop:1', 10));
      break;
    case 'gateway-api':
      cluster.create('httproutes', routeOf(100, 0));
      break;
    case 'istio': {
      const to = (host: string, weight: number) => ({ destination: { host }, weight });
      const http = [{ route: [to('shop-blue', 100), to('shop-green', 0)] }];
      cluster.create('virtualservices', { metadata: { name: 'shop' }, spec: { hosts: ['shop'], http } });
      break;
    }
    case 'ingress-nginx': {
      const annotations = { 'nginx.ingress.kubernetes.io/canary': 'true' };
      cluster.create('ingresses', { metadata: { name: 'shop-canary', annotations }, spec: { rules: [] } });
      break;
    }
  }
}

/** How its network splits the users, blue and green. */
function splitOf(cluster: Cluster, kind: InCluster): readonly number[] {
  switch (kind) {
    case 'kubernetes-replicas':
      return ['shop-blue', 'shop-green'].map((name) => readyOf(cluster.find('deployments', name)));
    case 'kubernetes-rollout': {
      const ready = cluster.list('pods').filter(isReady).map(imageOf);
      const old = ready.filter((image) => image === 'shop:1').length;
      return [old, ready.length - old];
    }
    case 'gateway-api':
      accept(cluster);
      return weightsOf(cluster.find('httproutes', 'shop'));
    case 'istio': {
      const service = cluster.find('virtualservices', 'shop')?.spec as
        | { http: { route: { weight: number }[] }[] }
        | undefined;
      return (service?.http[0]?.route ?? []).map(({ weight }) => weight);
    }
    case 'ingress-nginx': {
      const canary = cluster.find('ingresses', 'shop-canary') as { metadata: { annotations: Words } } | undefined;
      const share = Number(canary?.metadata.annotations['nginx.ingress.kubernetes.io/canary-weight'] ?? 0);
      return [100 - share, share];
    }
  }
}

function routeOf(blue: number, green: number): JsonObject {
  const backends = [
    { name: 'shop-blue', port: 80, weight: blue },
    { name: 'shop-green', port: 80, weight: green },
  ];
  return {
    metadata: { name: 'shop' },
    spec: { rules: [{ backendRefs: backends }] },
  };
}

/** What a gateway's controller does: it takes the generation it sees. */
function accept(cluster: Cluster): void {
  const route = cluster.find('httproutes', 'shop');
  const generation = Number((route?.metadata as JsonObject | undefined)?.generation ?? 0);
  const status = route?.status as { readonly observed?: number } | undefined;
  if (status?.observed === generation) return;
  const condition = (type: string) => ({ type, status: 'True', observedGeneration: generation, reason: type });
  const conditions = [condition('Accepted'), condition('ResolvedRefs')];
  cluster.change('httproutes', 'shop', (one) => {
    one.status = { observed: generation, parents: [{ parentRef: { name: 'gateway' }, conditions }] };
  });
}

function readyOf(deployment: JsonObject | undefined): number {
  return Number((deployment?.status as JsonObject | undefined)?.readyReplicas ?? 0);
}

function isReady({ status }: JsonObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function imageOf({ spec }: JsonObject): string {
  return (spec as { containers: { image: string }[] }).containers[0]?.image ?? '';
}

function weightsOf(route: JsonObject | undefined): readonly number[] {
  const spec = route?.spec as { readonly rules: { backendRefs: { weight: number }[] }[] } | undefined;
  return (spec?.rules[0]?.backendRefs ?? []).map(({ weight }) => weight);
}
