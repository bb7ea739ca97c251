// The router `http`: weights are read with GET and written with PUT (or another method) as a JSON map.
import { parseDuration } from '../../kit/duration.ts';
import { stepsOf, valueAt } from '../../kit/pointer.ts';
import { redact } from '../../kit/redact.ts';
import type { HttpRouterOptions } from '../../providers/routers.ts';
import type { RouterOptions, World } from '../../world.ts';
import { settled } from './reply.ts';
import { Unreached, type Weighing, weightsFrom } from './weights.ts';

const defaultTimeout = 10_000;
const remedies = {
  credentials: 'Check the credentials in traffic.headers.',
  otherwise: 'Check traffic.url and the sides of the policy.',
};

/** Serves the weights through the router's HTTP interface. */
export function httpWeighing(router: RouterOptions, options: HttpRouterOptions, http: World['http']): Weighing {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const headers = { accept: 'application/json', ...options.headers };
  const pointer = options.weights ?? '';
  return {
    async read() {
      const body = settled(
        'GET',
        options.url,
        await http({ method: 'GET', url: options.url, headers, timeoutMs }),
        remedies,
      );
      const found = valueAt(parsed(body), pointer);
      const weights = found.kind === 'found' ? weightsFrom(found.value, router.sides, router.audiences) : undefined;
      if (weights !== undefined) return weights;
      throw new Unreached(
        `GET ${redact(options.url)} answers no weights of ${router.sides.join(' and ')}${pointer === '' ? '' : ` at ${pointer}`}`,
        `It must answer {"${router.sides.join('": 90, "')}": 10}; traffic.weights says where inside the answer.`,
      );
    },
    async write(weights) {
      const method = options.method ?? 'PUT';
      const url = options['set-url'] ?? options.url;
      const body = JSON.stringify(nested(stepsOf(pointer), weights));
      const sent = { ...headers, 'content-type': 'application/json' };
      settled(method, url, await http({ method, url, headers: sent, body, timeoutMs }), remedies);
    },
  };
}

function nested(steps: readonly string[], value: unknown): unknown {
  return steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
