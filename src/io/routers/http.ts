// The router `http`: weights are read with GET and written with PUT (or another method) as a JSON map.
import { parseDuration } from '../../kit/duration.ts';
import { stepsOf, valueAt } from '../../kit/pointer.ts';
import { redact } from '../../kit/redact.ts';
import type { HttpRouterOptions } from '../../providers/routers.ts';
import type { HttpReply, RouterOptions, World } from '../../world.ts';
import { Refused, Unreached, type Weighing, weightsFrom } from './weights.ts';

const defaultTimeout = 10_000;

/** Serves the weights through the router's HTTP interface. */
export function httpWeighing(router: RouterOptions, options: HttpRouterOptions, http: World['http']): Weighing {
  const timeoutMs = parseDuration(options.timeout ?? '') ?? defaultTimeout;
  const headers = { accept: 'application/json', ...options.headers };
  const pointer = options.weights ?? '';
  return {
    async read() {
      const body = settled('GET', options.url, await http({ method: 'GET', url: options.url, headers, timeoutMs }));
      const found = valueAt(parsed(body), pointer);
      const weights = found.kind === 'found' ? weightsFrom(found.value, router.sides) : undefined;
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
      settled(method, url, await http({ method, url, headers: sent, body, timeoutMs }));
    },
  };
}

/** Statuses that another try may better (reference providers 1.1, `http`). */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function settled(method: string, url: string, reply: HttpReply): string {
  const call = `${method} ${redact(url)}`;
  if (reply.kind === 'failed') {
    throw new Unreached(`${call} failed: ${reply.because}`, 'Check that this runner can reach the router.');
  }
  const { status, body } = reply;
  if (status >= 200 && status < 300) return body;
  const said = redact(body.trim().replace(/\s+/g, ' ').slice(0, 200));
  const because = `${call} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (isPassing(status)) throw new Unreached(because, 'Look into the log of the router.');
  if (status === 401 || status === 403) throw new Refused(because, 'Check the credentials in traffic.headers.');
  if (status === 409 || status === 412) {
    throw new Refused(because, 'Somebody else changes the weights: stop that first, then re-run.', 'contested');
  }
  throw new Refused(because, 'Check traffic.url and the sides of the policy.');
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
