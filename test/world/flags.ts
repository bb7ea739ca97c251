// Stand-ins of Unleash's admin API and of LaunchDarkly's REST API for one flag, shaped as their documentation shows them.
import { answerJson, type Door, handling, openDoor, readJson } from './service/http.ts';

export interface UnleashFlag {
  enabled: boolean;
  readonly strategies: {
    id: string;
    name: string;
    title?: string;
    disabled?: boolean;
    parameters: Record<string, string>;
    constraints?: { contextName: string; operator: string; values: string[] }[];
    segments?: number[];
  }[];
}

export interface FlagProvider<Flag> {
  readonly url: string;
  readonly flag: Flag;
  /** `POST /…/on` and the like, oldest first. */
  readonly calls: string[];
  /** Answers every call with this status until called with undefined. */
  refuse(status: number | undefined): void;
  stop(): Promise<void>;
}

export const unleashToken = '*:*.unleash-test-token';
export const launchdarklyToken = 'api-launchdarkly-test-token';

/** Unleash with the flag `checkout` of the project `default` in the environment `production`, and the segments `internal` (4) and `beta` (7). */
export async function startUnleash(): Promise<FlagProvider<UnleashFlag>> {
  const flag: UnleashFlag = {
    enabled: true,
    strategies: [
      { id: 's1', name: 'flexibleRollout', parameters: { rollout: '0', stickiness: 'default', groupId: 'checkout' } },
    ],
  };
  const base = '/api/admin/projects/default/features/checkout/environments/production';
  let added = 0;
  return provider(flag, unleashToken, (route, body) => {
    if (route === `GET ${base}`) return [200, { name: 'checkout', ...flag }];
    const turned = route === `POST ${base}/on` ? true : route === `POST ${base}/off` ? false : undefined;
    if (turned !== undefined) {
      flag.enabled = turned;
      return [200, undefined];
    }
    if (route === 'GET /api/admin/segments') {
      return [
        200,
        {
          segments: [
            { id: 4, name: 'internal', constraints: [] },
            { id: 7, name: 'beta', constraints: [] },
          ],
        },
      ];
    }
    if (route === `POST ${base}/strategies`) {
      added += 1;
      const made = { ...(body as UnleashFlag['strategies'][number]), id: `made-${added}` };
      flag.strategies.push(made);
      return [200, made];
    }
    const gone = flag.strategies.findIndex(({ id }) => route === `DELETE ${base}/strategies/${id}`);
    if (gone !== -1) {
      flag.strategies.splice(gone, 1);
      return [200, undefined];
    }
    const strategy = flag.strategies.find(({ id }) => route === `PATCH ${base}/strategies/${id}`);
    if (strategy === undefined) return [404, { message: 'not found' }];
    for (const { path, value } of body as { path: string; value: string }[]) {
      if (path === '/parameters/rollout') strategy.parameters.rollout = value;
    }
    return [200, strategy];
  });
}

export interface LaunchdarklyFlag {
  on: boolean;
  /** The variation while targeting is off: 0 is false, 1 is true. */
  offVariation: number;
  rules: { _id?: string; description?: string; clauses: object[]; variation?: number }[];
  /** Thousandths of a percent of the variation `true`. */
  weight: number;
}

/** LaunchDarkly with the boolean flag `checkout` of the project `default` in the environment `production`. */
export async function startLaunchdarkly(): Promise<FlagProvider<LaunchdarklyFlag>> {
  const flag: LaunchdarklyFlag = { on: true, offVariation: 0, rules: [], weight: 0 };
  let ruled = 0;
  const shown = () => ({
    key: 'checkout',
    kind: 'boolean',
    variations: [
      { _id: 'id-false', value: false },
      { _id: 'id-true', value: true },
    ],
    environments: {
      production: {
        on: flag.on,
        offVariation: flag.offVariation,
        rules: flag.rules,
        targets: [],
        fallthrough: {
          rollout: {
            variations: [
              { variation: 0, weight: 100_000 - flag.weight },
              { variation: 1, weight: flag.weight },
            ],
          },
        },
      },
    },
  });
  return provider(flag, launchdarklyToken, (route, body, type) => {
    if (route === 'GET /api/v2/flags/default/checkout') return [200, shown()];
    if (route !== 'PATCH /api/v2/flags/default/checkout') return [404, { message: 'not found' }];
    const given = body as {
      environmentKey: string;
      instructions: {
        kind: string;
        rolloutWeights?: Record<string, number>;
        description?: string;
        clauses?: object[];
        variationId?: string;
        ruleId?: string;
      }[];
    };
    if (type !== 'application/json; domain-model=launchdarkly.semanticpatch')
      return [400, { message: 'not a semantic patch' }];
    for (const { kind, rolloutWeights, description = '', clauses = [], variationId, ruleId } of given.instructions) {
      if (kind === 'addRule') {
        ruled += 1;
        flag.rules.push({ _id: `rule-${ruled}`, description, clauses, variation: variationId === 'id-true' ? 1 : 0 });
      }
      if (kind === 'removeRule') flag.rules = flag.rules.filter(({ _id }) => _id !== ruleId);
      if (kind === 'turnFlagOn' || kind === 'turnFlagOff') flag.on = kind === 'turnFlagOn';
      if (kind !== 'updateFallthroughVariationOrRollout' || rolloutWeights === undefined) continue;
      const sum = Object.values(rolloutWeights).reduce((all, one) => all + one, 0);
      if (sum !== 100_000) return [400, { message: `weights add up to ${sum}` }];
      flag.weight = rolloutWeights['id-true'] ?? 0;
    }
    return [200, shown()];
  });
}

async function provider<Flag>(
  flag: Flag,
  token: string,
  answer: (route: string, body: unknown, type: string) => readonly [number, unknown],
): Promise<FlagProvider<Flag>> {
  const calls: string[] = [];
  let refused: number | undefined;
  const door: Door = await openDoor(
    handling(async (request, response) => {
      const route = `${request.method} ${new URL(request.url ?? '/', 'http://flags').pathname}`;
      calls.push(route);
      const body =
        request.method === 'GET' || request.headers['content-length'] === undefined
          ? undefined
          : await readJson(request);
      if (refused !== undefined) return answerJson(response, refused, { message: 'no' });
      if (request.headers.authorization !== token)
        return answerJson(response, 401, { message: 'You must be logged in' });
      const [status, told] = answer(route, body, request.headers['content-type'] ?? '');
      return answerJson(response, status, told ?? {});
    }),
  );
  return {
    url: door.url,
    flag,
    calls,
    refuse: (status) => {
      refused = status;
    },
    stop: () => door.close(),
  };
}
