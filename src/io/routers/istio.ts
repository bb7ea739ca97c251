// The router `istio`: the weights of two destinations in every HTTP route of a VirtualService that names both.
import { z } from 'zod';
import type { IstioRouterOptions } from '../../providers/routers.ts';
import type { Command, RouterOptions, Weights } from '../../world.ts';
import { type ClusterObject, createKubectl } from '../kubectl.ts';
import { rulesOfBoth, splitOf, type WeighedRule, weighingSteps } from './split.ts';
import type { Weighing } from './weights.ts';

const resource = 'virtualservices.networking.istio.io';

const virtualService = z.looseObject({
  spec: z.looseObject({
    http: z
      .array(
        z.looseObject({
          route: z
            .array(
              z.looseObject({
                weight: z.number().optional(),
                destination: z.looseObject({ host: z.string(), subset: z.string().optional() }),
              }),
            )
            .default([]),
        }),
      )
      .default([]),
  }),
});

/** Serves the weights in whole percent that add up to 100, as Istio wants them. What Envoy does with them is proven by sampling alone. */
export function istioWeighing(router: RouterOptions, options: IstioRouterOptions, command: Command): Weighing {
  const kubectl = createKubectl(options, command);
  const names = new Map(router.sides.map((side) => [side, nameOf(options.destinations?.[side] ?? side)]));
  const where = `VirtualService ${options['virtual-service']}`;
  const get = () => kubectl.get(resource, options['virtual-service']);
  return {
    nearest: (weights) => wholePercent(weights, router.sides),
    read: async () => splitOf(targetsIn(await get()), names, where),
    async write(weights) {
      const object = await get();
      const rules = rulesOfBoth(targetsIn(object), names, where);
      await kubectl.patch(resource, object, weighingSteps(rules, names, wholePercent(weights, router.sides)));
    },
  };
}

/** At least one percent where any is wanted, and never all of it where some is to stay. */
function wholePercent(weights: Weights, sides: readonly [string, string]): Weights {
  const share = weights[sides[1]] ?? 0;
  const whole = share === 0 || share === 100 ? share : Math.min(99, Math.max(1, Math.round(share)));
  return { [sides[0]]: 100 - whole, [sides[1]]: whole };
}

function targetsIn(object: ClusterObject): readonly WeighedRule[] {
  return virtualService.parse(object).spec.http.map(({ route }, rule) =>
    route.map(({ weight, destination }, index) => ({
      name: nameOf(destination),
      // A single destination without a weight gets everything.
      weight: weight ?? (route.length === 1 ? 100 : 0),
      path: `/spec/http/${rule}/route/${index}/weight`,
    })),
  );
}

function nameOf(destination: string | { readonly host: string; readonly subset?: string | undefined }): string {
  if (typeof destination === 'string') return destination;
  return destination.subset === undefined ? destination.host : `${destination.host}/${destination.subset}`;
}
