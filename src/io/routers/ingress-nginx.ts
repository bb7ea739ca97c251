// The router `ingress-nginx`: the weight annotation of the canary Ingress, which is the second side's.
import type { IngressRouterOptions } from '../../providers/routers.ts';
import type { Command, RouterOptions, Weights } from '../../world.ts';
import { type ClusterObject, createKubectl } from '../kubectl.ts';
import { Refused, type Weighing } from './weights.ts';

const resource = 'ingresses.networking.k8s.io';
const prefix = 'nginx.ingress.kubernetes.io';

/** Serves the weight of the second side. Annotations for headers and cookies go before it, so `always` there is refused. */
export function ingressWeighing(router: RouterOptions, options: IngressRouterOptions, command: Command): Weighing {
  const kubectl = createKubectl(options, command);
  const [first, second] = router.sides;
  const get = () => kubectl.get(resource, options.ingress);
  return {
    async read(): Promise<Weights> {
      const object = await get();
      const { weight, total } = annotated(object);
      const share = Number(((100 * weight) / total).toFixed(2));
      return { [first]: Number((100 - share).toFixed(2)), [second]: share };
    },
    async write(weights) {
      const object = await get();
      const { total } = annotated(object);
      const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (owner !== undefined) {
        throw new Refused(
          `Ingress ${options.ingress} belongs to ${owner.kind} ${owner.name}`,
          'That controller would undo the weight: let it shift the traffic, or give us an Ingress of our own.',
          'contested',
        );
      }
      const share = weights[second] ?? 0;
      const steps = Math.round((share * total) / 100);
      const some = share > 0 && share < 100 ? Math.min(total - 1, Math.max(1, steps)) : steps;
      await kubectl.patch(resource, object, [
        { op: 'add', path: `/metadata/annotations/${prefix}~1canary-weight`, value: String(some) },
      ]);
    },
  };
}

function annotated(object: ClusterObject): { readonly weight: number; readonly total: number } {
  const annotations = object.metadata.annotations ?? {};
  const name = object.metadata.name;
  if (annotations[`${prefix}/canary`] !== 'true') {
    throw new Refused(
      `Ingress ${name} has no annotation ${prefix}/canary: "true"`,
      'Name the canary Ingress in traffic.ingress: a second one for the same hosts, with the service of the new side behind it.',
    );
  }
  const total = Number(annotations[`${prefix}/canary-weight-total`] ?? '100');
  const weight = Number(annotations[`${prefix}/canary-weight`] ?? '0');
  if (!Number.isInteger(total) || total < 1 || !Number.isInteger(weight) || weight < 0 || weight > total) {
    throw new Refused(
      `Ingress ${name} says canary-weight ${annotations[`${prefix}/canary-weight`]} of ${total}`,
      'Give it whole numbers, the weight at most the total.',
    );
  }
  return { weight, total };
}
