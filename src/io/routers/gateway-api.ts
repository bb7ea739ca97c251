// The router `gateway-api`: the weights of two backends in every rule of an HTTPRoute that names both.
import { z } from 'zod';
import type { GatewayRouterOptions } from '../../providers/routers.ts';
import type { Command, RouterOptions } from '../../world.ts';
import { createKubectl } from '../kubectl.ts';
import { rulesOfBoth, splitOf, type WeighedRule, weighingSteps, wholePair } from './split.ts';
import { Unreached, type Weighing } from './weights.ts';

const resource = 'httproutes.gateway.networking.k8s.io';
const settleMs = 15_000;

const route = z.looseObject({
  metadata: z.looseObject({ name: z.string(), generation: z.number().default(0) }),
  spec: z.looseObject({
    rules: z
      .array(
        z.looseObject({
          backendRefs: z.array(z.looseObject({ name: z.string(), weight: z.number().default(1) })).default([]),
        }),
      )
      .default([]),
  }),
  status: z
    .looseObject({
      parents: z
        .array(
          z.looseObject({
            conditions: z
              .array(
                z.looseObject({
                  type: z.string(),
                  status: z.string(),
                  observedGeneration: z.number().optional(),
                  message: z.string().optional(),
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    })
    .default({ parents: [] }),
});

/** Serves the weights. A route counts only when its gateway has accepted this very generation and resolved its backends. */
export function gatewayWeighing(router: RouterOptions, options: GatewayRouterOptions, command: Command): Weighing {
  const kubectl = createKubectl(options, command);
  const services = new Map(router.sides.map((side) => [side, options.services?.[side] ?? side]));
  const where = `HTTPRoute ${options.route}`;
  const get = async () => {
    const object = await kubectl.get(resource, options.route);
    return { object, read: route.parse(object) };
  };
  return {
    settleMs,
    async read() {
      const { read } = await get();
      mustBeTaken(read);
      return splitOf(targetsIn(read), services, where);
    },
    async write(weights) {
      const { object, read } = await get();
      const rules = rulesOfBoth(targetsIn(read), services, where);
      await kubectl.patch(resource, object, weighingSteps(rules, services, wholePair(weights, router.sides)));
    },
  };
}

function targetsIn(read: z.infer<typeof route>): readonly WeighedRule[] {
  return read.spec.rules.map(({ backendRefs }, rule) =>
    backendRefs.map(({ name, weight }, ref) => ({
      name,
      weight,
      path: `/spec/rules/${rule}/backendRefs/${ref}/weight`,
    })),
  );
}

function mustBeTaken(read: z.infer<typeof route>): void {
  const { parents } = read.status;
  const name = read.metadata.name;
  if (parents.length === 0) {
    throw new Unreached(
      `no gateway has taken HTTPRoute ${name}`,
      'Check its parentRefs, and that the gateway’s controller runs.',
    );
  }
  for (const type of ['Accepted', 'ResolvedRefs']) {
    for (const { conditions } of parents) {
      const found = conditions.find((condition) => condition.type === type);
      const current = found?.observedGeneration === undefined || found.observedGeneration === read.metadata.generation;
      if (found?.status === 'True' && current) continue;
      const said =
        found === undefined ? 'not told' : current ? (found.message ?? found.status) : 'of an older generation';
      throw new Unreached(
        `HTTPRoute ${name} is not in force: ${type} is ${said}`,
        'Look at the status of the route and at the gateway.',
      );
    }
  }
}
